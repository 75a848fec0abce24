import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import { take } from '../../src/orders/take.ts'
import { audit } from '../../src/payouts/audit.ts'
import { follow } from '../../src/payouts/merge.ts'
import { accountOf, silentAccounts } from '../../src/payouts/onboarding.ts'
import { transferAnswered, transferQuestion } from '../../src/payouts/transfers.ts'
import { dropShop } from '../../src/programs/connections.ts'
import type { Persona } from '../chat.ts'
import { connectShop } from '../shops/connected.ts'
import type { Asked } from '../shops/server.ts'
import { type LocalConnect, openConnect } from '../shops/stripe-connect.ts'
import { type World, world } from '../world.ts'
import { earn, enter, finance, german, payable, withStripe } from './payees.ts'
import type { Member } from './shop.ts'

let stripe: LocalConnect
let w: World
let fay: Persona
let gus: Persona
let mia: Member
beforeAll(async () => {
  stripe = await openConnect()
  w = await world({
    now: '2026-12-10T12:00:00Z',
    program: { policy: { payoutMethods: ['bank', 'stripe'] } },
    environment: { FETCH_ALLOW: stripe.origin },
  })
  fay = await finance(w, 'Fay')
  gus = await finance(w, 'Gus')
  mia = await payable(w, 'Mia', 0, null)
  await withStripe(w, mia.creatorId, 'acct_1Mia0000000000')
  await enter(w, mia, german('Mia Lind', { method: 'stripe', iban: '' }))
  stripe.accounts.add('acct_1Mia0000000000')
})
afterAll(async () => {
  await w.close()
  await stripe.close()
})

let month = 11
/** A month later: Mia has earned 50.00 and finance has released it. Gives the payment's id. */
async function released(): Promise<string> {
  const at = new Date(Date.UTC(2026, month, 14))
  w.at(at)
  await earn(w, mia.creatorId, 5_000)
  w.at(new Date(Date.UTC(2026, month++, 15, 12)))
  await fay.run('payout prepare')
  const payment = await newest()
  await gus.ask('payout confirm', { batch: payment.batchId })
  await gus.press('Confirm and release')
  return payment.id
}
const newest = () => w.within((ctx) => ctx.db.payment.findFirstOrThrow({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }))
const deliver = () => w.app.runJob('deliver')
/** The tries that follow, each when it is due. */
async function later(tries = 3): Promise<void> {
  for (let i = 0; i < tries; i++) {
    w.at(minutes(w.now, 30))
    await deliver()
  }
}
const posts = (asked: Asked[]) => asked.filter((one) => one.method === 'POST').length
beforeEach(() => {
  stripe.asked.length = 0
  stripe.faults.length = 0
})

test('without Stripe everybody else is paid, and nothing is released through it', async () => {
  w.at('2026-11-14T00:00:00Z')
  const ben = await payable(w, 'Ben', 6_000)
  await earn(w, mia.creatorId, 5_000)
  w.at('2026-11-15T12:00:00Z')
  expect(await fay.run('payout prepare')).toContain('The program is not connected to Stripe now')
  expect(await mia.run('earnings')).toContain('The program is not connected to Stripe now')
  const other = await newest()
  expect(other.creatorId).toBe(ben.creatorId)
  await gus.ask('payout confirm', { batch: other.batchId })
  expect((await gus.press('Confirm and release')).text).toContain('ready to be sent')
  await fay.run('payout settle', { payment: other.reference })

  w.at('2026-11-15T12:30:00Z')
  await connectShop(w, 'stripe', stripe.origin)
  await fay.run('payout prepare')
  const { batchId, creatorId } = await newest()
  expect(creatorId).toBe(mia.creatorId)
  await w.within((ctx) => dropShop(ctx, 'stripe'))
  await gus.ask('payout confirm', { batch: batchId })
  expect((await gus.press('Confirm and release')).text).toContain('Stripe is not connected.')
  await fay.run('payout cancel', { batch: batchId })
  await connectShop(w, 'stripe', stripe.origin)
})

describe('a released payment', () => {
  test('is one transfer under its own key and arrives', async () => {
    const id = await released()
    await deliver()
    await later()
    expect(stripe.asked.map((one) => [one.method, one.headers['idempotency-key']])).toEqual([['POST', id]])
    expect(stripe.sent.at(-1)).toMatchObject({
      amount: 10_000,
      currency: 'eur',
      destination: 'acct_1Mia0000000000',
      metadata: { payment: id },
    })
    expect(await newest()).toMatchObject({ id, state: 'settled', providerRef: stripe.sent.at(-1)!.id, tries: 1 })
    expect(await mia.sees()).toContain('You were paid')
  })

  test('whose answer is lost is asked for, never sent again', async () => {
    stripe.faults.push({ when: (asked) => asked.method === 'POST', gives: 'lose the reply' })
    const before = stripe.sent.length
    const id = await released()
    await deliver()
    expect((await newest()).state).toBe('unknown')
    expect(stripe.sent).toHaveLength(before + 1)
    await later()
    expect(await newest()).toMatchObject({ id, state: 'settled', providerRef: stripe.sent.at(-1)!.id })
    expect([stripe.sent.length, posts(stripe.asked)]).toEqual([before + 1, 1])
  })

  test('that never got there is sent again once Stripe has said so, and stays set aside while Stripe says nothing', async () => {
    stripe.faults.push({ when: (asked) => asked.method === 'POST', gives: 'hang up' })
    stripe.faults.push({ when: (asked) => asked.method === 'GET', gives: { status: 503, json: {} } })
    const before = stripe.sent.length
    await released()
    await deliver()
    await later(1)
    expect([(await newest()).state, posts(stripe.asked)]).toEqual(['unknown', 1])
    await later()
    expect([(await newest()).state, stripe.sent.length]).toEqual(['settled', before + 1])
  })

  test('is sent once by two workers and after a worker died in the middle of it', async () => {
    const before = stripe.sent.length
    const id = await released()
    await Promise.all([deliver(), deliver(), deliver()])
    await w.within((ctx) =>
      ctx.db.outbox.updateMany({ where: { key: `payment:${id}` }, data: { state: 'due', leasedTo: null, notBefore: ctx.now } }),
    )
    await later()
    expect([(await newest()).state, stripe.sent.length]).toEqual(['settled', before + 1])
  })

  test('that Stripe refuses has moved nothing: it is payable again, and the creator reads what mends it', async () => {
    stripe.accounts.delete('acct_1Mia0000000000')
    const before = stripe.sent.length
    const id = await released()
    await deliver()
    await later()
    expect(await newest()).toMatchObject({ id, state: 'failed', reason: 'Stripe does not know the account in your details.' })
    expect([stripe.sent.length, posts(stripe.asked)]).toEqual([before, 1])
    expect(await mia.sees()).toMatch(/Your payout did not arrive\n€50\.00 came back: Stripe does not know the account/)
    stripe.accounts.add('acct_1Mia0000000000')
  })

  test('of which nobody knows for long is told to finance, and no details, cancel or second batch send it twice', async () => {
    stripe.faults.push({ when: (asked) => asked.method === 'POST', gives: 'lose the reply' })
    for (let i = 0; i < 9; i++) stripe.faults.push({ when: (asked) => asked.method === 'GET', gives: { status: 500, json: {} } })
    const before = stripe.sent.length
    await released()
    const payment = await newest()
    await deliver()
    await later(10)
    expect((await newest()).state).toBe('unknown')
    expect(await fay.sees()).toContain('Nobody knows whether a payment arrived')
    expect(await fay.run('payout cancel', { batch: payment.batchId })).toContain('nothing can be taken back')
    expect(await fay.run('payout prepare')).toContain('Nobody can be paid now')
    await w.within((ctx) =>
      ctx.db.outbox.updateMany({ where: { key: `payment:${payment.id}` }, data: { state: 'due', tries: 0, notBefore: ctx.now } }),
    )
    await later(1)
    expect(await newest()).toMatchObject({ id: payment.id, state: 'settled' })
    expect([stripe.sent.length, posts(stripe.asked)]).toEqual([before + 1, 1])
    expect(await w.within(audit)).toEqual([])
  })
})

test('while Stripe is being asked nobody says by hand what became of it', async () => {
  const id = await released()
  const { reference } = await newest()
  const leasedTo = minutes(w.now, 5)
  await w.within((ctx) => ctx.db.outbox.updateMany({ where: { key: `payment:${id}` }, data: { leasedTo } }))
  await w.within((ctx) => transferQuestion(ctx, id, false))
  const word = { payment: reference, reason: 'It is not there.' }
  expect(await fay.run('payout fail', word)).toContain('is being sent at this moment')
  expect(await fay.run('payout settle', { payment: reference })).toContain('is being sent at this moment')
  w.at(minutes(w.now, 6))
  expect(await fay.run('payout fail', word)).toContain('came back')
  await w.within((ctx) => transferAnswered(ctx, id, { kind: 'refused', why: 'No.' }))
  expect(await w.within(audit)).toEqual([])
})

test('an account that cannot be paid is named before anything is sent; what Stripe tells, or is asked, counts', async () => {
  const account = 'acct_1Mia0000000000'
  const said = { submitted: true, chargesEnabled: true, payoutsEnabled: true, transfers: 'active', due: 0 }
  const told = (state: object, at = w.now) =>
    w.within((ctx) =>
      take(ctx, 'stripe', [
        { type: 'account.changed', account: ctx.hash(account), at: at.toISOString(), ...said, ...state },
        { type: 'account.changed', account: ctx.hash('acct_1Other'), at: at.toISOString(), ...said },
      ]),
    )
  w.at(new Date(Date.UTC(2028, 0, 14)))
  await earn(w, mia.creatorId, 5_000)
  await told({ transfers: 'inactive', due: 2 })
  await told({}, minutes(w.now, -5))
  expect(await mia.run('earnings')).toContain('Stripe cannot pay this out yet: it still asks for 2 things.')
  w.at(new Date(Date.UTC(2028, 0, 15, 12)))
  const prepared = await fay.run('payout prepare')
  expect(prepared).toMatch(/Mia[\s\S]*Stripe cannot pay this out yet/)
  const payments = () => w.within((ctx) => ctx.db.payment.count({ where: { createdAt: w.now } }))
  expect(await payments()).toBe(0)
  await told({})
  expect(await mia.run('earnings')).not.toContain('Stripe cannot')
  await fay.run('payout prepare')
  expect(await payments()).toBe(1)
  // Where no webhook comes, Stripe is asked once a day; an account that it does not know stays as it was.
  w.at(new Date(Date.UTC(2028, 0, 17, 12)))
  const asked = () => w.within((ctx) => silentAccounts(ctx, 5))
  expect(await asked()).toEqual([{ creatorId: mia.creatorId, account }])
  await w.app.runJob('reconcile')
  expect(await asked()).toEqual([])
})

test('of two who turn out to be one the account at Stripe goes with the details that stay', async () => {
  const begun = await payable(w, 'Ada', 0, null)
  const ready = await payable(w, 'Bea', 0, null)
  await withStripe(w, begun.creatorId, 'acct_1Begun00000000')
  await withStripe(w, ready.creatorId, 'acct_1Ready00000000')
  await enter(w, ready, german('Bea Lind', { method: 'stripe', iban: '' }))
  const accounts = async () =>
    w.within(async (ctx) => {
      await follow(ctx, { from: ready.creatorId, to: begun.creatorId })
      return [(await accountOf(ctx, begun.creatorId))?.account, await accountOf(ctx, ready.creatorId)]
    })
  expect(await accounts()).toEqual(['acct_1Ready00000000', null])
  expect(await accounts()).toEqual(['acct_1Ready00000000', null])
})
