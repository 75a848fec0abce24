/** What is in the catalog, and what waits. */
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Redemption, Reward } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { atLeast } from '../people/service.ts'
import { type Points, pointsOf } from './points.ts'

/** Takes something out of the catalog; what was asked for before goes on. Refusal not_found for what is not in it. */
export async function closeReward(ctx: Context, rewardId: string): Promise<Reward> {
  const { count } = await ctx.db.reward.updateMany({ where: { ...open(ctx), id: rewardId }, data: { closedAt: ctx.now } })
  if (count === 0) throw new Refusal('not_found', 'This is not in the catalog.', 'See /reward list.', 'reward')
  return ctx.db.reward.findUniqueOrThrow({ where: { id: rewardId } })
}

const open = (ctx: Context) => ({
  programId: ctx.program.id,
  closedAt: null,
  OR: [{ until: null }, { until: { gt: ctx.now } }],
})

export type Catalog = {
  rewards: Reward[]
  waiting: { redemption: Redemption; title: string; name: string }[]
  points: Points | null
  manager: boolean
  currency: string
}

/** What there is to have, one's own points and wishes; for managers what waits for them. */
export async function catalog(ctx: Context): Promise<Catalog> {
  const manager = atLeast(ctx.actor.role, 'manager')
  const programId = ctx.program.id
  const me = ctx.actor.creatorId
  const rewards = await ctx.db.reward.findMany({ where: open(ctx), orderBy: [{ cost: 'asc' }, { id: 'asc' }], take: 50 })
  const own = { programId, creatorId: me ?? '' }
  const rows = manager
    ? await toDo(ctx)
    : await ctx.db.redemption.findMany({ where: own, orderBy: { createdAt: 'desc' }, take: LISTED })
  const titles = await ctx.db.reward.findMany({ where: { id: { in: rows.map(({ rewardId }) => rewardId) } } })
  const creators = await ctx.db.creator.findMany({ where: { id: { in: rows.map(({ creatorId }) => creatorId) } } })
  return {
    rewards,
    waiting: rows.map((redemption) => ({
      redemption,
      title: titles.find(({ id }) => id === redemption.rewardId)?.title ?? '',
      name: creators.find(({ id }) => id === redemption.creatorId)?.name ?? '',
    })),
    points: me === undefined ? null : await pointsOf(ctx, me),
    manager,
    currency: ctx.program.currency,
  }
}

const LISTED = 20

/** What managers have to do about wishes, those to decide first. What goes on as a gift is done there, unless it was declined. */
const toDo = (ctx: Context): Promise<Redemption[]> =>
  ctx.db.$queryRaw<Redemption[]>`
    SELECT r.* FROM "Redemption" r WHERE r."programId" = ${ctx.program.id} AND r.state IN ('asked', 'approved')
      AND NOT EXISTS (SELECT FROM "Gift" g WHERE g.id = r."giftId" AND g.state <> 'declined')
    ORDER BY r.state DESC, r."createdAt", r.id LIMIT ${LISTED}`

export async function suggestRewards(ctx: Context, typed: string): Promise<Suggestion[]> {
  const rows = await ctx.db.reward.findMany({
    where: { ...open(ctx), title: { contains: typed, mode: 'insensitive' } },
    orderBy: [{ cost: 'asc' }, { id: 'asc' }],
    take: 25,
  })
  return rows.map(({ id, title, cost }) => ({ label: `${title}, ${cost} points`.slice(0, 90), value: id }))
}

/** Wishes a manager can act on. */
export async function suggestWishes(ctx: Context, typed: string): Promise<Suggestion[]> {
  if (!atLeast(ctx.actor.role, 'manager')) return []
  const { waiting } = await catalog(ctx)
  return waiting
    .map(({ redemption, title, name }) => ({ label: `${name}: ${title}`.slice(0, 90), value: redemption.id }))
    .filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()))
}
