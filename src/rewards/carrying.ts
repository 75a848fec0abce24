/** How early access and a feature by the brand are handed over: a role with an end, and a word in #wins. */
import type { Context } from '../context.ts'
import type { Redemption, Reward } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { featureNow } from '../recognition/shouts.ts'
import { accessOverCard } from './cards.ts'
import { ACCESS_DAYS, ACCESS_ROLE } from './rules.ts'

/** Gives the role, and notes when it is taken back. */
export async function openAccess(ctx: Context, { id, creatorId }: Redemption, reward: Reward): Promise<Redemption> {
  const { personId } = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { personId: true } })
  await ctx.grant(personId, ACCESS_ROLE, true)
  return ctx.db.redemption.update({ where: { id }, data: { endsAt: days(ctx.now, reward.accessDays ?? ACCESS_DAYS) } })
}

/** Takes the role back where the last access of somebody is over, or they have left or were banned, and says so. Gives how many ended. */
export async function endAccess(ctx: Context): Promise<number> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ id: string; creatorId: string; rewardId: string }[]>`
    SELECT r.id, r."creatorId", r."rewardId" FROM "Redemption" r JOIN "Creator" c ON c.id = r."creatorId"
    WHERE r."programId" = ${programId} AND (r."endsAt" <= ${ctx.now} OR (r."endsAt" IS NOT NULL AND c.state IN ('left', 'banned')))
    ORDER BY r.id LIMIT 50 FOR UPDATE OF r SKIP LOCKED`
  for (const { id, creatorId, rewardId } of rows) {
    await ctx.db.redemption.update({ where: { id }, data: { endsAt: null } })
    const { personId } = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { personId: true } })
    const others = await ctx.db.redemption.count({ where: { programId, creatorId, endsAt: { gt: ctx.now } } })
    if (others > 0) continue
    await ctx.grant(personId, ACCESS_ROLE, false)
    const { title } = await ctx.db.reward.findUniqueOrThrow({ where: { id: rewardId }, select: { title: true } })
    await ctx.show({ person: personId }, `access-over:${id}`, accessOverCard(title), { unasked: true })
  }
  return rows.length
}

/** Once the brand has shown them, #wins says so; an address in the note leads there. */
export async function shoutFeature(
  ctx: Context,
  { redemption, reward }: { redemption: Redemption; reward: Reward },
  note: string | undefined,
): Promise<void> {
  const url = /https:\/\/\S{4,400}/.exec(note ?? '')?.[0] ?? null
  await featureNow(ctx, { creatorId: redemption.creatorId, words: reward.words ?? reward.title, url })
}
