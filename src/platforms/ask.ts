/** What a door asks before a call is made: the form for options still missing, and suggestions while one types. */
import { type AnyCommand, fileInWords, formAsks, missing, type Option, opensForm, type Suggestion } from '../command.ts'
import type { Actor } from '../context.ts'
import { typedIn } from '../db/inbox.ts'
import { Refusal } from '../kernel/refusal.ts'
import { isFor, mayRun } from '../people/service.ts'
import type { Call, Form, FormField } from './platform.ts'
import { type Hall, porter, programOf } from './porter.ts'

const SUGGEST_MS = 250
/** A form that is drawn with its lists waits longer than somebody who types: an empty list there is the end of the road. */
const LISTS_MS = 2_000

/** A form that was sent comes back for what is required alone; `?` is a button that wants it although nothing is missing. */
function asksMore(cmd: AnyCommand, { given, by }: Pick<Call, 'given' | 'by'>): boolean {
  const absent = missing(cmd, given)
  if (absent.required.length > 0) return true
  return absent.optional.length > 0 && (given['?'] === 'form' || (by !== 'form' && opensForm(cmd, given)))
}

/** The form a door should open instead of dispatching; undefined when nothing required is missing or the person may not run it. */
export async function formFor(hall: Hall, call: Call): Promise<Form | undefined> {
  const cmd = hall.commands.get(call.run)
  if (!cmd) return undefined
  if (!asksMore(cmd, call)) return undefined
  const programId = await programOf(hall, call)
  if (programId === undefined) return hall.unclaimedForm(call)
  const actor = await porter(hall, programId, call)
  if (!mayRun(actor, cmd)) return undefined
  if (cmd.instead && (await hall.act(programId, actor, (ctx) => cmd.instead!(ctx as never)))) return undefined
  const draft = await hall.database.within(programId, (db) =>
    db.draft.findFirst({ where: { programId, personId: actor.personId, run: cmd.name, expiresAt: { gt: hall.clock() } } }),
  )
  const typed = draft ? typedIn(draft.values, (sealed) => hall.sealer.unseal(Buffer.from(sealed, 'base64')).toString('utf8')) : {}
  const stands = cmd.begin ? await begun(hall, programId, actor, cmd, call.given, typed) : typed
  const form = draw(cmd, call.given, stands, typed)
  const title = cmd.formNow && (await hall.act(programId, actor, (ctx) => cmd.formNow!(ctx as never)))
  return title === undefined ? form : { ...form, title }
}

/** What stands now, and over it what was typed before, unless that was typed about something else. */
async function begun(
  hall: Hall,
  programId: string,
  actor: Actor,
  cmd: AnyCommand,
  given: Call['given'],
  typed: Record<string, string>,
): Promise<Record<string, string>> {
  const words = Object.fromEntries(Object.entries(given).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
  const stands = await hall
    .act(programId, actor, async (ctx) => cmd.begin!(ctx as never, words))
    .catch((error: unknown) => {
      // That the thing is gone is said when the form is sent.
      if (error instanceof Refusal) return undefined
      throw error
    })
  if (!stands) return typed
  const about = Object.entries(cmd.options).flatMap(([name, { kind }]) => (kind === 'id' ? [name] : []))
  const same = about.every((name) => (words[name] ?? '') === (typed[name] ?? ''))
  const all = same ? { ...stands, ...typed } : stands
  // A window that is given more than its field takes is not opened at all.
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => value.length <= roomFor(cmd.options[name])))
}

const roomFor = (option: Option | undefined): number =>
  option?.kind === 'integer' ? Number.POSITIVE_INFINITY : (option?.max ?? Number.POSITIVE_INFINITY)

/** The same form without asking who it is for; undefined when nothing required is missing. */
export function bareForm(hall: Pick<Hall, 'commands'>, call: Call): Form | undefined {
  const cmd = hall.commands.get(call.run)
  return cmd && asksMore(cmd, call) ? draw(cmd, call.given, {}) : undefined
}

/** Asks for what is missing. What was `typed` before comes first, for a part of it is what has to be mended. */
function draw(
  cmd: AnyCommand,
  { '?': _, ...all }: Call['given'],
  stands: Record<string, string>,
  typed: Record<string, string> = {},
): Form {
  // What was uploaded to the web comes with the form that is sent, and is asked for there again.
  const came = Object.fromEntries(
    Object.entries(all).filter(([, value]) => typeof value === 'string' || value.platform !== 'web'),
  )
  const first = new Set(Object.keys(typed).filter((name) => typed[name] !== ''))
  const fields = formAsks(cmd, came, first).map((name) => formField(name, cmd.options[name]!, stands[name]))
  const given = Object.fromEntries(
    Object.entries(came).map(([name, value]) => [name, typeof value === 'string' ? value : fileInWords(value)]),
  )
  return { title: cmd.form ?? cmd.description, run: cmd.name, given, fields }
}

/** What an option may be: at most 25, tenant-scoped, nothing after 250 ms while one types, after two seconds for a form. */
export async function suggest(hall: Hall, call: Call, optionName: string, typed: string): Promise<Suggestion[]> {
  const cmd = hall.commands.get(call.run)
  const option = cmd?.options[optionName]
  if (!cmd || !option) return []
  if (option.choices) return option.choices.filter((c) => c.label.toLowerCase().includes(typed.toLowerCase())).slice(0, 25)
  if (!option.suggest) return []
  const found = async (): Promise<Suggestion[]> => {
    const programId = await programOf(hall, call)
    if (programId === undefined) return []
    const actor = await porter(hall, programId, call)
    if (!isFor(actor, cmd)) return []
    const list = await hall.act(programId, actor, (ctx) => option.suggest!(ctx, typed.slice(0, 100)))
    return list.slice(0, 25)
  }
  const ms = call.by === 'form' ? LISTS_MS : SUGGEST_MS
  const late = new Promise<Suggestion[]>((resolve) => setTimeout(resolve, ms, []).unref())
  return Promise.race([hall.database.hurried(ms, found).catch(() => []), late])
}

/** An option as a field of a form. */
export function formField(name: string, option: Option, value: string | undefined): FormField {
  return {
    name,
    label: option.label,
    kind: option.kind,
    required: option.required,
    suggests: option.suggest !== undefined,
    ...(option.min === undefined ? {} : { min: option.min }),
    ...(option.max === undefined ? {} : { max: option.max }),
    ...(option.placeholder === undefined ? {} : { placeholder: option.placeholder }),
    ...(option.choices === undefined ? {} : { choices: option.choices }),
    ...(value === undefined ? {} : { value }),
  }
}
