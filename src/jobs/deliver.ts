import { carryCalls } from '../calls.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import {
  type Claimed,
  claimDue,
  fail,
  holdPush,
  nextDue,
  type PostPayload,
  repeatGrantsIn,
  retryGrantsIn,
  setAside,
  settle,
  wait,
  wake,
} from '../db/outbox.ts'
import { LEFT } from '../db/places.ts'
import { type JobContext, job } from '../job.ts'
import type { PushKind } from '../kernel/push.ts'
import { localDay, minutes } from '../kernel/time.ts'
import { carryMail } from '../letters.ts'
import { mayPush } from '../messages/push.ts'
import { directFor, sendTo, standing } from '../platforms/direct.ts'
import { byNextDoor, type Door, goneCard, letGoOfLost, placeFor, preparedCard } from '../platforms/places.ts'
import { deliveryOf, type WantedChannel } from '../platforms/platform.ts'
import { sending } from '../trace.ts'

const BATCH = 50
const LEASE_MINUTES = 2
const EDIT_EVERY_MS = 10_000

export type GrantPayload = { role: string; on: boolean }
export type PreparePayload = { channels: WantedChannel[]; tell: string; asked: string }

/** What a delivery came to: done, with what is to be kept of it; or to be taken up again at a moment. */
type Outcome = { until: Date } | { keep: (db: Db) => Promise<unknown> } | undefined

export default job({
  about: 'Carries the outbox to the doors, shops and mail: posts, edits, threads, role grants, calls and letters, each once',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) {
      const doors = await openDoors(app, programId)
      // What is due for a door that is not open here waits for the process that has it. A slow door keeps no other waiting.
      const [shops, mail] = await Promise.all([
        carryCalls(app, programId),
        carryMail(app, programId),
        ...doors.map((door) => drain(app, door)),
      ])
      await ringAgain(app, programId, [...doors.map((door) => door.spaceId), ...shops, ...mail])
    }
  },
})

async function drain(app: JobContext, door: Door): Promise<void> {
  for (let more = true; more; ) {
    const claimed = await app.database.within(door.programId, (db) =>
      claimDue(db, door.spaceId, app.clock(), minutes(app.clock(), LEASE_MINUTES), BATCH),
    )
    await performAll(app, door, claimed)
    more = claimed.length === BATCH && !app.leaving()
  }
}

/** At once; each place has its own, in the order it was written, and none waits for one that a platform slows down. */
const LANES = 4

/** Rooms and roles before what is shown in them, and a thread is closed after its last post. */
async function performAll(app: JobContext, door: Door, claimed: Claimed[]): Promise<void> {
  const posts = new Map<string, Claimed[]>()
  for (const row of claimed) if (row.kind === 'post') posts.set(row.audience, [...(posts.get(row.audience) ?? []), row])
  const inOrder = async (rows: Claimed[]): Promise<void> => {
    for (const row of rows) await (app.leaving() ? letGo(app, door, row) : perform(app, door, row))
  }
  await inOrder(claimed.filter((row) => row.kind === 'prepare' || row.kind === 'grant'))
  const lanes = posts.values()
  const carry = async (): Promise<void> => {
    for (const rows of lanes) await inLane(app, door, rows)
  }
  await Promise.all(Array.from({ length: LANES }, carry))
  await inOrder(claimed.filter((row) => row.kind === 'close'))
}

/** One place: once it is to be waited for, what comes after waits as long, or it would be shown before. None of that was a try. */
async function inLane(app: JobContext, door: Door, rows: Claimed[]): Promise<void> {
  let until: Date | undefined
  for (const row of rows) {
    if (app.leaving()) await letGo(app, door, row)
    else if (until) await app.database.within(door.programId, (db) => wait(db, row, until!))
    else until = await perform(app, door, row)
  }
}

/** The next process takes it at once instead of waiting for the end of this one's lease. */
const letGo = (app: JobContext, door: Door, row: Claimed): Promise<void> =>
  app.database.within(door.programId, (db) => wait(db, row, app.clock()))

/** What waits for a moment (an edit that was too soon, a try that failed) needs no whole minute. */
async function ringAgain(app: JobContext, programId: string, spaceIds: string[]): Promise<void> {
  if (spaceIds.length === 0) return
  const now = app.clock()
  const next = await app.database.within(programId, (db) => nextDue(db, spaceIds, minutes(now, 1)))
  if (next) app.ring('deliver', {}, Math.max(250, next.getTime() - now.getTime()))
}

/**
 * One row: performed, then settled; a failure moves it to a later try, or to the managers when no try would help. Gives the moment until
 * which the door asks to wait, if it does.
 */
async function perform(app: JobContext, door: Door, row: Claimed): Promise<Date | undefined> {
  try {
    const { name } = door.platform
    const deliver = () => deliveries[row.kind as keyof typeof deliveries](app, door, row)
    const outcome = await app.tracer.traced(`${row.kind} ${name}`, sending(row, name, row.kind), deliver, { kind: 'client' })
    await app.database.within(door.programId, async (db) => {
      if (outcome && 'until' in outcome) return wait(db, row, outcome.until)
      await outcome?.keep(db)
      await settle(db, row, app.clock())
    })
    return undefined
  } catch (error) {
    await failed(app, door, row, error)
    const delivery = deliveryOf(error)
    return delivery?.kind === 'later' ? new Date(app.clock().getTime() + delivery.afterMs) : undefined
  }
}

async function failed(app: JobContext, door: Door, row: Claimed, error: unknown): Promise<void> {
  const words = error instanceof Error ? error.message : String(error)
  const delivery = deliveryOf(error)
  const now = app.clock()
  app.log.warn({ err: error, outbox: row.id, key: row.key, platform: door.platform.name }, 'delivery failed')
  if (delivery?.kind === 'gone') {
    await app.within(door.programId, async (ctx) => {
      if (await byNextDoor(ctx, row)) return forget(ctx.db, row)
      await setAside(ctx.db, row, 'parked', words)
      await forget(ctx.db, row)
      if (row.kind === 'prepare')
        await keepMissing(ctx.db, door, [`The channels could not be looked at: ${words}. ${delivery.fix}`])
      await tellManagers(ctx, door, row, words, delivery)
    })
    return
  }
  if (delivery?.kind === 'waits') {
    await app.database.within(door.programId, (db) => setAside(db, row, 'waiting', words))
    return
  }
  await app.within(door.programId, async (ctx) => {
    if (delivery?.kind === 'later') return wait(ctx.db, row, new Date(now.getTime() + delivery.afterMs), words)
    const parked = await fail(ctx.db, row, words, minutes(now, 2 ** Math.min(row.tries, 6) / 4))
    if (parked)
      await tellManagers(ctx, door, row, words, { fix: 'It was tried ten times. Press Try again in /parked once it is mended.' })
  })
}

/** One card a day for each channel, for all roles and for a space that is shut, for what was mended may break again; else one alone. */
async function tellManagers(ctx: Context, door: Door, row: Claimed, why: string, end: { fix: string; shut?: true }) {
  if (row.audience === 'managers') return
  const about = end.shut ? 'everybody' : row.kind === 'grant' ? 'roles' : row.audience
  const day = about.includes(':') ? '' : `:${localDay(ctx.now, ctx.program.zone)}`
  const told = goneCard(door.platform.name, end.shut ? about : row.audience, why, end.fix)
  await ctx.show({ channel: 'managers' }, `door:${door.spaceId}:${about}${day}`, told)
}

/** Kept with the space, so that /setup show can say it also where no place to post it stands. */
async function keepMissing(db: Db, { spaceId }: Door, missing: string[]): Promise<void> {
  await db.space.update({ where: { id: spaceId }, data: { missing } })
}

/** A place that was made for the purpose is made anew when the post is tried again; a channel is looked after by /setup. */
async function forget(db: Db, { kind, spaceId, audience }: Claimed): Promise<void> {
  const where = { spaceId, audience, NOT: { name: LEFT } }
  if (kind === 'post' && /^(person|thread):/.test(audience)) await db.channel.deleteMany({ where })
}

const deliveries = { post, close, grant, prepare }

/** Posts, or edits what was posted before; says when to come back if that was edited a moment ago. */
async function post(app: JobContext, door: Door, row: Claimed): Promise<Outcome> {
  const { platform, workspace } = door
  const payload = row.payload as PostPayload
  const seen = await standing(app, door, row)
  const channel = (await directFor(app, door, row, seen)) ?? (await placeFor(app, door, row, seen.channels))
  if (!channel) return setWaiting(app, door, row)
  const before = seen.posted.find(({ channelId }) => channelId === channel.id)
  if (before && before.version >= row.version) return
  if (!before && payload.push && row.audience.startsWith('person:')) {
    const later = await pushLater(app, door, row, payload.push)
    if (later) return later
  }
  const next = before ? new Date(before.editedAt.getTime() + EDIT_EVERY_MS) : undefined
  if (next && next > app.clock() && before!.version > 1) return { until: next }
  const { card, pin, unpin } = payload
  const message = { nonce: row.id, card, pin, again: row.again, ...(unpin && { unpin }) }
  const carried = async (): Promise<string | undefined> => {
    if (before && (await platform.edit(workspace, { place: channel.externalId, message: before.message }, message)))
      return before.message
    const anew = before ? { ...message, nonce: `${row.id}:${row.version}` } : message
    return sendTo(app, door, row, { channel, message: anew })
  }
  const ref = await carried().catch(async (error: unknown) => {
    if (!(await letGoOfLost(app, door, channel, error))) throw error
  })
  if (ref === undefined) return post(app, door, row)
  const now = app.clock()
  const id = app.newId('post', now)
  // A slower worker that held this row before must not put back the older picture.
  const keep = (db: Db) => db.$executeRaw`
      INSERT INTO "Posted" (id, "programId", "outboxId", "channelId", message, version, "editedAt")
      VALUES (${id}, ${door.programId}, ${row.id}, ${channel.id}, ${ref}, ${row.version}, ${now})
      ON CONFLICT ("outboxId", "channelId") DO UPDATE SET message = EXCLUDED.message, version = EXCLUDED.version, "editedAt" = EXCLUDED."editedAt"
        WHERE "Posted".version < EXCLUDED.version`
  return { keep }
}

/** Quiet hours, a pause and the one push a day are looked at when it would ring, whenever it was written. */
async function pushLater(app: JobContext, door: Door, row: Claimed, kind: PushKind): Promise<Outcome> {
  return app.within(door.programId, async (ctx) => {
    const said = await mayPush(ctx, row.audience.slice('person:'.length), kind, row.key)
    if (said === 'go') return undefined
    if (said instanceof Date) return { until: said }
    await holdPush(ctx.db, row)
    return { until: ctx.now }
  })
}

/** A channel that does not stand in this space yet may be made by /setup channels; the post waits for that and is no failure. */
async function setWaiting(app: JobContext, door: Door, row: Claimed): Promise<Outcome> {
  await app.database.within(door.programId, (db) => setAside(db, row, 'waiting', 'This channel does not stand in the space yet.'))
  // The row is no longer due, so that settling it would be wrong and waiting changes nothing.
  return { until: app.clock() }
}

/** Archives a thread once everything that belongs into it is there. */
async function close(app: JobContext, { programId, platform, workspace, spaceId }: Door, row: Claimed): Promise<Outcome> {
  const { audience } = row
  const { place, open } = await app.database.within(programId, async (db) => ({
    place: await db.channel.findUnique({ where: { spaceId_audience: { spaceId, audience } } }),
    open: await db.outbox.findFirst({ where: { spaceId, kind: 'post', audience, state: 'due' }, select: { id: true } }),
  }))
  if (open) return { until: new Date(app.clock().getTime() + EDIT_EVERY_MS) }
  if (!place || !platform.closeThread) return
  try {
    await platform.closeThread(workspace, place.externalId, (row.payload as { name?: string }).name)
  } catch (error) {
    // A thread that somebody deleted is closed enough.
    if (deliveryOf(error)?.kind !== 'gone') throw error
  }
}

async function grant(app: JobContext, door: Door, row: Claimed): Promise<undefined> {
  const { role, on } = row.payload as GrantPayload
  const { platform, workspace } = door
  const identities = await app.database.within(door.programId, (db) =>
    db.identity.findMany({ where: { personId: row.audience, platform: platform.name, workspace } }),
  )
  for (const identity of identities) await platform.grant(workspace, identity.externalId, role, on)
}

/** Makes or adopts the channels of a space, wakes what waited for them and tells who asked what is missing. */
async function prepare(app: JobContext, door: Door, row: Claimed): Promise<undefined> {
  const { programId, platform, workspace, spaceId } = door
  const { channels, tell, asked } = row.payload as PreparePayload
  const prepared = await platform.prepare(workspace, channels)
  await app.within(programId, async (ctx) => {
    const before = await ctx.db.channel.findMany({ where: { spaceId }, select: { externalId: true } })
    const known = new Set(before.map((channel) => channel.externalId))
    // Where a role is being in channels, a new channel is opened to everyone who has the role.
    if (prepared.anew || prepared.channels.some(({ externalId }) => !known.has(externalId))) await repeatGrantsIn(ctx.db, spaceId)
    // A channel that took over the name of another stands for that one alone.
    const moved = prepared.channels.map(({ audience, externalId }) => ({ externalId, NOT: { audience } }))
    await ctx.db.channel.deleteMany({ where: { spaceId, OR: moved } })
    // What could not be given before may be now; what still can't is parked again.
    await retryGrantsIn(ctx.db, spaceId, ctx.now)
    for (const { audience, externalId, name } of prepared.channels) {
      const where = { spaceId_audience: { spaceId, audience } }
      const create = { id: ctx.id('post'), programId, spaceId, audience, externalId, name, createdAt: ctx.now }
      await ctx.db.channel.upsert({ where, create, update: { externalId, name } })
    }
    // A channel that has become readable by everyone is let go, and what is meant for it waits.
    await ctx.db.channel.deleteMany({ where: { spaceId, audience: { in: prepared.open ?? [] } } })
    await keepMissing(ctx.db, door, prepared.missing)
    const audiences = prepared.channels.map(({ audience }) => audience)
    await wake(ctx.db, spaceId, audiences)
    await ctx.show({ person: tell }, `prepared:${spaceId}:${asked}`, preparedCard(platform.name, prepared))
  })
  app.ring('deliver')
}

/** The doors of a program that are open in this process. */
async function openDoors(app: JobContext, programId: string): Promise<Door[]> {
  const spaces = await app.database.within(programId, (db) => db.space.findMany({ where: { programId } }))
  return spaces.flatMap((space) => {
    const platform = app.platforms.get(space.platform)
    return platform ? [{ programId, platform, workspace: space.workspace, spaceId: space.id }] : []
  })
}
