/** The plug for commands/: one file, one default export, the path is the name. */
import type { z } from 'zod'
import type { Context, Role } from './context.ts'
import type { Card } from './kernel/card.ts'
import type { Kind } from './kernel/id.ts'
import { UPLOADED } from './kernel/upload-word.ts'

/** A file someone handed over: the platform knows where its bytes are; `ref` is an uploaded file's id or address. */
export type FileRef = { platform: string; ref: string; name: string; bytes: number; mime: string }

export type OptionKind = 'text' | 'long' | 'choice' | 'integer' | 'boolean' | 'url' | 'email' | 'file' | 'id' | 'zone' | 'time'

export type Suggestion = { label: string; value: string }

/** One option of a command: what it means, how it is checked, what it may suggest while one types. */
export type Option<T = unknown> = {
  kind: OptionKind
  label: string
  required: boolean
  min?: number
  max?: number
  placeholder?: string
  /** Never kept as a draft, or only sealed; no menu offers it. */
  secret?: true | 'sealed'
  /** What a button brings along from the card before: no form asks for it and no menu offers it. */
  carried?: boolean
  choices?: { label: string; value: string }[]
  /** For kind 'id': which kind of id; foreign ids are refused by the room that loads them. */
  of?: Kind
  /** At most 25 rows, tenant-scoped, read only. */
  suggest?: (ctx: Context, typed: string) => Promise<Suggestion[]>
  /** From what came (always a string or a FileRef) to the value; the zod issue is the sentence for the person. */
  check: z.ZodType<T>
}

export type Options = Record<string, Option>
export type Values<O extends Options> = { [K in keyof O]: O[K] extends Option<infer T> ? T : never }

/** Signals a platform may send besides a typed command. */
export type Signal = 'joined' | 'home'

export type Command<R extends Role = Role, O extends Options = Options> = {
  /** The path, filled in by discover: "review approve". */
  name: string
  description: string
  role: R
  /** For finance members and admins only, whatever the role says. */
  finance?: boolean
  /** Whoever was a creator may run it still, to see what they are owed. */
  former?: boolean
  /** Who sees the answer: only the asker, or the channel. */
  visibility: 'private' | 'public'
  options: O
  /** Options that are optional each, and one of them is needed: a call that brings none opens the form. */
  oneOf?: readonly (keyof O & string)[]
  /** Hidden from menus: reachable by buttons only. */
  listed: boolean
  /** For creators and managers alike, and for those named: it refuses visitors by itself, so that nothing tells them of it. */
  inside?: true | 'former' | 'finance'
  on?: Signal
  /** The form's title when it is not the description. */
  form?: string
  /** The same with what it depends on now, such as what is left of an allowance; at most 24 characters. */
  formNow?: (ctx: Context<R>) => Promise<string>
  /** What the form begins with, by what stands now and what the button brought; undefined where nothing is known yet. */
  begin?: (ctx: Context<R>, given: Record<string, string>) => Promise<Record<string, string> | undefined>
  /** What is answered to whom there is nothing to ask, in place of the form and of running; null for all others. */
  instead?: (ctx: Context<R>) => Promise<Card | null>
  run: (ctx: Context<R>, values: Values<O>) => Promise<Card>
}

type Definition<R extends Role, O extends Options> = Omit<Command<R, O>, 'name' | 'listed'> & { listed?: boolean }

/** Defines a command; option value types are inferred from `options`, the actor's type from `role`. */
export function command<R extends Role, O extends Options>(definition: Definition<R, O>): Command<R, O> {
  return { name: '', listed: true, ...definition }
}

/** A command whose exact types no longer matter (the map that dispatch holds). */
export type AnyCommand = Command<Role, Options>

/** Options that a form still has to ask: missing required ones first, then ungiven optional ones. */
export function missing(cmd: AnyCommand, given: Record<string, unknown>): { required: string[]; optional: string[] } {
  const absent = Object.entries(cmd.options).filter(
    ([name, o]) => !o.carried && (given[name] === undefined || given[name] === ''),
  )
  return {
    required: absent.filter(([, o]) => o.required).map(([name]) => name),
    optional: absent.filter(([, o]) => !o.required).map(([name]) => name),
  }
}

/** Discord's windows have room for no more. */
const FORM_FIELDS = 5

/** What a form asks, in its order: what is required, then what comes `first`, then the other options, as far as there is room. */
export function formAsks(cmd: AnyCommand, given: Record<string, unknown>, first: ReadonlySet<string>): string[] {
  const absent = missing(cmd, given)
  const optional = absent.optional.toSorted((a, b) => Number(first.has(b)) - Number(first.has(a)))
  return [...absent.required, ...optional].slice(0, FORM_FIELDS)
}

/** Whether a call that was not made by the form opens it first. */
export const opensForm = (cmd: AnyCommand, given: Record<string, unknown>): boolean =>
  given['?'] === 'form' ||
  missing(cmd, given).required.length > 0 ||
  (cmd.oneOf?.every((name) => given[name] === undefined || given[name] === '') ?? false)

const accountShape = /^account:([^|\s]{1,100})(?:\|([^|]{1,100}))?$/

/**
 * A door knows people by their accounts and not by our ids, so it may give `account:<id>`, or `account:<id>|<name>`, wherever a
 * person or creator is asked for; the hall puts the id of whoever is behind it in its place.
 */
export function accountOf(option: Option | undefined, value: unknown): { user: string; name: string | undefined } | undefined {
  if (option?.kind !== 'id' || (option.of !== 'person' && option.of !== 'creator') || typeof value !== 'string') return undefined
  const [, user, name] = accountShape.exec(value) ?? []
  return user === undefined ? undefined : { user, name }
}

const FILE = 'file:'

/** A file that came before the form was filled in, as a word that a press or a window can carry. */
export const fileInWords = (file: FileRef): string => FILE + JSON.stringify(file)

/**
 * The file behind such a word. Only what the same door gave is believed: what others keep is not this asker's to name. What came
 * through the page is looked up with its asker before it is used.
 */
export function fileFromWords(option: Option | undefined, value: unknown, platform: string): FileRef | undefined {
  if (option?.kind !== 'file' || typeof value !== 'string' || !value.startsWith(FILE)) return undefined
  try {
    const checked = option.check.safeParse(JSON.parse(value.slice(FILE.length)))
    const file = checked.success ? (checked.data as FileRef) : undefined
    return file?.platform === UPLOADED || (file?.platform === platform && platform !== 'web') ? file : undefined
  } catch {
    return undefined
  }
}

/** What is wrong with the answers given so far, by field. Pure, so that a door can say it before it asks the hall. */
export function problems(cmd: AnyCommand, given: Record<string, unknown>): { field: string; sentence: string }[] {
  return Object.entries(given).flatMap(([field, value]) => {
    const option = cmd.options[field]
    if (!option || (value === '' && !option.required) || accountOf(option, value)) return []
    if (fileFromWords(option, value, UPLOADED)) return []
    const checked = option.check.safeParse(value)
    return checked.success ? [] : [{ field, sentence: `${option.label} ${checked.error.issues[0]!.message}.` }]
  })
}
