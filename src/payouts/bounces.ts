/**
 * A payment that came back after it had arrived: a bank may take weeks to find that an account is closed. What was settled stays so in
 * its history; the money is booked back from paid to payable under a key of its own, once.
 */
import type { Context } from '../context.ts'
import type { Payment } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { purse } from '../ledger/rules.ts'
import { mailPerson } from '../people/invitations.ts'
import { bouncedCard } from './cards-told.ts'
import { lock, note } from './payments.ts'

/** Books a settled payment back and tells its creator why. Refusal conflict where it was not settled, or bounced before. */
export async function bounce(ctx: Context, paymentId: string, reason: string): Promise<Payment> {
  const [payment] = await lock(ctx, [paymentId])
  if (payment?.state !== 'settled')
    throw new Refusal(
      'conflict',
      `Payment ${payment?.reference ?? ''} has not arrived, so it cannot come back.`,
      'If it failed on its way, say so with /payout fail.',
      'payment',
    )
  if (payment.bouncedAt)
    throw new Refusal('conflict', `Payment ${payment.reference} came back before.`, 'Look at it with /payout show.', 'payment')
  const { id, creatorId, minor, currency, reference, batchId } = payment
  await ctx.db.transfer.create({
    data: {
      id: ctx.id('transfer'),
      programId: ctx.program.id,
      from: purse(creatorId, 'paid'),
      to: purse(creatorId, 'payable'),
      minor,
      currency,
      key: `bounce:${id}`,
      because: { payment: id, batch: batchId, reference, rule: 'bounced', reason },
      at: ctx.now,
    },
  })
  const bounced = await ctx.db.payment.update({ where: { id }, data: { bouncedAt: ctx.now, reason } })
  await note(ctx, [payment], 'bounce', reason)
  const { personId } = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { personId: true } })
  const told = bouncedCard(bounced)
  await ctx.show({ person: personId }, `payment:${id}:bounced`, told)
  await mailPerson(ctx, personId, `payment:${id}:bounced`, told)
  return bounced
}

/** Payments that arrived and did not come back, for what is typed: at most 25. */
export async function suggestSettled(ctx: Context, typed: string): Promise<{ label: string; value: string }[]> {
  const rows = await ctx.db.payment.findMany({
    where: { programId: ctx.program.id, state: 'settled', bouncedAt: null, reference: { contains: typed.trim().toUpperCase() } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 25,
  })
  const where = { programId: ctx.program.id, id: { in: rows.map((row) => row.creatorId) } }
  const names = await ctx.db.creator.findMany({ where, select: { id: true, name: true } })
  return rows.map((row) => ({
    label: `${row.reference} ${names.find((creator) => creator.id === row.creatorId)?.name ?? ''}`.trim(),
    value: row.reference,
  }))
}
