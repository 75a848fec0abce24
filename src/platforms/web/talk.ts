/** From what a browser posted to an answer: a form that opens, or a card in the chat. */
import type { FileRef } from '../../command.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Call, Form } from '../platform.ts'
import type { WebDeps } from './deps.ts'
import { type Posted, readPress, withPrefix } from './fields.ts'
import { readLine } from './line.ts'
import type { Live } from './live.ts'
import { addMessage, type Persona, type Place, type ProgramRow, replaceCard } from './messages.ts'

export type Speaker = { program: ProgramRow; persona: Persona; place: Place }

/** What becomes of a post: a form to fill in, a sentence under the input line, or nothing more than the changed chat. */
export type Outcome = { form: Form; errors: Record<string, string> } | { notice: string } | 'said'

type Asked = Pick<Call, 'run' | 'given' | 'by'>
type Wrong = { field: string; sentence: string }

/** Runs what was posted. The same event id twice is the same call. */
export async function talk(deps: WebDeps, live: Live, speaker: Speaker, posted: Posted): Promise<Outcome> {
  const asked = await readAsked(deps, speaker, posted)
  if (asked === undefined) return { notice: 'Only commands are read here. They begin with a slash: try /help.' }
  const { run, given, by } = asked
  const call = callOf(speaker, { run, given, by }, posted.fields.event ?? '')
  const unchecked = { ...call.given, ...withPrefix(posted.fields, 'o.'), ...filesOf(call.given) }
  const wrong = asked.by === 'form' ? [...deps.hall.check(call.run, unchecked), ...asked.refused] : []
  if (wrong.length > 0) {
    const again = await deps.hall.formFor({ ...call, given: { ...withPrefix(posted.fields, 'g.'), '?': 'form' } })
    if (again)
      return { form: typedInto(again, posted.fields), errors: Object.fromEntries(wrong.map((w) => [w.field, w.sentence])) }
  }
  const form = await deps.hall.formFor(call)
  if (form) return { form, errors: {} }
  const answer = await deps.hall.dispatch(call)
  await say(deps, live, speaker, call, answer, posted.fields.message)
  return 'said'
}

/** The call a browser would make; event ids are the speaker's own, so that no one can ask for another's answer. */
export function callOf({ program, persona, place }: Speaker, asked: Asked, event: string): Call {
  return {
    platform: 'web',
    workspace: program.id,
    place: place.place,
    user: persona.user,
    userName: persona.name,
    eventId: `${persona.user}:${event.slice(0, 100)}`,
    ...asked,
  }
}

type Read = Asked & { refused: Wrong[] }

async function readAsked(deps: WebDeps, { program }: Speaker, posted: Posted): Promise<Read | undefined> {
  const { fields, files } = posted
  const press = readPress(fields)
  if (press) return { ...press, by: 'press', refused: [] }
  if (fields.form === undefined) {
    const line = readLine(fields.line ?? '', deps.commandsFor())
    return line && { ...line, by: 'slash', refused: [] }
  }
  const given: Call['given'] = withPrefix(fields, 'g.')
  for (const [name, value] of Object.entries(withPrefix(fields, 'o.'))) if (value !== '') given[name] = value
  const refused = (posted.refused ?? []).map(({ field, refusal }) => wrongFile(field, refusal))
  for (const file of files.filter(({ field }) => field.startsWith('o.'))) {
    try {
      given[file.field.slice(2)] = await deps.store(program.id, file.bytes, file.name)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused.push(wrongFile(file.field, error))
    }
  }
  return { run: fields.form, given, by: 'form', refused }
}

/** What is wrong with a file, said at the field it was chosen in. */
export const wrongFile = (field: string, { sentence, fix }: Refusal): Wrong => ({
  field: field.slice(2),
  sentence: fix === undefined ? sentence : `${sentence} ${fix}`,
})

const filesOf = (given: Call['given']): Record<string, FileRef> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, FileRef] => typeof entry[1] !== 'string'))

/** The form once more, with what was typed into it. */
export const typedInto = (form: Form, fields: Record<string, string>): Form => ({
  ...form,
  fields: form.fields.map((field) => {
    const typed = fields[`o.${field.name}`]
    return typed === undefined ? field : { ...field, value: typed }
  }),
})

type Answer = Awaited<ReturnType<WebDeps['hall']['dispatch']>>

/** A private answer to a press on a private card takes that card's place; every other answer is a new message. */
async function say(
  deps: WebDeps,
  live: Live,
  { persona, place }: Speaker,
  call: Call,
  answer: Answer,
  pressedOn?: string,
): Promise<void> {
  const secret = answer.visibility === 'private'
  const replaced =
    secret &&
    pressedOn !== undefined &&
    (await replaceCard(deps, place.place, pressedOn, { card: answer.card }, persona.personId))
  if (!replaced) {
    await addMessage(deps, {
      place: place.place,
      nonce: nonceOf(call),
      card: answer.card,
      author: call.by === 'press' ? null : `${persona.personId} ${call.run}`,
      visibleTo: secret ? persona.personId : null,
      pinned: false,
    })
  }
  live.tell(secret ? { place: place.place, person: persona.personId } : { place: place.place })
}

/** One answer per call, in whichever process and however often it is given. */
export const nonceOf = (call: Call): string => `answer:${call.workspace}:${call.eventId}`
