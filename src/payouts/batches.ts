/** Batches of payments: looked at, released by another person, taken back, and marked as sent. */
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import type { Batch, Payment } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days, sayCalendarDay } from '../kernel/time.ts'
import { familyOf } from '../ledger/owners.ts'
import { financiers, membershipOf } from '../people/service.ts'
import { checkOpen } from './closed.ts'
import { beingMade, wantGiftCards } from './gifts.ts'
import { act } from './payments.ts'
import { type Difference, differences, type Method } from './rules.ts'
import { wantTransfers } from './transfers.ts'

/** A batch of the program. Refusal('not_found') where there is none. */
export async function batchOf(ctx: Context, batchId: string): Promise<Batch> {
  const batch = await ctx.db.batch.findFirst({ where: { programId: ctx.program.id, id: batchId } })
  if (!batch) throw new Refusal('not_found', 'There is no such batch.', 'See all of them with /payout show.', 'batch')
  return batch
}

const newest = [{ createdAt: 'desc' }, { id: 'desc' }] as const

/** The last ten batches, newest first, with what is in them. */
export async function batchesWithTotals(ctx: Context): Promise<(Batch & { count: number; total: Money })[]> {
  const where = { programId: ctx.program.id }
  const rows = await ctx.db.batch.findMany({ where, orderBy: [...newest], take: 10 })
  const sums = await ctx.db.payment.groupBy({
    by: ['batchId'],
    where: { ...where, batchId: { in: rows.map((row) => row.id) }, state: { not: 'cancelled' } },
    _sum: { minor: true },
    _count: true,
  })
  return rows.map((row) => {
    const found = sums.find((one) => one.batchId === row.id)
    return { ...row, count: found?._count ?? 0, total: { minor: found?._sum.minor ?? 0n, currency: ctx.program.currency } }
  })
}

/** Batches to pick from, newest first. */
export async function suggestBatches(ctx: Context, states?: string[]): Promise<{ label: string; value: string }[]> {
  const where = { programId: ctx.program.id, ...(states ? { state: { in: states } } : {}) }
  const rows = await ctx.db.batch.findMany({ where, orderBy: [...newest], take: 25 })
  return rows.map((row) => ({ label: `${sayCalendarDay(row.payday)}, ${row.state}`, value: row.id }))
}

export const paymentsOf = (ctx: Context, batchId: string): Promise<Payment[]> =>
  ctx.db.payment.findMany({ where: { programId: ctx.program.id, batchId }, orderBy: [{ minor: 'desc' }, { id: 'asc' }] })

export type Looked = { payment: Payment; name: string; personId: string; differs: Difference[] }
export type Review = {
  batch: Batch
  /** Who prepared it, by their name today. */
  preparedBy: { personId: string; name: string }
  confirmedBy: string | null
  looked: Looked[]
  /** What a confirmation refers to: the same payments have the same one. */
  digest: string
}

const LATELY_DAYS = 30

/** A batch with what differs in each payment, what differs most in front. */
export async function review(ctx: Context, batch: Batch): Promise<Review> {
  const payments = await paymentsOf(ctx, batch.id)
  const preparedBy = await membershipOf(ctx, batch.preparedBy)
  const confirmedBy = batch.confirmedBy === null ? null : (await membershipOf(ctx, batch.confirmedBy)).name
  const looked = await lookAt(ctx, payments, preparedBy.personId)
  return {
    batch,
    preparedBy: { personId: preparedBy.personId, name: preparedBy.name },
    confirmedBy,
    looked: looked.sort((a, b) => b.differs.length - a.differs.length),
    digest: digestOf(payments),
  }
}

/** Changes with the payments that wait for a confirmation; short enough for a button. */
const digestOf = (payments: Payment[]): string =>
  createHash('sha256')
    .update(
      payments
        .filter((payment) => payment.state === 'prepared')
        .map((payment) => `${payment.id} ${payment.minor} ${payment.accountHash}`)
        .sort()
        .join('\n'),
    )
    .digest('base64url')
    .slice(0, 16)

async function lookAt(ctx: Context, payments: Payment[], preparedBy: string): Promise<Looked[]> {
  const programId = ctx.program.id
  const ids = payments.map((payment) => payment.creatorId)
  const creators = await ctx.db.creator.findMany({
    where: { programId, id: { in: ids } },
    select: { id: true, name: true, personId: true },
  })
  const byId = new Map(creators.map((creator) => [creator.id, creator]))
  const past = await ctx.db.payment.findMany({
    where: {
      programId,
      creatorId: { in: ids },
      state: { in: ['sent', 'settled'] },
      batchId: { not: payments[0]?.batchId ?? '' },
    },
    orderBy: { createdAt: 'desc' },
    select: { creatorId: true, minor: true, accountHash: true },
  })
  const payees = await ctx.db.payee.findMany({
    where: { programId, accountHash: { in: payments.map((one) => one.accountHash) } },
  })
  const changed = await changedLately(
    ctx,
    payees.map((payee) => payee.id),
  )
  return payments.map((payment) => {
    const creator = byId.get(payment.creatorId)
    const own = payees.find((payee) => payee.creatorId === payment.creatorId)
    const seen = {
      changedLately: own !== undefined && changed.has(own.id),
      shared: payees.some((payee) => payee.accountHash === payment.accountHash && payee.creatorId !== payment.creatorId),
      own: creator?.personId === preparedBy,
    }
    const before = past.filter((one) => one.creatorId === payment.creatorId)
    return {
      payment,
      name: creator?.name ?? payment.creatorId,
      personId: creator?.personId ?? '',
      differs: differences(payment, before, seen),
    }
  })
}

async function changedLately(ctx: Context, payeeIds: string[]): Promise<Set<string>> {
  const rows = await ctx.db.payeeChange.findMany({
    where: {
      programId: ctx.program.id,
      payeeId: { in: payeeIds },
      at: { gte: days(ctx.now, -LATELY_DAYS) },
      kinds: { hasSome: ['method', 'account', 'name', 'country'] },
    },
    select: { payeeId: true },
  })
  return new Set(rows.map((row) => row.payeeId))
}

async function lockBatch(ctx: Context, batchId: string): Promise<Batch> {
  await ctx.db.$queryRaw`SELECT id FROM "Batch" WHERE id = ${batchId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return batchOf(ctx, batchId)
}

/** Throws unless this actor may release what another has prepared. */
export async function checkConfirm(ctx: Context, batch: Batch): Promise<void> {
  // Two accounts that turned out to be one person are one person here too.
  const preparedBy = await membershipOf(ctx, batch.preparedBy)
  if (preparedBy.personId !== ctx.actor.personId && batch.preparedBy !== ctx.actor.personId) return
  const others = (await financiers(ctx)).filter((member) => member.personId !== ctx.actor.personId)
  throw new Refusal(
    'not_allowed',
    'You prepared this batch, so somebody else confirms it.',
    others.length > 0
      ? `Ask ${others
          .slice(0, 3)
          .map((member) => member.name)
          .join(', ')}.`
      : 'An admin can add a second person with /team set.',
  )
}

/** Releases a batch as it was seen: `digest` is what the review showed. Of two who confirm at once, one is refused. */
export async function confirm(ctx: Context, batchId: string, digest: string): Promise<Payment[]> {
  const batch = await lockBatch(ctx, batchId)
  await checkConfirm(ctx, batch)
  const payments = await paymentsOf(ctx, batch.id)
  const waiting = payments.filter((payment) => payment.state === 'prepared')
  if (waiting.length === 0) throw new Refusal('conflict', `This batch is ${batch.state} by now.`, 'Look at it with /payout show.')
  if (digestOf(payments) !== digest)
    throw new Refusal('conflict', 'The batch has changed since you looked at it.', 'Look again with /payout confirm.')
  checkOpen(ctx, waiting)
  await ctx.db.batch.update({ where: { id: batch.id }, data: { confirmedBy: ctx.actor.personId, confirmedAt: ctx.now } })
  const done = await act(
    ctx,
    'confirm',
    waiting.map(({ id }) => id),
  )
  await wantTransfers(ctx, done)
  await wantGiftCards(ctx, done)
  return done
}

/** Takes back what was not sent yet: the money is payable again. Gives what was taken back, how many of those are in a file, and for how many it was too late. */
export async function cancel(
  ctx: Context,
  batchId: string,
  reason: string,
): Promise<{ back: Payment[]; late: number; exported: number }> {
  const batch = await lockBatch(ctx, batchId)
  const payments = await paymentsOf(ctx, batch.id)
  const open = payments.filter((payment) => payment.state === 'prepared' || payment.state === 'confirmed')
  if (open.length === 0)
    throw new Refusal(
      'conflict',
      `This batch is ${batch.state} by now, so nothing can be taken back.`,
      'What did not arrive is told with /payout fail.',
    )
  const back = await act(
    ctx,
    'cancel',
    open.map(({ id }) => id),
    { reason },
  )
  const late = payments.filter((payment) => ['sending', 'unknown', 'sent', 'settled'].includes(payment.state)).length
  return { back, late, exported: back.filter((payment) => payment.exportedAt !== null).length }
}

/** Marks the payments of a batch that finance sends by itself as sent, all or those of one method, and tells the creators. */
export async function markSent(ctx: Context, batchId: string, method?: Method): Promise<Payment[]> {
  const batch = await lockBatch(ctx, batchId)
  const payments = await paymentsOf(ctx, batch.id)
  const ours = payments.filter((payment) => payment.method !== 'stripe' && (method === undefined || payment.method === method))
  if (ours.some((payment) => payment.state === 'prepared'))
    throw new Refusal('conflict', 'Nobody has confirmed this batch yet.', 'Another person does with /payout confirm.')
  const confirmed = ours.filter((payment) => payment.state === 'confirmed')
  const made = await beingMade(ctx, confirmed)
  const open = confirmed.filter(({ id }) => !made.has(id))
  if (open.length === 0 && made.size > 0)
    throw new Refusal('conflict', 'The shop is making the gift cards that are left.', 'You are told if it can’t.')
  if (open.length === 0)
    throw new Refusal('conflict', 'There is nothing in this batch that was not sent yet.', 'Look at it with /payout show.')
  return act(
    ctx,
    'send',
    open.map(({ id }) => id),
  )
}

/** A payment by its reference or id. */
export async function paymentOf(ctx: Context, named: string): Promise<Payment> {
  const wanted = named.trim()
  const payment = await ctx.db.payment.findFirst({
    where: { programId: ctx.program.id, OR: [{ id: wanted }, { reference: wanted.toUpperCase() }] },
  })
  if (!payment)
    throw new Refusal(
      'not_found',
      'There is no payment with this reference.',
      'It looks like P-7K3Q9ABCDE; see /payout show.',
      'payment',
    )
  return payment
}

/** Payments that wait for an answer, for what is typed: at most 25. */
export async function suggestPayments(ctx: Context, typed: string): Promise<{ label: string; value: string }[]> {
  const rows = await ctx.db.payment.findMany({
    where: {
      programId: ctx.program.id,
      state: { in: ['confirmed', 'sending', 'unknown', 'sent'] },
      reference: { contains: typed.trim().toUpperCase() },
    },
    orderBy: [...newest],
    take: 25,
  })
  const names = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: rows.map((row) => row.creatorId) } },
  })
  return rows.map((row) => ({
    label: `${row.reference} ${names.find((creator) => creator.id === row.creatorId)?.name ?? ''}`.trim(),
    value: row.reference,
  }))
}

/** The five newest payments that a creator has had or is to have. */
export async function paymentsTo(ctx: Context, creatorId: string): Promise<Payment[]> {
  const family = await familyOf(ctx, [creatorId])
  return ctx.db.payment.findMany({
    where: { programId: ctx.program.id, creatorId: { in: family }, state: { notIn: ['cancelled'] } },
    orderBy: [...newest],
    take: 5,
  })
}
