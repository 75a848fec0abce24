/** The hall. Every door leads here: heard already? who are you? may you? is it valid? run, answer. */
import type { AnyCommand } from '../command.ts'
import type { Actor, Context } from '../context.ts'
import { wayInOf } from '../creators/way-in.ts'
import { ranTooLong } from '../db/away.ts'
import { callNow } from '../db/inbox.ts'
import type { Card } from '../kernel/card.ts'
import { keepable } from '../kernel/keepable.ts'
import { Refusal } from '../kernel/refusal.ts'
import { hasOwn, isFor, mayRun, personLock } from '../people/service.ts'
import {
  asSent,
  awayCard,
  conclude,
  failure,
  foundNoDatabase,
  keptAnswer,
  refused,
  stillRunning,
  unknownSpace,
} from './outcome.ts'
import type { Call } from './platform.ts'
import { type Hall, hearCall, porter, programOf, rowOf } from './porter.ts'

/** `again`: this very call was heard before, and whoever asked has its answer or will get it. */
export type Answered = { card: Card; visibility: 'private' | 'public'; again?: boolean }

/** Runs a call and gives the card to answer with. Never throws for what a person did: refusals and bugs become cards. */
export async function dispatch(hall: Hall, came: Call): Promise<Answered> {
  const call = storable(came)
  return tracedCall(hall, call, () => answer(hall, call))
}

/** The span of a call, by what it runs; a name that is no command may be anything somebody typed. */
export function tracedCall<T>(hall: Hall, { run: name, platform }: Call, work: () => Promise<T>): Promise<T> {
  const command = hall.commands.has(name) ? name : 'unknown'
  return hall.tracer.traced(`command ${command}`, { 'troupe.command': command, 'troupe.platform': platform }, work)
}

async function answer(hall: Hall, call: Call): Promise<Answered> {
  const programId = await programOf(hall, call)
  if (programId === undefined) return { card: await hall.unclaimed(call), visibility: 'private' }
  const heard = await hearCall(hall, programId, call).catch(async (error: unknown) => {
    // It may be written down all the same, and whoever asks is told now that it was not.
    await hall.told.keep({ programId, ...rowOf(call), signal: call.by === 'signal', answer: awayCard })
    throw error
  })
  const cmd = hall.commands.get(call.run)
  const visibility = cmd?.visibility ?? 'private'
  if (!heard.fresh) {
    hall.tracer.note({ 'troupe.outcome': 'again' })
    return { card: keptAnswer(heard.answer, hall.sealer) ?? stillRunning, visibility, again: true }
  }
  const ran = await run(hall, programId, heard.actor, heard.inboxId, call)
  return { card: ran.answer, visibility, ...(ran.kept && { again: true }) }
}

/** Without this a call with text that can't be kept could never be closed. */
function storable(call: Call): Call {
  const given = Object.entries(call.given).map(([name, value]) => [
    keepable(name),
    typeof value === 'string' ? keepable(value) : value,
  ])
  return { ...call, userName: keepable(call.userName), run: keepable(call.run), given: Object.fromEntries(given) }
}

/** `kept`: another had taken the call up and answered it. */
type Ran = { answer: Card; kept: boolean }

/** Runs what was heard: from here on, whatever happens ends with a card that is kept. */
export async function run(hall: Hall, programId: string, actor: Actor, inboxId: string, heard: Call): Promise<Ran> {
  const cmd = hall.commands.get(heard.run)
  const began = performance.now()
  // A name that is no command may be anything somebody typed, and would be a line of its own.
  const count = (outcome: 'done' | 'refused' | 'broken') => {
    hall.meter.command(cmd ? heard.run : 'unknown', heard.platform, outcome, (performance.now() - began) / 1000)
    hall.tracer.note({ 'troupe.outcome': outcome })
  }
  let call = heard
  const act: Hall['act'] = (...unit) => hall.turn(() => hall.act(...unit))
  try {
    await admitCall(hall, heard, actor, () => act(programId, actor, wayInOf))
    // A platform's links to files die within a day, and no network call belongs into a transaction, nor into a turn: a few large files
    // would keep everybody waiting.
    call = await hall.bring(programId, heard)
    const ran = await act(programId, { ...actor, call: heard.eventId }, async (ctx) => {
      const kept = await answeredMeanwhile(hall, ctx, inboxId)
      if (kept) return { answer: kept, kept: true }
      const ready = await admitCall(hall, call, actor, () => wayInOf(ctx))
      const answer = await perform(ctx, ready, call)
      await conclude(ctx, inboxId, ready, call, 'done', answer)
      return { answer, kept: false }
    })
    count('done')
    return ran
  } catch (error) {
    count(error instanceof Refusal ? 'refused' : 'broken')
    const sent = asSent(cmd, call, heard)
    return { answer: await hall.turn(() => refused(hall, programId, actor, inboxId, cmd, sent, error)), kept: false }
  }
}

/**
 * Locks the call, so that one taken up again after a restart can't run beside itself, and holds the person as they are; returns the
 * answer another gave meanwhile. Throws when the person turned out to be somebody else between being recognised and acting.
 */
async function answeredMeanwhile(hall: Hall, ctx: Context, inboxId: string): Promise<Card | undefined> {
  const person = personLock(ctx.program.id, ctx.actor.personId)
  await ctx.db
    .$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${inboxId}, 0)), pg_advisory_xact_lock_shared(hashtextextended(${person}, 0))`
  const found = await callNow(ctx.db, inboxId, { programId: ctx.program.id, ...ctx.actor })
  if (found && found.state !== 'heard') return keptAnswer(found.answer, hall.sealer) ?? stillRunning
  if (found?.merged) throw new Refusal('conflict', 'Your accounts were connected a moment ago.', 'Please ask again.')
  return undefined
}

/**
 * The cards of calls that only look: who, may, valid and run as in dispatch, but nothing is heard, kept or audited, and PostgreSQL
 * refuses every write. Pages are made of these, so that opening one can never act. Whoever looks is recognised once for all of them.
 */
export async function look(hall: Hall, call: Call, things: readonly Pick<Call, 'run' | 'given'>[]): Promise<Card[]> {
  const programId = await programOf(hall, call)
  if (programId === undefined) return things.map(() => unknownSpace)
  const actor = await porter(hall, programId, call)
  return Promise.all(things.map(({ run, given }) => see(hall, { programId, actor }, { ...call, run, given })))
}

async function see(hall: Hall, { programId, actor }: { programId: string; actor: Actor }, call: Call): Promise<Card> {
  try {
    return await hall.act(programId, actor, async (ctx) => {
      await ctx.db.$executeRaw`SET TRANSACTION READ ONLY`
      const ready = await admitCall(hall, call, actor, () => wayInOf(ctx))
      return perform(ctx, ready, call)
    })
  } catch (error) {
    // Then the whole page is away, and says so; what alone takes too long says it in its own place.
    if (foundNoDatabase(error, true) && !ranTooLong(error)) throw error
    return failure(hall, hall.commands.get(call.run), call, error, true).answer
  }
}

const perform = async (ctx: Context, cmd: AnyCommand, call: Call): Promise<Card> =>
  (await cmd.instead?.(ctx)) ?? cmd.run(ctx, readOptions(cmd, call.given))

type Way = () => Promise<string>

/** `way` says what leads somebody in who is no creator yet. */
async function admitCall(hall: Hall, call: Call, actor: Actor, way: Way): Promise<AnyCommand> {
  const cmd = hall.commands.get(call.run)
  if (!cmd) throw new Refusal('not_found', `There is no command called /${call.run}.`, near(hall, call.run, actor))
  if (!mayRun(actor, cmd)) {
    throw new Refusal(
      'not_allowed',
      `/${cmd.name} is for ${cmd.finance ? 'finance members and admins' : plural[cmd.role]}.`,
      cmd.role === 'creator' ? await way() : 'Ask an admin of the program.',
    )
  }
  // Also whoever is none yet, or was one, for a link and a code bring them nothing.
  if (cmd.role === 'creator' && !hasOwn(actor, cmd)) {
    throw new Refusal(
      'not_allowed',
      `/${cmd.name} shows a creator's own things, and you are not a creator here.`,
      actor.former || actor.applicant ? await way() : 'Managers find a creator with /creator show.',
    )
  }
  return cmd
}

const NAMED = 5

/** What goes on after the first word of what was typed, commands that ask nothing first; else the list of all. */
function near({ commands }: Hall, typed: string, actor: Actor): string {
  const group = `${typed.split(' ')[0]} `
  const asks = (cmd: AnyCommand) => Object.values(cmd.options).filter((option) => option.required).length
  const found = [...commands.values()]
    .filter((cmd) => cmd.listed && cmd.name.startsWith(group) && isFor(actor, cmd))
    .sort((a, b) => asks(a) - asks(b) || a.name.localeCompare(b.name))
    .map(({ name }) => `/${name}`)
  if (found.length === 0) return 'See /help for what you may do here.'
  const more = found.length > NAMED ? ' /help names the others.' : ''
  return `Say which: ${found.slice(0, NAMED).join(', ')}.${more}`
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
