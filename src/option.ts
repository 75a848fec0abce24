/** Builders for a command's options. Every check's message is a sentence a person can act on. */

import { z } from 'zod'
import type { FileRef, Option, OptionKind, Suggestion } from './command.ts'
import type { Context } from './context.ts'
import { addressOf } from './kernel/address.ts'
import { type Id, isId, type Kind, prefixes } from './kernel/id.ts'
import { isZone } from './kernel/time.ts'

type Suggest = (ctx: Context, typed: string) => Promise<Suggestion[]>
type Extra = { placeholder?: string; suggest?: Suggest; secret?: true | 'sealed' }

const make = <T>(kind: OptionKind, label: string, check: z.ZodType<T>, extra: Partial<Option<T>> = {}): Option<T> => ({
  kind,
  label,
  required: true,
  check,
  ...extra,
})

const words = (min: number, max: number) =>
  z
    .string('must be text')
    .transform((v) => v.trim())
    .pipe(
      z
        .string()
        .min(Math.min(min, 1), 'must not be empty')
        .min(min, `must have at least ${min} characters`)
        .max(max, `must have at most ${max} characters`),
    )

export const option = {
  /** One line of text, trimmed. */
  text: (label: string, { min = 1, max = 200, ...extra }: Extra & { min?: number; max?: number } = {}) =>
    make('text', label, words(min, max), { min, max, ...extra }),

  /** Several lines. */
  long: (label: string, { min = 1, max = 2_000, ...extra }: Extra & { min?: number; max?: number } = {}) =>
    make('long', label, words(min, max), { min, max, ...extra }),

  /** One of a fixed list; give labels when the value is not what a person would read. */
  choice: <const V extends string>(label: string, values: readonly V[] | Record<V, string>) => {
    const choices = Array.isArray(values)
      ? (values as readonly V[]).map((value) => ({ label: value.replaceAll('_', ' '), value }))
      : Object.entries(values as Record<V, string>).map(([value, words]) => ({ label: words as string, value: value as V }))
    const list = choices.map((c) => c.value) as [V, ...V[]]
    // Who chose nothing reads no list: the form shows it in words, and these are the ones for a typed line.
    const wrong = ({ input }: { input?: unknown }) => (input === '' ? 'must be chosen' : `must be one of ${list.join(', ')}`)
    const oneOf = z.enum(list, { error: wrong })
    return make<V>('choice', label, oneOf as unknown as z.ZodType<V>, { choices })
  },

  integer: (label: string, { min = 0, max = 1_000_000 }: { min?: number; max?: number } = {}) =>
    make(
      'integer',
      label,
      // Neither 1.000, which is a thousand to many, nor a blank, which JavaScript takes for nothing.
      z
        .union(
          [
            z.number(),
            z
              .string()
              .regex(/^\s*-?\d+\s*$/)
              .transform(Number),
          ],
          'must be a whole number',
        )
        .pipe(z.number().int('must be a whole number').min(min, `must be at least ${min}`).max(max, `must be at most ${max}`)),
      { min, max },
    ),

  /** A tick; anything but a clear yes is no. */
  boolean: (label: string) =>
    make(
      'boolean',
      label,
      z
        .union([z.boolean(), z.string()])
        .transform((v) => v === true || ['true', 'yes', 'on', '1'].includes(String(v).toLowerCase())),
    ),

  /** An https address; the room that uses it checks the host. */
  url: (label: string, extra: Extra = {}) =>
    make(
      'url',
      label,
      words(1, 500).refine((v) => addressOf(v)?.protocol === 'https:', 'must be an address that begins with https://'),
      { max: 500, ...extra },
    ),

  /** Several https addresses in one field, apart by spaces, commas or lines; the room reads them. */
  urls: (label: string, extra: Extra = {}) =>
    make(
      'text',
      label,
      words(1, 1_500).refine(
        (v) => v.split(/[\s,]+/).every((one) => one === '' || addressOf(one)?.protocol === 'https:'),
        'must be an address that begins with https://, or several apart by spaces',
      ),
      { max: 1_500, ...extra },
    ),

  email: (label: string) =>
    make(
      'email',
      label,
      words(3, 254)
        .pipe(z.email('must be an e-mail address such as you@example.com'))
        .transform((v) => v.toLowerCase()),
      { max: 254 },
    ),

  /** A file that the platform holds; the placeholder says which, where it is no picture, video or document. */
  file: (label: string, extra: Pick<Extra, 'placeholder'> = {}) =>
    make<FileRef>(
      'file',
      label,
      z.object(
        { platform: z.string(), ref: z.string(), name: z.string(), bytes: z.number(), mime: z.string() },
        'must be a file',
      ),
      extra,
    ),

  /** The id of a row; autocompletes when `suggest` is given. */
  id: <K extends Kind>(kind: K, label: string, suggest?: Suggest) =>
    make<Id<K>>(
      'id',
      label,
      z.preprocess(
        (v) => (typeof v === 'string' ? v.trim() : v),
        z.custom<Id<K>>((v) => isId(kind, v), `must be picked from the list (an id that begins with ${prefixes[kind]}_)`),
      ),
      { of: kind, ...(suggest ? { suggest } : {}) },
    ),

  zone: (label: string) =>
    make('zone', label, words(1, 64).refine(isZone, 'must be a time zone such as Europe/Berlin'), {
      max: 64,
      placeholder: 'Europe/Berlin',
      suggest: async (_ctx, typed) =>
        Intl.supportedValuesOf('timeZone')
          .filter((zone) => zone.toLowerCase().includes(typed.toLowerCase().replaceAll(' ', '_')))
          .slice(0, 25)
          .map((zone) => ({ label: zone, value: zone })),
    }),

  /** A local time of day, 09:00. */
  time: (label: string) =>
    make('time', label, words(4, 5).pipe(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00')), {
      max: 5,
      placeholder: '22:00',
    }),
}

/** The same option, brought along by a button alone, so that the command also runs without it. */
export const carried = <T>(o: Option<T>): Option<T | undefined> => ({ ...optional(o), carried: true })

/** The same option, but the command runs without it. */
export const optional = <T>(o: Option<T>): Option<T | undefined> => ({
  ...o,
  required: false,
  check: z.preprocess((v) => (v === '' ? undefined : v), o.check.optional()) as z.ZodType<T | undefined>,
})
