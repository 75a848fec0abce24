/** The hall. Every door leads here: heard already? who are you? may you? is it valid? run, answer. */
import { createHash } from 'node:crypto'
import { type AnyCommand, type FileRef, missing, type Option, type Suggestion } from '../command.ts'
import type { Actor, Context } from '../context.ts'
import type { Database } from '../db/client.ts'
import type { Inbox } from '../db/generated/client.ts'
import { finish, hear } from '../db/inbox.ts'
import { buttons, type Card, card, code, paragraph, text, toned } from '../kernel/card.ts'
import type { Id, Kind } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { hours, minutes } from '../kernel/time.ts'
import type { Log } from '../log.ts'
import { asRole, atLeast, recognise } from '../people/service.ts'
import type { Sealer } from '../seal.ts'
import type { Call, Form, FormField } from './platform.ts'

/** What the hall needs of the app. */
export type Hall = {
  database: Database
  commands: ReadonlyMap<string, AnyCommand>
  sealer: Sealer
  log: Log
  clock: () => Date
  newId: <K extends Kind>(kind: K, now: Date) => Id<K>
  /** One unit of work: a transaction with the tenant set and a Context for this actor. */
  act: <T>(programId: string, actor: Actor, work: (ctx: Context) => Promise<T>) => Promise<T>
}

export type Answered = { card: Card; visibility: 'private' | 'public' }

const FORM_FIELDS = 5
const RERUN_MINUTES = 14
const DRAFT_HOURS = 24
const SUGGEST_MS = 250

/** Reserved option: a button that wants the form although nothing required is missing. */
const wantsForm = (given: Call['given']): boolean => given['?'] === 'form'

/** Runs a call and gives the card to answer with. Never throws for what a person did: refusals and bugs become cards. */
export async function dispatch(hall: Hall, came: Call): Promise<Answered> {
  const call = storable(came)
  const programId = await programOf(hall, call)
  if (programId === undefined) return { card: unknownSpace, visibility: 'private' }
  const heard = await hearCall(hall, programId, call)
  const cmd = hall.commands.get(call.run)
  const visibility = cmd?.visibility ?? 'private'
  if (!heard.fresh) return { card: keptAnswer(heard.answer, hall.sealer) ?? stillRunning, visibility }
  return { card: await run(hall, programId, heard.actor, heard.inboxId, call), visibility }
}

/** PostgreSQL keeps neither NUL nor half a character, and nobody types them: without this such a call could never be closed. */
function storable(call: Call): Call {
  const clean = (words: string) => Buffer.from(words.replaceAll('\0', ''), 'utf8').toString('utf8')
  const given = Object.entries(call.given).map(([name, value]) => [clean(name), typeof value === 'string' ? clean(value) : value])
  return { ...call, userName: clean(call.userName), run: clean(call.run), given: Object.fromEntries(given) }
}

async function run(hall: Hall, programId: string, actor: Actor, inboxId: string, call: Call): Promise<Card> {
  const cmd = hall.commands.get(call.run)
  try {
    return await hall.act(programId, actor, async (ctx) => {
      const kept = await answeredMeanwhile(hall, ctx, inboxId)
      if (kept) return kept
      const ready = admitCall(cmd, call, actor)
      const values = readOptions(ready, call.given)
      const answer = await ready.run(ctx, values)
      await conclude(ctx, inboxId, ready, call, 'done', answer)
      return answer
    })
  } catch (error) {
    return refused(hall, programId, actor, inboxId, cmd, call, error)
  }
}

/** Locks the call, so that one taken up again after a restart can't run beside itself; returns the answer another gave meanwhile. */
async function answeredMeanwhile(hall: Hall, ctx: Context, inboxId: string): Promise<Card | undefined> {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${inboxId}, 0))`
  const row = await ctx.db.inbox.findUnique({ where: { id: inboxId }, select: { state: true, answer: true } })
  return row && row.state !== 'heard' ? (keptAnswer(row.answer, hall.sealer) ?? stillRunning) : undefined
}

/** Answers are kept sealed, for a private one may carry a secret that is shown once. */
const sealedAnswer = (answer: Card, ctx: Context): { sealed: string } => ({ sealed: ctx.seal(JSON.stringify(answer)) })

function keptAnswer(kept: unknown, sealer: Sealer): Card | undefined {
  if (typeof kept !== 'object' || kept === null || !('sealed' in kept)) return undefined
  return JSON.parse(sealer.unseal(Buffer.from(String(kept.sealed), 'base64')).toString('utf8')) as Card
}

/** What the person is told of a call that failed; what was nobody's fault but ours is logged under the reference they see. */
function failure(
  hall: Hall,
  cmd: AnyCommand | undefined,
  call: Call,
  error: unknown,
): { reference: string; answer: Card; outcome: string } {
  const reference = hall.newId('err', hall.clock())
  if (error instanceof Refusal) return { reference, answer: refusalCard(cmd, call, error), outcome: error.code }
  hall.log.error({ err: error, reference, run: call.run }, 'a command broke')
  return { reference, answer: brokenCard(reference), outcome: reference }
}

/** The run was rolled back; what remains is the outcome, the answer and what the person had typed. */
async function refused(
  hall: Hall,
  programId: string,
  actor: Actor,
  inboxId: string,
  cmd: AnyCommand | undefined,
  call: Call,
  error: unknown,
): Promise<Card> {
  const { reference, answer, outcome } = failure(hall, cmd, call, error)
  await hall
    .act(programId, actor, async (ctx) => {
      if (cmd && error instanceof Refusal) await keepDraft(ctx, cmd, call)
      await conclude(ctx, inboxId, cmd, call, outcome, answer, true)
    })
    .catch((err: unknown) => hall.log.error({ err, reference }, 'the outcome of a refused call could not be kept'))
  return answer
}

/**
 * The card of a call that only looks: who, may, valid and run as in dispatch, but nothing is heard, kept or audited, and PostgreSQL
 * refuses every write. Pages are made of these, so that opening one can never act.
 */
export async function look(hall: Hall, call: Call): Promise<Card> {
  const programId = await programOf(hall, call)
  if (programId === undefined) return unknownSpace
  const cmd = hall.commands.get(call.run)
  const actor = await porter(hall, programId, call)
  try {
    return await hall.act(programId, actor, async (ctx) => {
      await ctx.db.$executeRaw`SET TRANSACTION READ ONLY`
      const ready = admitCall(cmd, call, actor)
      return ready.run(ctx, readOptions(ready, call.given))
    })
  } catch (error) {
    return failure(hall, cmd, call, error).answer
  }
}

/** The form a door should open instead of dispatching; undefined when nothing required is missing or the person may not run it. */
export async function formFor(hall: Hall, call: Call): Promise<Form | undefined> {
  const cmd = hall.commands.get(call.run)
  if (!cmd) return undefined
  const absent = missing(cmd, call.given)
  if (absent.required.length === 0 && !(wantsForm(call.given) && absent.optional.length > 0)) return undefined
  const programId = await programOf(hall, call)
  if (programId === undefined) return undefined
  const actor = await porter(hall, programId, call)
  if (!atLeast(actor.role, cmd.role)) return undefined
  const draft = await hall.database.within(programId, (db) =>
    db.draft.findFirst({ where: { programId, personId: actor.personId, run: cmd.name, expiresAt: { gt: hall.clock() } } }),
  )
  const typed = (draft?.values ?? {}) as Record<string, string>
  const fields = [...absent.required, ...absent.optional]
    .slice(0, FORM_FIELDS)
    .map((name) => formField(name, cmd.options[name]!, typed[name]))
  const given = Object.fromEntries(
    Object.entries(call.given).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== '?'),
  )
  return { title: cmd.form ?? cmd.description, run: cmd.name, given, fields }
}

/** What an option may be while one types: at most 25, tenant-scoped, nothing after 250 ms. */
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
    if (!atLeast(actor.role, cmd.role)) return []
    const list = await hall.act(programId, actor, (ctx) => option.suggest!(ctx, typed.slice(0, 100)))
    return list.slice(0, 25)
  }
  const late = new Promise<Suggestion[]>((resolve) => setTimeout(resolve, SUGGEST_MS, []).unref())
  return Promise.race([found().catch(() => []), late])
}

/** Calls that were heard but not finished when the process ended: young ones run again, older ones are told. */
export async function resume(
  hall: Hall,
  programId: string,
  answerLate: (call: Call, card: Card) => Promise<void>,
): Promise<number> {
  const rows = await hall.database.within(programId, (db) =>
    db.inbox.findMany({ where: { programId, state: 'heard', source: { startsWith: 'chat:' } } }),
  )
  for (const row of rows) {
    // One that can't be taken up must not keep the others, and the whole start, from going on.
    await takeUp(hall, programId, row, answerLate).catch((err: unknown) => {
      hall.log.error({ err, inbox: row.id }, 'a call from before the restart could not be taken up')
    })
  }
  return rows.length
}

async function takeUp(
  hall: Hall,
  programId: string,
  row: Inbox,
  answerLate: (call: Call, card: Card) => Promise<void>,
): Promise<void> {
  if (!row.body) return
  const call = JSON.parse(hall.sealer.unseal(row.body).toString('utf8')) as Call
  const actor = await porter(hall, programId, call)
  if (row.receivedAt > minutes(hall.clock(), -RERUN_MINUTES)) {
    await answerLate(call, await run(hall, programId, actor, row.id, call))
    return
  }
  await hall.act(programId, actor, async (ctx) => {
    const told = tooLateCard(call.run)
    await ctx.show({ person: actor.personId }, `late:${row.id}`, told)
    await finish(ctx.db, row.id, { state: 'done', answer: sealedAnswer(told, ctx), doneAt: ctx.now })
  })
}

const programs = new WeakMap<Hall, Map<string, string>>()

/** The program a space belongs to. Spaces never change owner, so what was found is kept. */
async function programOf(hall: Hall, call: Call): Promise<string | undefined> {
  const kept = programs.get(hall) ?? new Map<string, string>()
  programs.set(hall, kept)
  const key = `${call.platform} ${call.workspace}`
  if (!kept.has(key)) {
    const space = await hall.database.across((db) =>
      db.space.findUnique({ where: { platform_workspace: { platform: call.platform, workspace: call.workspace } } }),
    )
    if (space) kept.set(key, space.programId)
  }
  return kept.get(key)
}

async function hearCall(
  hall: Hall,
  programId: string,
  call: Call,
): Promise<{ fresh: boolean; answer: unknown; inboxId: string; actor: Actor }> {
  const now = hall.clock()
  const body = JSON.stringify(call)
  return hall.database.within(programId, async (db) => {
    const actor = await actorOf(hall, db, programId, call, now)
    const { fresh, row } = await hear(db, {
      id: hall.newId('inbox', now),
      programId,
      source: `chat:${call.platform}`,
      externalId: call.eventId,
      bodyHash: createHash('sha256').update(body).digest('hex'),
      body: Uint8Array.from(hall.sealer.seal(body)),
      receivedAt: now,
    })
    return { fresh, answer: row.answer, inboxId: row.id, actor }
  })
}

const porter = (hall: Hall, programId: string, call: Call): Promise<Actor> =>
  hall.database.within(programId, (db) => actorOf(hall, db, programId, call, hall.clock()))

async function actorOf(hall: Hall, db: Context['db'], programId: string, call: Call, now: Date): Promise<Actor> {
  const id = <K extends Kind>(kind: K) => hall.newId(kind, now)
  const { membership } = await recognise({ db, now, id }, { ...call, programId })
  const creator = await db.creator.findUnique({
    where: { programId_personId: { programId, personId: membership.personId } },
    select: { id: true },
  })
  const program = await db.program.findUniqueOrThrow({ where: { id: programId }, select: { zone: true, locale: true } })
  return {
    personId: membership.personId,
    name: membership.name,
    role: asRole(membership.role),
    zone: membership.zone ?? program.zone,
    locale: membership.locale ?? program.locale,
    platform: call.platform,
    ...(creator ? { creatorId: creator.id } : {}),
  }
}

function admitCall(cmd: AnyCommand | undefined, call: Call, actor: Actor): AnyCommand {
  if (!cmd) throw new Refusal('not_found', `There is no command called /${call.run}.`, 'See /help for what you may do here.')
  if (!atLeast(actor.role, cmd.role)) {
    throw new Refusal(
      'not_allowed',
      `/${cmd.name} is for ${plural[cmd.role]}.`,
      cmd.role === 'creator' ? 'Join first with /apply.' : 'Ask an admin of the program.',
    )
  }
  if (cmd.role === 'creator' && actor.creatorId === undefined) {
    throw new Refusal(
      'not_allowed',
      `/${cmd.name} shows a creator's own things, and you are not a creator here.`,
      'Managers find a creator with /creator show.',
    )
  }
  return cmd
}

const plural = { anyone: 'everyone', creator: 'creators', manager: 'managers', admin: 'admins' }

/** Checks every option; the first that fails is refused with its field and what is right. */
function readOptions(cmd: AnyCommand, given: Call['given']): Record<string, never> {
  const unknown = Object.keys(given).find((name) => name !== '?' && !(name in cmd.options))
  if (unknown !== undefined) {
    const known = Object.keys(cmd.options).join(', ') || 'none'
    throw new Refusal('invalid', `/${cmd.name} has no option called "${unknown.slice(0, 50)}".`, `Its options: ${known}.`)
  }
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(cmd.options)) {
    const value = given[name]
    if (option.required && (value === undefined || value === '')) {
      throw new Refusal('invalid', `"${option.label}" is missing.`, `Give ${name}.`, name)
    }
    const checked = option.check.safeParse(value)
    if (!checked.success) throw new Refusal('invalid', `"${option.label}" ${checked.error.issues[0]!.message}.`, undefined, name)
    values[name] = checked.data
  }
  return values as Record<string, never>
}

/** A transaction gets an id with its first write; an advisory lock and reads leave it without one. */
async function wroteSomething(ctx: Context): Promise<boolean> {
  const [written] = await ctx.db.$queryRaw<{ wrote: boolean }[]>`SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS wrote`
  return written?.wrote ?? true
}

const prose = new Set(['text', 'long', 'email', 'url'])

/** Closes the inbox row and, when something was written or refused, keeps who did what; in the same transaction. */
async function conclude(
  ctx: Context,
  inboxId: string,
  cmd: AnyCommand | undefined,
  call: Call,
  outcome: string,
  answer: Card,
  always = false,
): Promise<void> {
  if (always || (await wroteSomething(ctx))) {
    const given = Object.fromEntries(
      Object.entries(call.given).map(([name, value]) => [name, redacted(cmd?.options[name], value)]),
    )
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
  if (outcome === 'done')
    await ctx.db.draft.deleteMany({ where: { programId: ctx.program.id, personId: ctx.actor.personId, run: call.run } })
  await finish(ctx.db, inboxId, { state: 'done', answer: sealedAnswer(answer, ctx), doneAt: ctx.now })
}

/** Ids and choices are kept; what people wrote is not. */
function redacted(option: Option | undefined, value: string | FileRef): string {
  if (typeof value !== 'string') return value.name
  return !option || prose.has(option.kind) ? `(${value.length} characters)` : value.slice(0, 200)
}

async function keepDraft(ctx: Context, cmd: AnyCommand, call: Call): Promise<void> {
  const values = Object.fromEntries(
    Object.entries(call.given).filter(([name, value]) => typeof value === 'string' && name in cmd.options),
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
  conflict: 'Already done',
  too_late: 'Too late',
  over_limit: 'Over the limit',
}

/** A small amber card; Fix opens the form again with what was typed. */
export function refusalCard(cmd: AnyCommand | undefined, call: Call, refusal: Refusal): Card {
  const kept = Object.entries(call.given).filter(
    ([name, value]) =>
      typeof value === 'string' &&
      name !== refusal.field &&
      name !== '?' &&
      cmd?.options[name] &&
      !prose.has(cmd.options[name].kind),
  ) as [string, string][]
  const mayFix = cmd !== undefined && refusal.code === 'invalid' && Object.keys(cmd.options).length > 0
  return toned(
    'warn',
    card(
      titles[refusal.code],
      refusal.sentence,
      refusal.fix !== undefined && refusal.fix,
      mayFix && buttons({ label: 'Fix', run: cmd.name, given: { ...Object.fromEntries(kept), '?': 'form' }, look: 'main' }),
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

const stillRunning = toned(
  'warn',
  card('Still working on it', 'This was already asked a moment ago. The answer will appear here.'),
)
const unknownSpace = toned(
  'warn',
  card('Not connected', 'This space is not tied to a program yet.', 'An admin of the program connects it with /setup.'),
)
const tooLateCard = (run: string): Card =>
  toned('warn', card('Please ask again', `Troupe was restarted while it worked on /${run}. Nothing was changed.`))

function formField(name: string, option: Option, value: string | undefined): FormField {
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
