/**
 * What happens to a payment, and the transfers that go with it. Rows are locked in one order wherever this is done: batches, then
 * creators, then payments, each by id; so two who act at once wait for each other, and the second finds what the first has done.
 */
import type { Context } from '../context.ts'
import type { Payment } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { ownersOf } from '../ledger/owners.ts'
import { purse } from '../ledger/rules.ts'
import { mailPerson } from '../people/invitations.ts'
import { failedCard, sentCard, settledCard } from './cards-told.ts'
import { type Act, after, batchState, notNow } from './rules.ts'

export type Doing = {
  reason?: string | undefined
  providerRef?: string | undefined
  /** What the creator alone reads, such as a gift code. */
  secret?: string | undefined
  /** Nothing is told. */
  quiet?: boolean
  /** Payments for which it is too late are left out instead of refused. */
  lenient?: boolean
  /** What is said of one of the payments alone. */
  each?: ReadonlyMap<string, Said>
}
type Said = Pick<Doing, 'reason' | 'providerRef'>

const saidOf = ({ reason, providerRef, each }: Doing, { id }: Payment): Said => each?.get(id) ?? { reason, providerRef }

/** Does one thing to some payments of the program; gives those it was done to. Refusal conflict when one is no longer where it was. */
export async function act(ctx: Context, what: Act, ids: string[], doing: Doing = {}): Promise<Payment[]> {
  if (ids.length === 0) return []
  const payments = await lock(ctx, ids)
  const done: Payment[] = []
  for (const payment of payments) {
    const state = after(what, payment.state)
    if (state === undefined) {
      if (doing.lenient) continue
      throw notNow(payment.reference, payment.state)
    }
    done.push({ ...payment, state })
  }
  await book(ctx, what, done)
  await keep(ctx, what, done, doing)
  for (const batchId of new Set(done.map((payment) => payment.batchId))) await advance(ctx, batchId)
  if (!doing.quiet) await tell(ctx, what, done, doing)
  return done
}

/** Locks payments in the one order, each with the creator it is for today. */
export async function lock(ctx: Context, ids: string[]): Promise<Payment[]> {
  const programId = ctx.program.id
  const where = { programId, id: { in: ids } }
  const before = await ctx.db.payment.findMany({ where, select: { batchId: true, creatorId: true } })
  if (before.length !== new Set(ids).size)
    throw new Refusal('not_found', 'There is no such payment.', 'Pick one from /payout show.', 'payment')
  const batches = [...new Set(before.map((payment) => payment.batchId))]
  await ctx.db.$queryRaw`SELECT id FROM "Batch" WHERE "programId" = ${programId} AND id = ANY(${batches}) ORDER BY id FOR UPDATE`
  // From here on none of these creators can become somebody else.
  await ownersOf(ctx, [...new Set(before.map((payment) => payment.creatorId))])
  await ctx.db.$queryRaw`SELECT id FROM "Payment" WHERE "programId" = ${programId} AND id = ANY(${ids}) ORDER BY id FOR UPDATE`
  const payments = await ctx.db.payment.findMany({ where, orderBy: { id: 'asc' } })
  const owners = await ownersOf(ctx, [...new Set(payments.map((payment) => payment.creatorId))])
  return payments.map((payment) => ({ ...payment, creatorId: owners.get(payment.creatorId) ?? payment.creatorId }))
}

const bookings: Partial<Record<Act, { key: string; to: 'paid' | 'payable' }>> = {
  settle: { key: 'settle', to: 'paid' },
  fail: { key: 'fail', to: 'payable' },
  cancel: { key: 'fail', to: 'payable' },
}

/** What is being paid arrives, or goes back. */
async function book(ctx: Context, what: Act, payments: Payment[]): Promise<void> {
  const booking = bookings[what]
  if (!booking || payments.length === 0) return
  await ctx.db.transfer.createMany({
    data: payments.map(({ id, creatorId, minor, currency, reference, batchId }) => ({
      id: ctx.id('transfer'),
      programId: ctx.program.id,
      from: purse(creatorId, 'paying'),
      to: purse(creatorId, booking.to),
      minor,
      currency,
      key: `${booking.key}:${id}`,
      because: { payment: id, batch: batchId, reference, rule: what },
      at: ctx.now,
    })),
  })
}

/** Payments that are changed alike are changed together: of a batch that is nearly always all of them. */
async function keep(ctx: Context, what: Act, payments: Payment[], doing: Doing): Promise<void> {
  const alike = new Map<string, Payment[]>()
  for (const payment of payments) {
    const name = JSON.stringify([payment.state, payment.sentAt === null, saidOf(doing, payment)])
    const group = alike.get(name)
    if (group) group.push(payment)
    else alike.set(name, [payment])
  }
  for (const group of alike.values()) {
    const { state, sentAt } = group[0]!
    const { reason, providerRef } = saidOf(doing, group[0]!)
    await ctx.db.payment.updateMany({
      where: { programId: ctx.program.id, id: { in: group.map(({ id }) => id) } },
      data: {
        state,
        ...(what === 'begin' ? { tries: { increment: 1 } } : {}),
        ...(providerRef === undefined ? {} : { providerRef }),
        ...(reason === undefined ? {} : { reason }),
        ...(doing.secret === undefined ? {} : { gift: ctx.seal(doing.secret) }),
        ...(what === 'send' || (what === 'settle' && sentAt === null) ? { sentAt: ctx.now } : {}),
        ...(what in bookings ? { doneAt: ctx.now } : {}),
      },
    })
  }
  const noted = payments.map((payment) => {
    const { reason, providerRef } = saidOf(doing, payment)
    return { id: payment.id, words: reason ?? providerRef }
  })
  await note(ctx, noted, what)
}

/** Adds a step to the history of payments, with the words of each or of all. */
export async function note(
  ctx: Context,
  payments: { id: string; words?: string | undefined }[],
  kind: string,
  all?: string,
): Promise<void> {
  await ctx.db.paymentEvent.createMany({
    data: payments.map(({ id, words = all }) => ({
      id: ctx.id('event'),
      programId: ctx.program.id,
      paymentId: id,
      kind,
      note: words ?? null,
      personId: ctx.actor.personId === 'system' ? null : ctx.actor.personId,
      at: ctx.now,
    })),
  })
}

/** Where a batch stands follows from its payments; its row is locked. */
async function advance(ctx: Context, batchId: string): Promise<void> {
  const states = await ctx.db.payment.groupBy({ by: ['state'], where: { programId: ctx.program.id, batchId } })
  const state = batchState(states.map((one) => one.state))
  await ctx.db.batch.updateMany({ where: { id: batchId, programId: ctx.program.id, state: { not: state } }, data: { state } })
}

const cards: Partial<Record<Act, typeof sentCard>> = { send: sentCard, settle: settledCard, fail: failedCard }

/** Told privately: that it arrived changes what was said when it was sent; what was taken out before it was sent is no news. */
async function tell(ctx: Context, what: Act, payments: Payment[], doing: Doing): Promise<void> {
  const cardOf = cards[what]
  if (!cardOf) return
  const ids = payments.map((payment) => payment.creatorId)
  const creators = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: ids } },
    select: { id: true, personId: true },
  })
  const people = new Map(creators.map(({ id, personId }) => [id, personId]))
  for (const payment of payments) {
    const personId = people.get(payment.creatorId)
    must(personId !== undefined, 'a payment without its creator')
    // A gift code is nowhere but sealed with its payment; the card has the button that shows it.
    const told = cardOf({
      ...payment,
      reason: saidOf(doing, payment).reason ?? payment.reason,
      hasGift: doing.secret !== undefined,
    })
    const key = what === 'fail' ? `payment:${payment.id}:failed` : `payment:${payment.id}`
    await ctx.show({ person: personId }, key, told)
    await mailPerson(ctx, personId, `payment:${payment.id}:${what}`, told)
  }
}
