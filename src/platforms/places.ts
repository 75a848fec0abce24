/** Where a post goes in a space: a channel that stands, or a place that is made on first use for one person or one thread. */
import type { Context } from '../context.ts'
import type { Channel } from '../db/generated/client.ts'
import type { Claimed, PostPayload } from '../db/outbox.ts'
import { doorsOf } from '../db/outbox-each.ts'
import { LEFT, OWN } from '../db/places.ts'
import type { JobContext } from '../job.ts'
import { type Card, card, toned } from '../kernel/card.ts'
import { localDay, minutes } from '../kernel/time.ts'
import { deliveryOf, type Platform, type Prepared } from './platform.ts'

/** A space of a program whose door is open in this process. */
export type Door = { programId: string; platform: Platform; workspace: string; spaceId: string }

const channelOf = (app: JobContext, { programId, spaceId }: Door, audience: string) =>
  app.database.within(programId, (db) => db.channel.findUnique({ where: { spaceId_audience: { spaceId, audience } } }))

/** The place of a post, which may be one of the `channels`; what is made for one person or one thread is made on first use. */
export async function placeFor(app: JobContext, door: Door, row: Claimed, channels: Channel[]): Promise<Channel | null> {
  const { audience } = row
  const known = channels.find((channel) => channel.audience === audience)
  const { thread } = row.payload as PostPayload
  if (known && thread) await letIn(app, door, known, thread.people)
  if (known?.name === LEFT && !(await letBack(app, door, known))) return openPrivate(app, door, audience)
  if (known) return known
  if (!thread) return openPrivate(app, door, audience)
  const own = `person:${thread.people[0]}`
  return (await openThread(app, door, audience, thread)) ?? (await channelOf(app, door, own)) ?? openPrivate(app, door, own)
}

/**
 * Whoever speaks in a thread that was opened before is in it from then on. Its creator, who comes first, is in it already, unless they
 * have connected another account since.
 */
async function letIn(app: JobContext, door: Door, { externalId }: Channel, people: string[]): Promise<void> {
  const { platform, workspace } = door
  const own = await accountsOf(app, door, people.slice(0, 1))
  for (const user of [...(own.length > 1 ? own : []), ...(await accountsOf(app, door, people.slice(1)))])
    await platform.joinThread?.(workspace, externalId, user).catch((err: unknown) => {
      // What is said there must not wait for who may read it.
      app.log.warn({ err, platform: platform.name }, 'someone could not be let into a thread')
    })
}

/**
 * Lets whoever left into their own place again; false where that is no more. Fails while they are not back, and what is for them goes to
 * another door.
 */
async function letBack(app: JobContext, door: Door, place: Channel): Promise<boolean> {
  const { programId } = door
  try {
    await letAllIn(door, place.externalId, await accountsOf(app, door, [place.audience.slice('person:'.length)]))
  } catch (error) {
    if (await letGoOfLost(app, door, place, error)) return false
    throw error
  }
  const where = { id: place.id, name: LEFT }
  await app.database.within(programId, (db) => db.channel.updateMany({ where, data: { name: OWN } }))
  return true
}

/** Whoever left with one account may be there with another; fails where they are with none. */
async function letAllIn({ platform, workspace }: Door, place: string, users: string[]): Promise<void> {
  const failures: unknown[] = []
  for (const user of users)
    await platform.joinThread?.(workspace, place, user).catch((error: unknown) => void failures.push(error))
  const passing = failures.find((error) => deliveryOf(error)?.kind !== 'gone')
  if (passing !== undefined || (failures.length > 0 && failures.length === users.length)) throw passing ?? failures[0]
}

/** Null where the door has no threads or may not open one; what was meant for it is shown in the private place then. */
async function openThread(
  app: JobContext,
  door: Door,
  audience: string,
  { title, people }: NonNullable<PostPayload['thread']>,
): Promise<Channel | null> {
  const { programId, platform, workspace, spaceId } = door
  const parent = await channelOf(app, door, 'start-here')
  const users = await accountsOf(app, door, people)
  if (!platform.openThread || !parent || users.length === 0) return null
  try {
    const externalId = await platform.openThread(workspace, { key: audience, parent: parent.externalId, title, users })
    await app.within(programId, async (ctx) => {
      const place = { id: ctx.id('post'), programId, spaceId, audience, externalId, name: title, createdAt: ctx.now }
      await ctx.db.channel.createMany({ data: place, skipDuplicates: true })
    })
  } catch (error) {
    const delivery = deliveryOf(error)
    if (delivery?.kind !== 'gone') throw error
    app.log.warn({ err: error, audience, platform: platform.name }, 'a thread could not be opened')
    await app.within(programId, (ctx) => {
      const key = `door:${spaceId}:threads:${localDay(ctx.now, ctx.program.zone)}`
      return ctx.show({ channel: 'managers' }, key, noThreadCard(platform.name, delivery.fix))
    })
  }
  return channelOf(app, door, audience)
}

const noThreadCard = (platform: string, fix: string): Card =>
  toned(
    'warn',
    card(
      `Threads can not be opened on ${platform}`,
      'Questions about content are shown in private places until then, and only their creators see them there.',
      fix,
    ),
  )

/** All accounts of persons on this door, in the order of the persons. */
async function accountsOf(app: JobContext, { programId, platform, workspace }: Door, people: string[]): Promise<string[]> {
  const rows = await app.database.within(programId, (db) =>
    db.identity.findMany({
      where: { personId: { in: people }, platform: platform.name, workspace },
      orderBy: { createdAt: 'asc' },
    }),
  )
  return people.flatMap((person) => rows.filter((row) => row.personId === person).map((row) => row.externalId))
}

/** A person's private place is made on first use, where they have an account; null for any other audience. */
async function openPrivate(app: JobContext, door: Door, audience: string): Promise<Channel | null> {
  if (!audience.startsWith('person:')) return null
  const { programId, spaceId } = door
  const personId = audience.slice('person:'.length)
  const users = await accountsOf(app, door, [personId])
  if (users.length === 0) return null
  const externalId = await makePrivate(door, personId, users)
  await app.within(programId, async (ctx) => {
    const place = { id: ctx.id('post'), programId, spaceId, audience, externalId, name: OWN, createdAt: ctx.now }
    await ctx.db.channel.createMany({ data: place, skipDuplicates: true })
    // It may be the place of whoever they were before they connected this account.
    const before = await ctx.db.membership.findMany({ where: { programId, mergedInto: personId }, select: { personId: true } })
    const theirs = { spaceId, externalId, audience: { in: before.map((one) => `person:${one.personId}`) } }
    await ctx.db.channel.updateMany({ where: theirs, data: { audience, name: OWN } })
  })
  return channelOf(app, door, audience)
}

/** Made for the first of these accounts that is still there; the others are let in. */
async function makePrivate(door: Door, personId: string, users: string[]): Promise<string> {
  let failure: unknown
  for (const user of users) {
    try {
      const place = await door.platform.privatePlace(door.workspace, personId, user)
      if (users.length > 1) await letAllIn(door, place, users)
      return place
    } catch (error) {
      if (deliveryOf(error)?.kind !== 'gone') throw error
      failure ??= error
    }
  }
  throw failure
}

/** Lets go of a private place or thread that is no more, so that it is made anew; false where that is not what went wrong. */
export async function letGoOfLost(app: JobContext, door: Door, channel: Channel, error: unknown): Promise<boolean> {
  const delivery = deliveryOf(error)
  if (delivery?.kind !== 'gone' || !delivery.lost || !/^(person|thread):/.test(channel.audience)) return false
  await app.database.within(door.programId, (db) => db.channel.deleteMany({ where: { id: channel.id } }))
  // Another post may have let go of it before. One that was made a moment ago and is not there either would be made without an end.
  return channel.createdAt < minutes(app.clock(), -1)
}

/**
 * Hands a post over to the person's next chat, whichever that is after the one that failed, so that it ends at the last; false where
 * there is none. Pages are no chat: what stands there reaches nobody.
 */
export async function byNextDoor(ctx: Context, row: Claimed): Promise<boolean> {
  const { db, now, program, ring } = ctx
  const { id, kind, audience, key, spaceId, version, payload } = row
  if (kind !== 'post' || !audience.startsWith('person:')) return false
  const doors = (await doorsOf(db, program.id, audience.slice('person:'.length))).filter(({ platform }) => platform !== 'web')
  const next = doors[doors.findIndex((door) => door.id === spaceId) + 1]
  if (!next) return saidBefore(ctx, row, doors)
  const due = { state: 'due', tries: 0, error: null, notBefore: now }
  const where = { programId: program.id, kind, audience, key, spaceId: next.id }
  const there = await db.outbox.findFirst({ where, select: { id: true, payload: true } })
  // An older version may have gone that way before: it is that message which is edited. What is said at every door is there already.
  if (there && JSON.stringify(there.payload) !== JSON.stringify(payload))
    await db.outbox.update({
      where: { id: there.id },
      data: { ...due, payload: payload as object, version: { increment: 1 } },
    })
  const moved = there ? { state: 'done', doneAt: now } : { ...due, spaceId: next.id }
  await db.outbox.updateMany({ where: { id, version }, data: { ...moved, leasedTo: null } })
  ring('deliver')
  return true
}

const LOOK_AGAIN_MINUTES = 5

/**
 * What stands at the last door is edited there, though it is said at one before: where that one has it, nothing is lost. While it is on
 * its way there this one waits for it.
 */
async function saidBefore({ db, now, program }: Context, row: Claimed, doors: { id: string }[]): Promise<boolean> {
  const { id, kind, audience, key, version, payload } = row
  const spaceId = { in: doors.map((door) => door.id), not: row.spaceId }
  const before = await db.outbox.findMany({ where: { programId: program.id, kind, audience, key, spaceId } })
  const same = before.filter((one) => JSON.stringify(one.payload) === JSON.stringify(payload))
  const posted = await db.posted.findMany({ where: { outboxId: { in: same.map((one) => one.id) } } })
  const said = same.some((one) => posted.some((post) => post.outboxId === one.id && post.version >= one.version))
  if (!said && !same.some(({ state }) => state === 'due' || state === 'held')) return false
  const change = said ? { state: 'done', doneAt: now } : { notBefore: minutes(now, LOOK_AGAIN_MINUTES) }
  await db.outbox.updateMany({ where: { id, version }, data: { ...change, leasedTo: null } })
  return true
}

const shownNames: Record<string, string> = { discord: 'Discord', slack: 'Slack', web: 'the web' }
const nameOf = (platform: string): string => shownNames[platform] ?? platform

export const goneCard = (platform: string, audience: string, why: string, fix: string): Card =>
  toned(
    'warn',
    card(
      `A message could not be shown on ${nameOf(platform)}`,
      `What was meant for ${forWhom(audience)} could not be delivered: ${why}`,
      fix,
    ),
  )

function forWhom(audience: string): string {
  if (audience === 'everybody') return 'everybody there'
  if (audience.startsWith('per_')) return 'the role of one person'
  if (audience.startsWith('person:')) return 'one person'
  return audience.startsWith('thread:') ? 'the thread of a submission' : `#${audience}`
}

export const preparedCard = (platform: string, { channels, missing }: Prepared): Card =>
  missing.length === 0
    ? toned('good', card('The channels stand', `${channels.length} channels on ${nameOf(platform)} are ready for the program.`))
    : toned('warn', card('Some channels need you', ...missing, 'Mend these, then run /setup channels again.'))
