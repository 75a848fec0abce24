/** Files of a batch for banks and providers, and their answers. Finance alone reaches these, on a page of their own. */
import type { Context } from '../context.ts'
import type { Payment } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { policyOf } from '../programs/rules.ts'
import { batchOf, paymentsOf } from './batches.ts'
import { beingMade } from './gifts.ts'
import { openDetails } from './payees.ts'
import { act, note } from './payments.ts'
import { type FormatName, fitting, formats, type Paying, type PaymentFile } from './rules-files.ts'
import { type Result, readResults, type Unread } from './rules-results.ts'

/** `byShop`: the shop is asked to make its gift card, so it is in no file. */
export type Opened = Payment & { paying: Paying; byShop: boolean }

/** The payments of a batch with their details in full. */
export async function openPayments(ctx: Context, batchId: string): Promise<Opened[]> {
  const payments = await paymentsOf(ctx, batchId)
  const made = await beingMade(ctx, payments)
  return payments.map((payment) => ({ ...payment, paying: payingOf(ctx, payment), byShop: made.has(payment.id) }))
}

const payingOf = (ctx: Context, payment: Payment): Paying => ({
  id: payment.id,
  reference: payment.reference,
  amount: { minor: payment.minor, currency: payment.currency },
  details: openDetails(ctx, payment.sealed),
})

const toSend = ({ state, byShop }: Opened): boolean => (state === 'confirmed' || state === 'sent') && !byShop

/** Which files a batch can be sent with now, and how many payments are in each. */
export function filesOf(ctx: Context, payments: Opened[]): { name: FormatName; label: string; count: number }[] {
  const open = payments.filter(toSend).map((one) => one.paying)
  const known = policyOf(ctx.program).payerAccount !== undefined
  return (Object.keys(formats) as FormatName[])
    .filter((name) => name !== 'sepa' || known)
    .map((name) => ({ name, label: formats[name].label, count: fitting(name, open).length }))
    .filter(({ count }) => count > 0)
}

/** Makes a file of what is confirmed, or was sent before and is looked at again. From then on these payments may have been paid. */
export async function makeFile(ctx: Context, batchId: string, name: FormatName): Promise<PaymentFile> {
  const batch = await batchOf(ctx, batchId)
  // Whoever cancels or changes details at this moment waits, or is waited for.
  await ctx.db.$queryRaw`SELECT id FROM "Batch" WHERE id = ${batch.id} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const payments = (await openPayments(ctx, batch.id)).filter(toSend)
  const carried = new Set(
    fitting(
      name,
      payments.map((one) => one.paying),
    ).map((one) => one.id),
  )
  const inFile = payments.filter((payment) => carried.has(payment.id))
  if (inFile.length === 0)
    throw new Refusal('conflict', 'This batch has no confirmed payment for such a file.', 'Look at it with /payout show.')
  await ctx.db.payment.updateMany({
    where: { programId: ctx.program.id, id: { in: [...carried] }, exportedAt: null },
    data: { exportedAt: ctx.now },
  })
  await note(ctx, inFile, 'file', name)
  const payer = {
    program: ctx.program.name,
    account: policyOf(ctx.program).payerAccount,
    now: ctx.now,
    batch: `payout-${batch.payday}-${batch.id.slice(-6).toLowerCase()}`,
  }
  return formats[name].write(
    inFile.map((one) => one.paying),
    payer,
  )
}

export type Taken = { settled: number; failed: number; waiting: number; known: number; unread: Unread[] }

/** Takes in the answer of a bank or provider. The same file again changes nothing; what it can't be sure of it says line by line. */
export async function takeResults(ctx: Context, batchId: string, text: string): Promise<Taken> {
  const batch = await batchOf(ctx, batchId)
  const { results, unread } = readResults(text)
  const payments = await paymentsOf(ctx, batch.id)
  const taken: Taken = { settled: 0, failed: 0, waiting: 0, known: 0, unread: [...unread] }
  const open: { result: Result; payment: Payment }[] = []
  for (const result of results) {
    const payment = payments.find((one) => one.id === result.payment || one.reference === result.payment)
    if (!payment) taken.unread.push({ line: result.line, why: 'names a payment of another batch' })
    else if (result.outcome === 'wait') taken.waiting++
    else if (payment.method === 'credit' && result.outcome === 'settle')
      taken.unread.push({ line: result.line, why: 'needs its gift code: /payout settle' })
    else open.push({ result, payment })
  }
  // Of two lines about one payment the first counts.
  const first = new Map(open.toReversed().map((one) => [one.payment.id, one]))
  const done = [...(await actOn(ctx, 'settle', first)), ...(await actOn(ctx, 'fail', first))]
  taken.settled = done.filter(({ state }) => state === 'settled').length
  taken.failed = done.length - taken.settled
  const now = new Map([...payments, ...done].map(({ id, state }) => [id, state]))
  const fresh = new Set(done.map(({ id }) => first.get(id)))
  for (const one of open.filter((each) => !fresh.has(each))) {
    const [says, wanted] = one.result.outcome === 'settle' ? ['arrived', 'settled'] : ['came back', 'failed']
    const state = now.get(one.payment.id)
    if (state === wanted) taken.known++
    else taken.unread.push({ line: one.result.line, why: `says ${says}, but the payment is ${state}` })
  }
  return taken
}

type First = ReadonlyMap<string, { result: Result; payment: Payment }>

/** All that arrived, or all that came back, at once: a full batch one by one would take longer than a unit of work may. */
async function actOn(ctx: Context, outcome: 'settle' | 'fail', first: First): Promise<Payment[]> {
  const ours = [...first.values()].filter(({ result, payment }) => result.outcome === outcome && payment.state !== 'prepared')
  const each = new Map(
    ours.map(({ result: { reason, providerRef, payment: named }, payment: { id } }) => [
      id,
      {
        providerRef: providerRef === '' || providerRef === named ? undefined : providerRef,
        reason: outcome === 'settle' ? undefined : reason === '' ? 'The bank or provider sent it back.' : reason,
      },
    ]),
  )
  return act(ctx, outcome, [...each.keys()], { lenient: true, each })
}
