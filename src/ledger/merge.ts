import type { Context } from '../context.ts'
import { mergeKey, type Purse, purse } from './rules.ts'
import { balanceOf, move } from './service.ts'

const purses: Purse[] = ['pending', 'payable', 'paying', 'paid']

/**
 * Hands a creator's holds and balances to the one they turned out to be. The holds are locked before anything is added up, so that
 * what ripens meanwhile is either in the balance already or ripens on the new account. Comes last: whatever else may book on the
 * old accounts must be held off by then.
 */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`
    SELECT line FROM "Hold" WHERE "programId" = ${programId} AND "creatorId" = ${from} ORDER BY line FOR UPDATE`
  await ctx.db.hold.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
  await ctx.db.bonus.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
  for (const which of purses) {
    const { minor, currency } = await balanceOf(ctx, purse(from, which))
    if (minor === 0n) continue
    const [giver, taker] = minor > 0n ? [from, to] : [to, from]
    await move(ctx, {
      from: purse(giver, which),
      to: purse(taker, which),
      money: { minor: minor > 0n ? minor : -minor, currency },
      key: mergeKey(from, which),
      because: { rule: 'one person', creator: from, into: to },
    })
  }
}
