/** Payments that we send ourselves: what is asked of Stripe, and what becomes of the answer. src/calls.ts carries them. */
import type { Context } from '../context.ts'
import type { Payment } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { financiers } from '../people/service.ts'
import { shopsOf } from '../programs/connections.ts'
import { kindOf } from '../programs/rules-shops.ts'
import { stuckCard } from './cards-told.ts'
import { openDetails } from './payees.ts'
import { act, type Doing, lock } from './payments.ts'
import type { TransferWish, Verdict } from './rules-stripe.ts'

/** Writes down that confirmed payments are to be transferred; performed after the commit. Refuses conflict without a Stripe account. */
export async function wantTransfers(ctx: Context, payments: Payment[]): Promise<void> {
  const ours = payments.filter((payment) => payment.method === 'stripe')
  if (ours.length === 0) return
  const stripe = (await shopsOf(ctx)).find((shop) => kindOf(shop.source) === 'stripe')
  if (!stripe)
    throw new Refusal(
      'conflict',
      'This batch pays through Stripe, and Stripe is not connected.',
      'An admin connects it with /setup shop.',
    )
  for (const { id } of ours) await ctx.call(stripe.id, `payment:${id}`, { act: 'transfer', payment: id })
}

/**
 * Says by hand that a payment arrived or came back. Refusal conflict while a provider is being asked to send it: its answer would find
 * the payment elsewhere and be lost, and money that arrived would be payable once more.
 */
export async function byHand(ctx: Context, what: 'settle' | 'fail', paymentId: string, doing: Doing): Promise<void> {
  const [payment] = await lock(ctx, [paymentId])
  const asked = { programId: ctx.program.id, kind: 'call', key: `payment:${paymentId}`, leasedTo: { gt: ctx.now } }
  if (payment?.state === 'sending' && (await ctx.db.outbox.count({ where: asked })) > 0)
    throw new Refusal(
      'conflict',
      `Payment ${payment.reference} is being sent at this moment.`,
      'What the provider answers is booked by itself; look again in some minutes.',
      'payment',
    )
  await act(ctx, what, [paymentId], doing)
}

/** Just before a try: the payment is being sent from here on. Undefined when it is no longer to be sent. */
export async function transferQuestion(ctx: Context, paymentId: string, again: boolean): Promise<TransferWish | undefined> {
  const [payment] = await act(ctx, 'begin', [paymentId], { lenient: true })
  if (!payment) return undefined
  const { account } = openDetails(ctx, payment.sealed)
  if (!('stripe' in account)) return undefined
  return {
    payment: payment.id,
    reference: payment.reference,
    money: { minor: payment.minor, currency: payment.currency },
    account: account.stripe,
    program: ctx.program.name,
    // A try that was begun counts, whatever the outbox remembers of it.
    again: again || payment.tries > 0,
  }
}

/** What Stripe said: it arrived, or nothing has moved. A second answer changes nothing. */
export async function transferAnswered(ctx: Context, paymentId: string, verdict: Verdict): Promise<void> {
  if (verdict.kind === 'arrived') await act(ctx, 'settle', [paymentId], { lenient: true, providerRef: verdict.ref })
  else await act(ctx, 'fail', [paymentId], { lenient: true, reason: verdict.why })
}

/** Nobody knows what became of a try. The money stays where it is until Stripe has said; finance is told when trying has ended. */
export async function transferLost(
  ctx: Context,
  paymentId: string,
  trouble: { why: string; fix: string; parked: boolean },
): Promise<void> {
  const [payment] = await act(ctx, 'lose', [paymentId], { lenient: true, quiet: true })
  if (!payment || !trouble.parked) return
  for (const { personId } of await financiers(ctx))
    await ctx.show({ person: personId }, `payment:${payment.id}:stuck`, stuckCard(payment, trouble))
}
