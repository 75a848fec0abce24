// What is kept no longer: entries that were begun and never sent, after a day; those turned down, after a month; those taken back, once
// nothing of them stands anywhere, at the latest when it had to come down. That somebody agreed, and when, stays.
import { dropFiles } from '../content/drop.ts'
import type { Context } from '../context.ts'
import type { Prisma, Share } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { uncovered } from '../rights/takedown.ts'
import { showReview } from './service.ts'

const OPEN_DAYS = 1
const REJECTED_DAYS = 30
const MANY = 100

/** Deletes what is over; gives the hashes of bytes that this program needs no longer. */
export async function erase(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const over = await ctx.db.share.findMany({
    where: {
      programId,
      erasedAt: null,
      OR: [
        { state: 'open', createdAt: { lte: days(ctx.now, -OPEN_DAYS) } },
        { state: 'rejected', decidedAt: { lte: days(ctx.now, -REJECTED_DAYS) } },
        { state: 'withdrawn' },
      ],
    },
    orderBy: { id: 'asc' },
    take: MANY,
  })
  const gone: string[] = []
  for (const share of over) {
    if (share.state === 'withdrawn' && (await stillStands(ctx, share))) continue
    if (share.state === 'open' && (await comes(ctx, share))) continue
    gone.push(...(await eraseOne(ctx, share)))
  }
  return gone
}

const stillStands = async (ctx: Context, { id, startsAt, takedownAt }: Share): Promise<boolean> =>
  startsAt !== null && (takedownAt === null || takedownAt > ctx.now) && (await uncovered(ctx, id)).length > 0

/** Its video is on the way. */
const comes = async (ctx: Context, { id }: Share): Promise<boolean> =>
  (await ctx.db.upload.count({
    where: { programId: ctx.program.id, shareId: id, state: { in: ['open', 'whole'] }, expiresAt: { gt: ctx.now } },
  })) > 0

async function eraseOne(ctx: Context, share: Share): Promise<string[]> {
  const programId = ctx.program.id
  const where = { id: share.id }
  if (share.state === 'open') await ctx.db.share.delete({ where })
  else {
    const { ip: _ip, agent: _agent, ...kept } = share.consent as Record<string, unknown>
    const nothing = { fileId: null, rating: null, words: '', name: '', emailHash: null, emailSealed: null, note: null }
    const consent = kept as Prisma.InputJsonValue
    await showReview(ctx, await ctx.db.share.update({ where, data: { ...nothing, consent, erasedAt: ctx.now } }))
  }
  const sent = await ctx.db.upload.findMany({ where: { programId, shareId: share.id }, select: { fileId: true } })
  const files = [...new Set([share.fileId, ...sent.map(({ fileId }) => fileId)].filter((id) => id !== null))]
  await ctx.db.upload.updateMany({ where: { programId, shareId: share.id }, data: { fileId: null } })
  return dropFiles(ctx, files)
}
