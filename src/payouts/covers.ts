/** Which payment a line went out with. A payment is of a balance and not of lines: it takes all that was payable before its payday. */
import type { Context } from '../context.ts'
import { localDay } from '../kernel/time.ts'
import { familyOf } from '../ledger/owners.ts'

export type Covering = { reference: string; payday: string; state: string; at: Date | null }

/** The payment that took what was payable for a creator since an instant; null while none has. One that came back took nothing. */
export async function paymentWith(ctx: Context, creatorId: string, since: Date): Promise<Covering | null> {
  const found = await ctx.db.payment.findFirst({
    where: {
      programId: ctx.program.id,
      creatorId: { in: await familyOf(ctx, [creatorId]) },
      payday: { gt: localDay(since, ctx.program.zone) },
      state: { notIn: ['failed', 'cancelled'] },
      bouncedAt: null,
    },
    orderBy: [{ payday: 'asc' }, { id: 'asc' }],
    select: { reference: true, payday: true, state: true, sentAt: true, doneAt: true },
  })
  return found && { ...found, at: found.doneAt ?? found.sentAt }
}
