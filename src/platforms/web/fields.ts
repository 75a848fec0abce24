/** What a browser posted, as text fields and files, whichever way it was encoded. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { keepable } from '../../kernel/keepable.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Press } from './render.ts'

export const uploadLimit = 25 * 1024 * 1024

export type Upload = { field: string; name: string; bytes: Uint8Array }
/** `refused` are files that were too large: the form is shown once more, with what else was typed. */
export type Posted = { fields: Record<string, string>; files: Upload[]; refused?: { field: string; refusal: Refusal }[] }

/** Of a field that came twice the last counts: a tick stands behind the hidden "no" of the same name. All of it can be kept. */
export async function readPosted(request: FastifyRequest): Promise<Posted> {
  if (!request.isMultipart()) {
    const body = (request.body ?? {}) as Record<string, unknown>
    const last = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value)
    const entries = Object.entries(body).map(([name, value]) => [name, last(value)] as const)
    const texts = entries.filter((e): e is readonly [string, string] => typeof e[1] === 'string')
    return { fields: Object.fromEntries(texts.map(([name, value]) => [keepable(name), keepable(value)])), files: [] }
  }
  const posted: Posted = { fields: {}, files: [] }
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (typeof part.value === 'string') posted.fields[keepable(part.fieldname)] = keepable(part.value)
      continue
    }
    const bytes = await part.toBuffer()
    if (part.file.truncated) {
      const refusal = new Refusal('over_limit', 'This file is larger than 25 MB.', 'Send a smaller one, or use /upload.')
      posted.refused = [...(posted.refused ?? []), { field: keepable(part.fieldname), refusal }]
      continue
    }
    // An empty file input still comes as a part, without a name and without bytes.
    if (part.filename && bytes.length > 0)
      posted.files.push({ field: keepable(part.fieldname), name: keepable(part.filename), bytes })
  }
  return posted
}

/** Throws when a file was cut off, for pages that do not show their form once more. */
export function mustFit({ refused = [] }: Posted): void {
  if (refused[0]) throw refused[0].refusal
}

/** The fields that begin with a prefix, without it. */
export const withPrefix = (fields: Record<string, string>, prefix: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  )

const press = z.object({ run: z.string().max(100), given: z.record(z.string().max(50), z.string().max(500)) })
const choice = press.extend({ option: z.string().max(50) })

/** The run and given of a pressed button or a chosen value; undefined when neither was posted. */
export function readPress(fields: Record<string, string>): Press | undefined {
  if (fields.press !== undefined) return readAs(press, fields.press)
  if (fields.choice === undefined) return undefined
  const { run, given, option } = readAs(choice, fields.choice)
  return { run, given: { ...given, [option]: fields.chosen ?? '' } }
}

function readAs<T>(shape: z.ZodType<T>, text: string): T {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw new Refusal('invalid', 'This button is not one of ours.', 'Reload the page and press it again.')
  }
}
