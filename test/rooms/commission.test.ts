/** Commission as people meet it in the chat: rules that change, refunds, tiers, limits, currencies, leads, mirrors, rewards. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OrderFact, OrderPlaced } from '../../src/kernel/fact.ts'
import { audit as ledgerAudit } from '../../src/ledger/audit.ts'
import { giveKey } from '../../src/orders/network-keys.ts'
import { audit as ordersAudit } from '../../src/orders/queries.ts'
import { record } from '../../src/orders/service.ts'
import { policySchema } from '../../src/programs/rules.ts'
import { type World, world } from '../world.ts'
import { cancelled, click, enlist, type Member, order, owned, refund, tell } from './shop.ts'

let w: World
let ana: Awaited<ReturnType<World['manager']>>
let root: Awaited<ReturnType<World['admin']>>
let members = 0
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  root = await w.admin('Root')
})
beforeEach(() => policy({}))
afterAll(async () => {
  expect(await w.within(ledgerAudit)).toEqual([])
  expect(await w.within(ordersAudit)).toEqual([])
  await w.close()
})

const policy = (given: object) =>
  w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse(given) } }))
const member = (more: Parameters<typeof enlist>[2] = {}) => enlist(w, `Mem${String.fromCharCode(97 + members++)}`, more)
const eur = (minor: number) => ({ minor: String(minor), currency: 'EUR' })
let sales = 0
const sell = async (of: Member, minor: number, more: Partial<OrderPlaced> = {}) => {
  const id = `s-${++sales}`
  await tell(w, order(id, { codes: [of.code], base: eur(minor), components: {}, ...more }))
  return id
}

test('the order of rules is changed in the chat, shown before it is confirmed, and touches only later orders', async () => {
  const [mia, ben] = [await member(), await member()]
  const cid = await click(w, mia, new Date('2026-11-19T10:00:00Z'))
  await tell(w, order('both', { cid, codes: [ben.code] }))
  expect(await ben.run('why', { order: '#both' })).toContain('The code decides')
  const asked = await root.ask('setup commission', { credit_order: 'click, code, customer' })
  expect(asked.text).toMatch(/Credit order +code, then click, then customer +click, then code, then customer +at once/)
  expect((await tell(w, order('both-2', { cid, codes: [ben.code] })))[0]).toMatchObject({ creatorId: ben.creatorId })
  expect((await root.press('Confirm')).text).toContain('The change is made')
  const later = new Date(w.now.getTime() + 1000).toISOString()
  expect((await tell(w, order('both-3', { cid, codes: [ben.code], at: later })))[0]).toMatchObject({ creatorId: mia.creatorId })
  expect(await mia.run('why', { order: '#both-3' })).toContain('The last click decides')
  // One of before that is heard only now keeps what held then, and so does one that was decided.
  expect((await tell(w, order('both-4', { cid, codes: [ben.code] })))[0]).toMatchObject({ creatorId: ben.creatorId })
  expect(await ben.run('why', { order: '#both' })).toContain('This order is credited to you: €8.00.')
})

test('what is worse waits for the notice and is told to everyone; what is better holds at once', async () => {
  const mia = await w.creator('Mia')
  expect((await root.ask('setup commission', { order_limit: '5', lead: '3' })).text).toContain('Dec 4, 2026')
  await root.press('Confirm')
  await w.app.runJob('announce', { program: w.programId })
  expect(await mia.sees()).toMatch(/Limit of an order +no limit +€5\.00/)
  const { policy: kept } = await w.within((ctx) => ctx.db.program.findUniqueOrThrow({ where: { id: w.programId } }))
  expect(policySchema.parse(kept)).toMatchObject({ leadMinor: '300', caps: { orderMinor: null } })
})

test('without a notice what is worse holds at once, and is told to everyone all the same, once', async () => {
  await policy({ noticeDays: 0 })
  const zoe = await w.creator('Zoe')
  await root.run('setup commission', { order_limit: '5', lead: '3', confirm: 'yes' })
  await root.run('setup payouts', { minimum: '90' })
  for (let n = 0; n < 2; n++) await w.app.runJob('announce', { program: w.programId })
  const seen = await zoe.sees()
  expect(seen).toMatch(
    /Since .+ this holds[\s\S]*Limit of an order +no limit +€5\.00[\s\S]*Least that is paid out +€20\.00 +€90\.00/,
  )
  expect(seen.split('changed its terms')).toHaveLength(2)
})

test('a refund by share, more than there was, and a dispute that the bank decides', async () => {
  const of = await member()
  await tell(w, order('ref', { codes: [of.code] }))
  const part = (id: string, minor: number, more = {}): OrderFact => ({
    type: 'order.refunded',
    refundId: id,
    orderId: 'ref',
    at: '2026-11-20T11:20:00Z',
    base: eur(minor),
    ...more,
  })
  expect(await tell(w, part('ref-1', 4_760, { whole: eur(9_520) }))).toMatchObject([{ reversal: { minor: 400n } }])
  expect(await of.run('why', { order: '#ref' })).toMatch(/€47\.60 of €95\.20 paid +€40\.00 +taken into account/)
  // A sum so far grows under one name.
  expect(await tell(w, part('sum', 5_000, { cumulative: true }))).toMatchObject([{ reversal: { minor: 100n } }])
  expect(await tell(w, part('sum', 4_500, { cumulative: true }))).toEqual([{ kind: 'nothing' }])
  expect(await tell(w, part('sum', 8_000, { cumulative: true }))).toMatchObject([{ reversal: { minor: 300n } }])
  await tell(w, part('ref-9', 100, { at: '2026-11-20T11:21:00Z' }))
  expect(await ana.sees('managers')).toContain('More was given back than order #ref was worth')
  expect(await owned(w, of)).toEqual([0, 0])
  const dispute = (outcome: 'open' | 'won' | 'lost', at: string): OrderFact => ({
    type: 'order.disputed',
    orderId: 'bank',
    disputeId: 'dp-1',
    at,
    outcome,
  })
  await tell(
    w,
    dispute('lost', '2026-11-20T11:40:00Z'),
    dispute('open', '2026-11-20T11:30:00Z'),
    order('bank', { codes: [of.code] }),
  )
  expect(await owned(w, of)).toEqual([0, 0])
  expect(await of.run('why', { order: '#bank' })).toContain('Taken back by the bank')
})

describe('tiers', () => {
  const setTiers = async (mode: 'marginal' | 'retroactive') => {
    await root.ask('tier set', { steps: 'Silver 500 12 %; Gold 1000 15 %', measure: 'revenue', window: 'month', mode })
    expect((await root.press('Confirm')).text).toContain('The change is made')
    await w.within(async (ctx) => {
      // Sales of this story are earlier in the day than the change.
      const now = policySchema.parse(ctx.program.policy)
      await ctx.db.program.update({ where: { id: w.programId }, data: { policy: { ...now, past: [] } } })
    })
  }
  test('marginal: the documented total; below the threshold after a refund is reported, and nothing is taken', async () => {
    await setTiers('marginal')
    const of = await member()
    for (const minor of [40_000, 20_000]) await sell(of, minor)
    expect(await of.sees()).toContain('You reached Silver')
    const text = await of.run('tier show')
    expect(text).toMatch(
      /Your tier: Silver\n.*12 %\nCounts so far +€600\.00\nNext tier +Gold at €1,000\.00: 15 %\nStill missing +€400\.00\nWay +██░+ 20 %/,
    )
    for (const minor of [30_000, 20_000, 10_000]) await sell(of, minor)
    expect(await owned(w, of)).toEqual([13_500, 0])
    expect(await of.run('why', { order: `s-${sales}` })).toMatch(/15 %, the rate of tier Gold/)
    await tell(w, refund(`s-${sales}`, 'below', 10_000), refund(`s-${sales - 1}`, 'below-2', 20_000))
    expect(await ana.sees('managers')).toContain(`${of.name} is below tier Gold after a refund`)
    expect(await owned(w, of)).toEqual([13_500 - 1_500 - 2_400, 0])
    expect(await of.run('tier show')).toContain('Your tier: Gold')
    expect(await ana.run('tier list')).toMatch(/Gold +from €1,000\.00, 15 %, held by 1/)
    const grants = await w.within((ctx) =>
      ctx.db.outbox.findMany({ where: { kind: 'grant', audience: of.personId }, orderBy: { seq: 'asc' } }),
    )
    expect(grants.map(({ payload }) => payload)).toMatchObject([
      { role: 'tier:Silver', on: false },
      { role: 'tier:Gold', on: true },
    ])
  })
  test('retroactive: top-ups make the documented total, refunds take their share of them, in any order', async () => {
    await setTiers('retroactive')
    const of = await member()
    const first = await sell(of, 40_000)
    for (const minor of [20_000, 30_000, 20_000, 10_000]) await sell(of, minor)
    expect(await owned(w, of)).toEqual([18_000, 0])
    expect(await of.run('why', { order: first })).toMatch(
      /Topped up +€8\.00 on Nov 20, 2026 for reaching Silver; €12\.00 on Nov 20, 2026 for reaching Gold/,
    )
    await tell(w, refund(first, 'half', 20_000))
    expect(await owned(w, of)).toEqual([15_000, 0])
    await tell(w, refund(first, 'rest', 20_000))
    expect(await owned(w, of)).toEqual([12_000, 0])
  })
  test('a sale that is told late gets what was reached before it, and a tier begins when it was reached, in any order', async () => {
    await setTiers('marginal')
    const [told, late] = [await member(), await member()]
    const days = { [told.name]: [5, 8, 10, 12], [late.name]: [10, 5, 8, 12] }
    const net: Record<number, number> = { 5: 10_000, 8: 10_000, 10: 95_000, 12: 10_000 }
    for (const of of [told, late])
      for (const day of days[of.name]!) await sell(of, net[day]!, { at: `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z` })
    for (const of of [told, late]) expect(await owned(w, of)).toEqual([1_000 + 1_000 + 9_500 + 1_500, 0])
    const reached = await w.within((ctx) =>
      ctx.db.creator.findMany({ where: { id: { in: [told.creatorId, late.creatorId] } }, select: { earnedAt: true } }),
    )
    expect(reached.map(({ earnedAt }) => earnedAt?.toISOString())).toEqual(Array(2).fill('2026-11-10T10:00:00.000Z'))
  })
  test('a tier given by hand wins', async () => {
    await setTiers('marginal')
    const of = await member()
    await w.within((ctx) => ctx.db.creator.update({ where: { id: of.creatorId }, data: { tier: 'Gold' } }))
    await sell(of, 10_000)
    expect(await owned(w, of)).toEqual([1_500, 0])
    expect(await of.run('tier show')).toContain('by the team')
  })
})

test('limits clamp an order, a creator’s month and the program’s, and managers are told once each', async () => {
  await policy({ caps: { orderMinor: '1000', creatorMonthMinor: '1500', programMonthMinor: null } })
  const of = await member()
  const one = await sell(of, 20_000)
  expect(await of.run('why', { order: one })).toMatch(/€200\.00 × 10 % = €20\.00, cut to €10\.00 by the limit of one order/)
  await sell(of, 8_000)
  await sell(of, 8_000)
  expect(await owned(w, of)).toEqual([1_500, 0])
  // What refunds give back is room again.
  await tell(w, refund(one, 'cap-1', 15_000))
  expect(await owned(w, of)).toEqual([1_000, 0])
  await sell(of, 8_000)
  expect(await owned(w, of)).toEqual([1_500, 0])
  const told = await ana.sees('managers')
  expect(told.split('the limit of one order is').length).toBe(2)
  expect(told.split('what one creator can earn in a month is').length).toBe(2)
})

test('an order in another currency waits for its rate, is decided with it, and its refunds use the same', async () => {
  const of = await member()
  const dollars = { minor: '10000', currency: 'USD' }
  expect(
    await tell(w, order('usd', { codes: [of.code], base: dollars, components: {} }), refund('usd', 'usd-1', 2_500, 'USD')),
  ).toMatchObject([{ kind: 'uncredited', reason: 'currency' }, { kind: 'nothing' }])
  expect(await of.run('why', { order: '#usd' })).toContain('Not decided yet. It is in another currency')
  expect(await ana.sees('managers')).toContain('[Enter rate]')
  expect((await root.ask('setup currency', { currency: 'usd', rate: '0,9213' })).text).toContain(
    '1 USD is 0.9213 EUR from 2026-11-20 on',
  )
  await w.app.runJob('due')
  expect(await of.sees()).toContain('Order #usd earns you €6.91.')
  expect(await of.run('why', { order: '#usd' })).toMatch(/Exchange +1 USD = 0\.9213 EUR, the rate of Nov 20, 2026/)
  await root.ask('setup currency', { currency: 'USD', rate: '0.5' })
  await tell(w, refund('usd', 'usd-2', 7_500, 'USD'))
  expect(await owned(w, of)).toEqual([0, 0])
})

test('a lead earns its fixed amount, a later order knows who brought it, and a rejection takes it back', async () => {
  await policy({ leadMinor: '500', repeat: { rule: 'lifetime', months: 12 } })
  const of = await member()
  const lead: OrderFact = {
    type: 'lead.qualified',
    orderId: 'lead-1',
    number: 'L-1',
    at: '2026-09-01T10:00:00Z',
    test: false,
    codes: [of.code],
    shopper: { email: 'hash-of-lea' },
  }
  const rejected: OrderFact = { type: 'lead.rejected', orderId: 'lead-1', at: '2026-11-20T11:50:00Z', reason: 'Not reachable' }
  await tell(w, { ...lead, orderId: 'lead-0', number: 'L-0', at: '2026-09-02T10:00:00Z' }, lead)
  expect(await of.sees()).toMatch(/You brought a lead\nLead L-1 earns you €5\.00\./)
  await tell(w, order('after-lead', { shopper: { email: 'hash-of-lea' } }))
  expect(await of.run('why', { order: '#after-lead' })).toContain('The known customer decides')
  await tell(w, rejected, rejected)
  expect(await owned(w, of)).toEqual([1_300, 0])
  expect(await of.run('why', { order: 'L-1' })).toMatch(/Rejected +Nov 20, 2026: Not reachable/)
})

test('a mirror waits for its partner’s name, is shown and ranked, and books nothing', async () => {
  const of = await member()
  const mirrored = order('amz-1', {
    codes: [],
    base: eur(5_000),
    components: {},
    mirror: { commission: eur(350), creatorKey: 'memz-21' },
  })
  const amazon = (fact: OrderFact) => w.within((ctx) => record(ctx, 'amazon', fact))
  expect(await amazon(mirrored)).toMatchObject([{ kind: 'uncredited', reason: 'unknown partner' }])
  expect(await ana.sees('managers')).toContain('amazon reports sales of an unknown partner')
  await w.within((ctx) => giveKey(ctx, of.creatorId, 'amazon', 'memz-21'))
  await w.app.runJob('due')
  expect(await of.run('why', { order: '#amz-1' })).toMatch(/This order is credited to you: €3\.50, paid by amazon\./)
  expect(await owned(w, of)).toEqual([0, 0])
  expect(await of.run('stats')).toMatch(/Orders +1[\s\S]*Earned +€3\.50/)
  expect(await of.run('leaderboard')).toMatch(/Your net revenue +€50\.00/)
  await amazon({ type: 'order.refunded', refundId: 'amz-r', orderId: 'amz-1', at: '2026-11-20T12:00:00Z', base: eur(2_500) })
  expect(await of.run('why', { order: '#amz-1' })).toContain('€1.75, paid by amazon')
})

test('a creator who brought another gets a share once it is payable, and gives back its share of a refund', async () => {
  await policy({
    referral: { bps: 1_000, months: 12 },
    milestones: [{ name: 'first', kind: 'first', at: '1', bonusMinor: '1000' }],
  })
  const inviter = await member()
  expect(await inviter.run('invite', { name: 'Zoe' })).toContain('https://go.glow.example/')
  const zoe = await member()
  await w.within((ctx) =>
    ctx.db.creator.update({
      where: { id: zoe.creatorId },
      data: { invitedBy: inviter.personId, decidedAt: new Date('2026-10-01T00:00:00Z') },
    }),
  )
  const id = await sell(zoe, 8_000, { at: '2026-11-01T10:00:00Z' })
  expect(await owned(w, inviter)).toEqual([0, 0])
  await w.app.runJob('due')
  // A milestone pays once its sale is over its hold.
  expect(await owned(w, zoe)).toEqual([0, 1_800])
  expect(await zoe.sees()).toContain('the first sale: €10.00')
  expect(await owned(w, inviter)).toEqual([0, 80])
  await tell(w, refund(id, 'refer-1', 4_000))
  expect(await owned(w, inviter)).toEqual([0, 40])
  await tell(w, cancelled(id))
  expect(await owned(w, inviter)).toEqual([0, 0])
  expect(await owned(w, zoe)).toEqual([0, 1_000])
  expect(await inviter.run('invite')).not.toMatch(/8\.00|80\.00/)
})
