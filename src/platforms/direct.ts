/** Direct messages, for those who asked for them: what nobody asked for goes there, and into the private place where they take none. */
import type { Channel, Posted } from '../db/generated/client.ts'
import type { Claimed, PostPayload } from '../db/outbox.ts'
import type { JobContext } from '../job.ts'
import { buttons, card, toned } from '../kernel/card.ts'
import { endDirect, takesDirect } from '../people/settings.ts'
import type { Door } from './places.ts'
import { deliveryOf, type Post } from './platform.ts'

const personOf = (audience: string): string => audience.slice('person:'.length)

const isDirect = ({ audience }: Pick<Channel, 'audience'>): boolean => audience.startsWith('dm:')

/** The audience of somebody's direct message. */
const directOf = (audience: string): string => audience.replace(/^person:/, 'dm:')

/** What stands for a row in its space: the places it may go to, where it was posted, and whether its reader takes direct messages. */
export type Standing = { channels: Channel[]; posted: Posted[]; direct: boolean }

/** Looked up at once: most rows need nothing more before they are sent. */
export function standing(app: JobContext, { programId, platform, spaceId }: Door, row: Claimed): Promise<Standing> {
  const { id, audience } = row
  const rings = platform.directPlace && (row.payload as PostPayload).push && audience.startsWith('person:')
  return app.database.within(programId, async (db) => ({
    channels: await db.channel.findMany({ where: { spaceId, audience: { in: [audience, directOf(audience)] } } }),
    posted: await db.posted.findMany({ where: { outboxId: id } }),
    direct: rings ? await takesDirect(db, programId, personOf(audience)) : false,
  }))
}

/** The direct message of a post that rings at somebody who chose so; null where it belongs into the private place. */
export async function directFor(app: JobContext, door: Door, row: Claimed, seen: Standing): Promise<Channel | null> {
  const { programId, platform, workspace, spaceId } = door
  if (!platform.directPlace || !row.audience.startsWith('person:')) return null
  const audience = directOf(row.audience)
  const channel = seen.channels.find((one) => one.audience === audience)
  // What stands there is edited there, whatever was chosen since.
  if (seen.posted.length > 0) return (channel && seen.posted.some(({ channelId }) => channelId === channel.id) && channel) || null
  if (!seen.direct) return null
  if (channel) return channel
  const known = await app.database.within(programId, (db) =>
    db.identity.findFirst({ where: { personId: personOf(row.audience), platform: platform.name, workspace } }),
  )
  if (!known) return null
  try {
    const externalId = await platform.directPlace(workspace, known.externalId)
    return await app.within(programId, (ctx) => {
      const place = { id: ctx.id('post'), programId, spaceId, audience, externalId, name: 'direct message', createdAt: ctx.now }
      const where = { spaceId_audience: { spaceId, audience } }
      return ctx.db.channel.upsert({ where, create: place, update: { externalId } })
    })
  } catch (error) {
    if (deliveryOf(error)?.kind !== 'gone') throw error
    await closeDirect(app, door, row)
    return null
  }
}

/** Posts it; undefined when it was a direct message that its reader does not take: then it goes to the private place. */
export async function sendTo(
  app: JobContext,
  door: Door,
  row: Claimed,
  { channel, message }: { channel: Channel; message: Post },
): Promise<string | undefined> {
  try {
    const ref = await door.platform.post(door.workspace, channel.externalId, message)
    // What an earlier try has said, and is found, may still have the words of then.
    if (message.again && message.nonce === row.id && row.version > 1) await door.platform.edit(door.workspace, ref, message)
    return ref.message
  } catch (error) {
    if (!isDirect(channel) || deliveryOf(error)?.kind !== 'gone') throw error
    await closeDirect(app, door, row)
    return undefined
  }
}

/** They take no direct messages: from now on what is for them comes where it came before, and they are told so there. */
async function closeDirect(app: JobContext, { programId, spaceId }: Door, { audience }: Claimed): Promise<void> {
  const personId = personOf(audience)
  await app.within(programId, async (ctx) => {
    await ctx.db.channel.deleteMany({ where: { spaceId, audience: directOf(audience) } })
    await endDirect(ctx, personId)
    await ctx.show({ person: personId }, `dm-closed:${ctx.now.toISOString()}`, closedCard, { unasked: 'answer' })
  })
}

const closedCard = toned(
  'warn',
  card(
    'Direct messages do not reach you',
    'You chose them, and your account takes none from us. What is for you comes here instead.',
    'Allow direct messages of this server in its privacy settings, then choose them again.',
    buttons({ label: 'Open settings', run: 'settings' }),
  ),
)
