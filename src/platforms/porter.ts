/** The porter of the hall: which program a call belongs to, who asks, and whether it was heard already. */
import { createHash } from 'node:crypto'
import type { AnyCommand } from '../command.ts'
import type { Actor, Context } from '../context.ts'
import { placeOf } from '../creators/rules-standing.ts'
import type { Database } from '../db/client.ts'
import { findCaller, hear, hearKnown, type KnownCaller } from '../db/inbox.ts'
import type { Card } from '../kernel/card.ts'
import type { Id, Kind } from '../kernel/id.ts'
import { atMost } from '../kernel/turn.ts'
import type { Log } from '../log.ts'
import type { Meter } from '../meter.ts'
import { asRole, nameLater, recognise } from '../people/service.ts'
import type { Sealer } from '../seal.ts'
import type { Tracer } from '../trace.ts'
import type { LeftCalls } from './left.ts'
import { type Call, type Form, UNNAMED } from './platform.ts'
import type { ToldCalls } from './told.ts'

/** What the hall needs of the app. */
export type Hall = {
  database: Database
  commands: ReadonlyMap<string, AnyCommand>
  sealer: Sealer
  log: Log
  meter: Meter
  tracer: Tracer
  clock: () => Date
  /** Calls on the disk until they are answered. */
  left: LeftCalls
  /** Calls whose end was told and could not be written. */
  told: ToldCalls
  /**
   * Runs a unit of work of a call when it is its turn: a crowd that asks at once waits, and takes no connection from pages, webhooks and
   * jobs. Whoever has a turn asks for no other.
   */
  turn: <T>(work: () => Promise<T>) => Promise<T>
  /** Copies a file in when it is its turn, for each is held whole until it is stored. */
  copying: <T>(work: () => Promise<T>) => Promise<T>
  newId: <K extends Kind>(kind: K, now: Date) => Id<K>
  /** The call with the files it brought copied in; Refusal when one can't be taken. */
  bring: (programId: string, call: Call) => Promise<Call>
  /** What to answer in a space that belongs to no program yet. */
  unclaimed: (call: Call) => Promise<Card>
  unclaimedForm: (call: Call) => Promise<Form | undefined>
  /** One unit of work: a transaction with the tenant set and a Context for this actor. */
  act: <T>(programId: string, actor: Actor, work: (ctx: Context) => Promise<T>) => Promise<T>
}

/** Of the ten connections for units of work; the others are left to pages, webhooks and jobs. */
const AT_ONCE = 6

const FILES_AT_ONCE = 6

/** The two lines that the calls of a process wait in, and their files. */
export const lines = (): Pick<Hall, 'turn' | 'copying'> => ({ turn: atMost(AT_ONCE), copying: atMost(FILES_AT_ONCE) })

const programs = new WeakMap<Database, Map<string, string>>()

/** The program a space belongs to. Spaces never change owner, so what was found is kept. */
export async function programOf(
  hall: Pick<Hall, 'database'>,
  call: Pick<Call, 'platform' | 'workspace'>,
): Promise<string | undefined> {
  const kept = programs.get(hall.database) ?? new Map<string, string>()
  programs.set(hall.database, kept)
  const key = `${call.platform} ${call.workspace}`
  if (!kept.has(key)) {
    const space = await hall.database.across((db) =>
      db.space.findUnique({ where: { platform_workspace: { platform: call.platform, workspace: call.workspace } } }),
    )
    if (space) kept.set(key, space.programId)
  }
  return kept.get(key)
}

/** The press that a platform's id was too short for; undefined when this program keeps none under it. */
export async function keptPress(
  { database }: Pick<Hall, 'database'>,
  programId: string,
  id: string,
): Promise<{ run: string; given: Record<string, string> } | undefined> {
  const row = await database.within(programId, (db) => db.press.findUnique({ where: { programId_id: { programId, id } } }))
  return row ? { run: row.run, given: row.given as Record<string, string> } : undefined
}

/** What its row in the inbox is known by. */
export const rowOf = ({ platform, eventId }: Call) => ({ source: `chat:${platform}`, externalId: eventId })

/** Writes the call down, by itself and at once; `fresh` is false when it was heard before. */
export async function hearCall(
  hall: Hall,
  programId: string,
  call: Call,
): Promise<{ fresh: boolean; answer: unknown; inboxId: string; actor: Actor }> {
  const now = hall.clock()
  const body = JSON.stringify(call)
  const heard = {
    id: hall.newId('inbox', now),
    programId,
    ...rowOf(call),
    bodyHash: createHash('sha256').update(body).digest('hex'),
    body: Uint8Array.from(hall.sealer.seal(body)),
    receivedAt: now,
  }
  const known = await hearKnown(hall.database, call, heard)
  if (known)
    return { fresh: true, answer: null, inboxId: heard.id, actor: await named(hall, programId, actorFrom(known, call), call) }
  const meet = () =>
    hall.database.within(programId, async (db) => {
      const actor = await actorOf(hall, db, programId, call, now)
      const { fresh, row } = await hear(db, heard)
      return { fresh, answer: row.answer, inboxId: row.id, actor }
    })
  return hall.turn(meet)
}

async function named(hall: Hall, programId: string, actor: Actor, { userName }: Call): Promise<Actor> {
  if (actor.name !== UNNAMED || userName === UNNAMED) return actor
  await hall.database.within(programId, (db) => nameLater(db, programId, actor.personId, { from: UNNAMED, to: userName }))
  return { ...actor, name: userName }
}

/** Who asks; the person is made when an account is seen for the first time. */
export async function porter(hall: Hall, programId: string, call: Call): Promise<Actor> {
  const known = await findCaller(hall.database, programId, call)
  if (known) return actorFrom(known, call)
  return hall.database.within(programId, (db) => actorOf(hall, db, programId, call, hall.clock()))
}

async function actorOf(hall: Hall, db: Context['db'], programId: string, call: Call, now: Date): Promise<Actor> {
  const id = <K extends Kind>(kind: K) => hall.newId(kind, now)
  const { membership } = await recognise({ db, now, id }, { ...call, programId })
  const creator = await db.creator.findUnique({
    where: { programId_personId: { programId, personId: membership.personId } },
    select: { id: true, state: true, stood: true },
  })
  const program = await db.program.findUniqueOrThrow({ where: { id: programId }, select: { zone: true, locale: true } })
  const { personId, name, role, finance, zone, locale } = membership
  const chosen = { zone: zone ?? program.zone, locale: locale ?? program.locale }
  const { id: creatorId = null, state: creatorState = null, stood = [] } = creator ?? {}
  return actorFrom({ personId, name, role, finance, ...chosen, creatorId, creatorState, stood }, call)
}

const actorFrom = ({ creatorId, creatorState, stood, role, ...who }: KnownCaller, { platform }: Call): Actor => ({
  ...who,
  role: asRole(role),
  platform,
  ...(creatorId === null ? {} : { creatorId }),
  ...(creatorState === null ? {} : placeOf({ state: creatorState, stood })),
})
