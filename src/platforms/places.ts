/** Where a post goes in a space: a channel that stands, or a place that is made on first use for one person or one thread. */
import type { Channel } from '../db/generated/client.ts'
import type { Claimed, PostPayload } from '../db/outbox.ts'
import type { JobContext } from '../job.ts'
import { type Card, card, toned } from '../kernel/card.ts'
import { localDay } from '../kernel/time.ts'
import { deliveryOf, type Platform } from './platform.ts'

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
  if (known) return known
  if (!thread) return openPrivate(app, door, audience)
  const own = `person:${thread.people[0]}`
  return (await openThread(app, door, audience, thread)) ?? (await channelOf(app, door, own)) ?? openPrivate(app, door, own)
}

/** Whoever speaks in a thread that was opened before is in it from then on. Its creator, who comes first, is in it already. */
async function letIn(app: JobContext, door: Door, { externalId }: Channel, people: string[]): Promise<void> {
  const { platform, workspace } = door
  for (const user of await accountsOf(app, door, people.slice(1)))
    await platform.joinThread?.(workspace, externalId, user).catch((err: unknown) => {
      // What is said there must not wait for who may read it.
      app.log.warn({ err, platform: platform.name }, 'someone could not be let into a thread')
    })
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

/** The accounts of persons on this door, in the order of the persons. */
async function accountsOf(app: JobContext, { programId, platform, workspace }: Door, people: string[]): Promise<string[]> {
  const rows = await app.database.within(programId, (db) =>
    db.identity.findMany({
      where: { personId: { in: people }, platform: platform.name, workspace },
      orderBy: { createdAt: 'asc' },
    }),
  )
  return people.flatMap((person) => rows.find((row) => row.personId === person)?.externalId ?? [])
}

/** A person's private place is made on first use, where they have an account; null for any other audience. */
async function openPrivate(app: JobContext, door: Door, audience: string): Promise<Channel | null> {
  if (!audience.startsWith('person:')) return null
  const { programId, platform, workspace, spaceId } = door
  const personId = audience.slice('person:'.length)
  const identity = await app.database.within(programId, (db) =>
    db.identity.findFirst({ where: { personId, platform: platform.name, workspace } }),
  )
  if (!identity) return null
  const externalId = await platform.privatePlace(workspace, personId, identity.externalId)
  await app.within(programId, async (ctx) => {
    const place = { id: ctx.id('post'), programId, spaceId, audience, externalId, name: 'your place', createdAt: ctx.now }
    await ctx.db.channel.createMany({ data: place, skipDuplicates: true })
  })
  return channelOf(app, door, audience)
}
