/** What a call ends with: its answer kept, its trace in the audit, and a card for what went wrong. */
import { type AnyCommand, type FileRef, fileFromWords, fileInWords, formAsks, type Option } from '../command.ts'
import type { Actor, Context } from '../context.ts'
import { isAway, ranTooLong } from '../db/away.ts'
import { sqlState } from '../db/client.ts'
import { callNow, finishCall } from '../db/inbox.ts'
import { buttons, type Card, card, code, paragraph, text, toned } from '../kernel/card.ts'
import { Refusal } from '../kernel/refusal.ts'
import { hours } from '../kernel/time.ts'
import type { Sealer } from '../seal.ts'
import type { Call } from './platform.ts'
import { type Hall, rowOf } from './porter.ts'

const DRAFT_HOURS = 24

/** Answers are kept sealed, for a private one may carry a secret that is shown once. */
export const sealedAnswer = (answer: Card, ctx: Context): { sealed: string } => ({ sealed: ctx.seal(JSON.stringify(answer)) })

/** The answer a call was given before. */
export function keptAnswer(kept: unknown, sealer: Sealer): Card | undefined {
  if (typeof kept !== 'object' || kept === null || !('sealed' in kept)) return undefined
  return JSON.parse(sealer.unseal(Buffer.from(String(kept.sealed), 'base64')).toString('utf8')) as Card
}

/**
 * What the person is told of a call that failed; what was nobody's fault but ours is logged under the reference they see. `looks`: it was
 * given by a page, and must not write.
 */
export function failure(
  hall: Hall,
  cmd: AnyCommand | undefined,
  call: Call,
  error: unknown,
  looks = false,
): { reference: string; answer: Card; outcome: string } {
  const reference = hall.newId('err', hall.clock())
  if (error instanceof Refusal) return { reference, answer: refusalCard(cmd, call, error), outcome: error.code }
  if (ranTooLong(error)) {
    hall.log.error({ err: error, reference, run: call.run }, 'a command took longer than it may')
    const before = hall.meter.overran('command', cmd?.name ?? 'unknown') > 1
    return { reference, answer: before ? tooLongCard(call.run, reference) : awayCard, outcome: reference }
  }
  if (foundNoDatabase(error, looks)) {
    hall.log.warn({ err: error, reference, run: call.run }, 'a command found no database')
    return { reference, answer: awayCard, outcome: reference }
  }
  hall.log.error({ err: error, reference, run: call.run }, 'a command broke')
  hall.tracer.failed(error, reference)
  return { reference, answer: brokenCard(reference), outcome: reference }
}

/** The database is away, or too much is asked of it. What only looks is refused every write (25006), and to try one is a bug of ours. */
export const foundNoDatabase = (error: unknown, looks: boolean): boolean =>
  isAway(error) && !(looks && sqlState(error) === '25006')

/** The run was rolled back; what remains is the outcome, the answer and what the person had typed. */
export async function refused(
  hall: Hall,
  programId: string,
  actor: Actor,
  inboxId: string,
  cmd: AnyCommand | undefined,
  call: Call,
  error: unknown,
): Promise<Card> {
  const { reference, answer, outcome } = failure(hall, cmd, call, error)
  return hall
    .act(programId, actor, async (ctx) => {
      const found = await callNow(ctx.db, inboxId, { programId, ...actor })
      // Its commit was lost on the way back, or another took it up meanwhile.
      if (found && found.state !== 'heard') return keptAnswer(found.answer, hall.sealer) ?? stillRunning
      // What broke is to be tried again, and nobody should have to write it twice.
      if (cmd && (!(error instanceof Refusal) || mayFix(cmd, error) || leadsOn(error))) await keepDraft(ctx, cmd, call)
      await conclude(ctx, inboxId, cmd, call, outcome, answer, true)
      return answer
    })
    .catch(async (err: unknown) => {
      hall.log.error({ err, reference }, 'the outcome of a refused call could not be kept yet')
      const { personId } = actor
      await hall.told.keep({ programId, ...rowOf(call), signal: call.by === 'signal', answer, personId })
      return answer
    })
}

const prose = new Set(['text', 'long', 'email', 'url'])

/** Closes the inbox row and, when something was written or refused, keeps who did what; in the same transaction. */
export async function conclude(
  ctx: Context,
  inboxId: string,
  cmd: AnyCommand | undefined,
  call: Call,
  outcome: string,
  answer: Card,
  always = false,
): Promise<void> {
  const form = { programId: ctx.program.id, personId: ctx.actor.personId, run: call.run }
  const { wrote } = await finishCall(ctx.db, inboxId, sealedAnswer(answer, ctx), ctx.now, outcome === 'done' ? form : undefined)
  if (!always && !wrote) return
  const given = Object.fromEntries(Object.entries(call.given).map(([name, value]) => [name, redacted(cmd?.options[name], value)]))
  await ctx.db.audit.create({
    data: {
      id: ctx.id('audit'),
      programId: ctx.program.id,
      personId: ctx.actor.personId,
      run: call.run.slice(0, 100),
      given,
      outcome,
      at: ctx.now,
    },
  })
}

/** Ids and choices are kept; what people wrote is not. */
function redacted(option: Option | undefined, value: string | FileRef): string {
  if (typeof value !== 'string') return value.name
  return !option || prose.has(option.kind) ? `(${value.length} characters)` : value.slice(0, 200)
}

/**
 * What a form opened again may mend: a refusal that names the field. Who may not run a command, or came too late for all of it, leaves
 * nothing of what they typed behind.
 */
const mayFix = (cmd: AnyCommand, error: unknown): boolean =>
  error instanceof Refusal &&
  Object.keys(cmd.options).length > 0 &&
  (error.code === 'invalid' || (error.code !== 'not_found' && error.field !== undefined && fixable(cmd, error.field)))

/** A field that one may leave empty or fill otherwise. */
const fixable = (cmd: AnyCommand, field: string): boolean => cmd.options[field]?.required === false

/** The press that mends it leads back here, and what was typed is kept until then. */
const leadsOn = (error: unknown): boolean => error instanceof Refusal && error.next !== undefined

async function keepDraft(ctx: Context, cmd: AnyCommand, call: Call): Promise<void> {
  const values = Object.fromEntries(
    Object.entries(call.given).flatMap(([name, value]) => {
      const option = cmd.options[name]
      if (typeof value !== 'string' || option === undefined || option.secret === true) return []
      return [[name, option.secret === 'sealed' ? { sealed: ctx.seal(value) } : value]]
    }),
  )
  if (Object.keys(values).length === 0) return
  const key = { programId: ctx.program.id, personId: ctx.actor.personId, run: cmd.name }
  const draft = { values, expiresAt: hours(ctx.now, DRAFT_HOURS) }
  await ctx.db.draft.upsert({ where: { programId_personId_run: key }, create: { ...key, ...draft }, update: draft })
}

const titles = {
  not_found: 'Not found',
  not_allowed: 'Not allowed',
  invalid: 'Please check',
  conflict: 'Not possible now',
  too_late: 'Too late',
  over_limit: 'Over the limit',
}

/** What clashes with the present state is mostly done already, and then says so. */
const titleOf = ({ code, sentence }: Refusal): string =>
  code === 'conflict' && /\balready\b/.test(sentence) ? 'Already done' : titles[code]

/** The call with its files as they were sent, for the door that sent them takes them once more. */
export function asSent(cmd: AnyCommand | undefined, call: Call, heard: Call): Call {
  const given = { ...call.given }
  for (const [name, value] of Object.entries(heard.given)) {
    const file = typeof value === 'string' ? fileFromWords(cmd?.options[name], value, heard.platform) : value
    if (file) given[name] = file
  }
  return { ...call, given }
}

/** What was typed in a line of more words than a form has fields; sent by the form alone, it would be missing without a word. */
function noRoomFor(cmd: AnyCommand, { given }: Call, kept: Record<string, string>): string[] {
  const typed = Object.keys(given).filter((name) => given[name] !== '' && cmd.options[name] && !(name in kept))
  const asked = formAsks(cmd, kept, new Set(typed))
  return typed.filter((name) => !asked.includes(name))
}

/** A small amber card; Fix opens the form again with what was typed, and with the file unless that is what is wrong. */
function refusalCard(cmd: AnyCommand | undefined, call: Call, refusal: Refusal): Card {
  const kept = Object.entries(call.given).flatMap(([name, value]): [string, string][] => {
    const option = cmd?.options[name]
    if (!option || name === refusal.field || name === '?' || prose.has(option.kind)) return []
    if (typeof value === 'string') return [[name, value]]
    // A page sends its file together with the form, and asks for it there again.
    return value.platform === 'web' ? [] : [[name, fileInWords(value)]]
  })
  const fix = cmd !== undefined && mayFix(cmd, refusal)
  const lost = fix ? noRoomFor(cmd, call, Object.fromEntries(kept)) : []
  return toned(
    'warn',
    card(
      titleOf(refusal),
      refusal.sentence,
      refusal.fix !== undefined && refusal.fix,
      refusal.next !== undefined && buttons(refusal.next),
      lost.length > 0 && `The form has no room for ${lost.join(', ')}: give that once more behind /${cmd!.name}.`,
      fix && buttons({ label: 'Fix', run: cmd.name, given: { ...Object.fromEntries(kept), '?': 'form' }, look: 'main' }),
    ),
  )
}

const brokenCard = (reference: string): Card =>
  toned(
    'bad',
    card(
      'Something broke here, not with you',
      paragraph(text`Nothing was changed. Please try again; if it stays, tell a manager this reference: ${code(reference)}`),
    ),
  )

export const awayCard = toned(
  'warn',
  card(
    'One moment, please',
    'The database is away for a moment or far too busy. Nothing was changed. Please try again in a minute.',
  ),
)

const tooLongCard = (run: string, reference: string): Card =>
  toned(
    'warn',
    card(
      'This takes too long',
      `/${run} took longer than it may, and not for the first time. Nothing was changed.`,
      paragraph(text`Please try again later; if it stays, tell a manager this reference: ${code(reference)}`),
    ),
  )

export const stillRunning = toned(
  'warn',
  card('Still working on it', 'This was already asked a moment ago. The answer will appear here.'),
)
export const unknownSpace = toned(
  'warn',
  card('Not connected', 'This space is not tied to a program yet.', 'An admin of the program connects it with /setup space.'),
)
export const tooLateCard = (run: string): Card =>
  toned('warn', card('Please ask again', `Troupe was restarted while it worked on /${run}. Nothing was changed.`))
