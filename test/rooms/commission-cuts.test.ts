/** What limits and upheld cases cut: top-ups of a tier, milestones, and the share of whoever brought a creator. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrderPlaced } from '../../src/kernel/fact.ts'
import { days } from '../../src/kernel/time.ts'
import { audit as ledgerAudit } from '../../src/ledger/audit.ts'
import { policySchema } from '../../src/programs/rules.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order, owned, refund, tell } from './shop.ts'

let w: World
let ana: Awaited<ReturnType<World['manager']>>
let root: Awaited<ReturnType<World['admin']>>
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  root = await w.admin('Root')
})
afterAll(async () => {
  expect(await w.within(ledgerAudit)).toEqual([])
  await w.close()
})

const policy = (given: object) =>
  w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse(given) } }))
let members = 0
const member = () => enlist(w, `Mem${String.fromCharCode(97 + members++)}`)
let sales = 0
const sell = async (of: Member, minor: number, more: Partial<OrderPlaced> = {}) => {
  const id = `s-${++sales}`
  await tell(w, order(id, { codes: [of.code], base: { minor: String(minor), currency: 'EUR' }, components: {}, ...more }))
  return id
}

test('a tier that pays backwards stops at the limit of a month, and says so', async () => {
  const steps = [{ name: 'Silver', from: '50000', rateBps: 1_200 }]
  await policy({
    tiers: { measure: 'revenue', window: 'month', mode: 'retroactive', steps },
    caps: { creatorMonthMinor: '6500' },
  })
  const of = await member()
  const [first, second] = [await sell(of, 40_000), await sell(of, 20_000, { at: '2026-11-20T11:30:00.000Z' })]
  expect(await owned(w, of)).toEqual([6_500, 0])
  const cut = 'cut to €45.00 by what one creator can earn in a month'
  expect(await of.run('why', { order: first })).toContain(`€400.00 × 12 % = €48.00, ${cut}`)
  expect(await of.run('why', { order: first })).toMatch(/Rate +12 %, the rate of a tier that was reached later/)
  expect(await of.run('why', { order: second })).toContain('cut to €20.00 by')
  await tell(w, refund(first, 'cut-1', 40_000))
  expect(await owned(w, of)).toEqual([2_000, 0])
})

test('what an upheld case took counts for no milestone; an appeal brings back that, and the share of whoever brought the creator', async () => {
  await policy({
    holdDays: 0,
    referral: { bps: 1_000, months: 12 },
    milestones: [{ name: 'two', kind: 'orders', at: '2', bonusMinor: '1000' }],
  })
  const [inviter, of] = [await member(), await member()]
  await w.within((ctx) =>
    ctx.db.creator.update({
      where: { id: of.creatorId },
      data: { invitedBy: inviter.personId, decidedAt: new Date('2026-10-01T00:00:00Z') },
    }),
  )
  const email = await w.within(async (ctx) => ctx.hash(`${of.name.toLowerCase()}@example.com`))
  const own = await sell(of, 8_000, { shopper: { email } })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: of.creatorId } }))
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'It is your own order.' })
  expect(await of.run('earnings')).toContain('= €8.00, less €8.00 taken back by a case')
  await sell(of, 10_000)
  await w.app.runJob('due')
  expect([await owned(w, of), await owned(w, inviter)]).toEqual([
    [0, 1_000],
    [0, 100],
  ])
  await of.run('appeal', { case: id, words: 'My mother bought it.' })
  await root.run('case decide', { case: id, verdict: 'release', reason: 'Your mother did.' })
  expect([await owned(w, of), await owned(w, inviter)]).toEqual([
    [0, 2_800],
    [0, 180],
  ])
  await tell(w, refund(own, 'back-1', 8_000))
  expect([await owned(w, of), await owned(w, inviter)]).toEqual([
    [0, 2_000],
    [0, 100],
  ])
  const told = await inviter.run('earnings')
  expect(told).toMatch(/Referral, taken back .* 10 % of what was taken back of such a sale +-€0\.80/)
  expect(told).not.toContain(own)
})

test('a payable sale that a dispute moves takes the share of whoever brought its creator along, and so do later refunds', async () => {
  await policy({ holdDays: 0, referral: { bps: 1_000, months: 12 } })
  const [before, after, former, owner] = [await member(), await member(), await member(), await member()]
  const brought = async (of: Member, by: Member) => {
    const data = { invitedBy: by.personId, decidedAt: new Date('2026-10-01T00:00:00Z') }
    await w.within((ctx) => ctx.db.creator.update({ where: { id: of.creatorId }, data }))
  }
  await brought(former, before)
  await brought(owner, after)
  const dispute = async (by: Member, number: string) => {
    await by.run('dispute', { order: number, reason: 'They came by my link.' })
    const { id } = await w.within((ctx) =>
      ctx.db.case.findFirstOrThrow({ where: { kind: 'dispute', state: 'open', creatorId: by.creatorId } }),
    )
    await ana.run('case decide', { case: id, verdict: 'move', reason: 'The click came first.' })
  }
  const all = async () =>
    [await owned(w, former), await owned(w, before), await owned(w, owner), await owned(w, after)].map((of) => of[1])
  const sold = await sell(former, 8_000)
  await w.app.runJob('due')
  expect(await all()).toEqual([800, 80, 0, 0])
  await dispute(owner, sold)
  expect(await all()).toEqual([0, 0, 800, 80])
  await tell(w, refund(sold, 'moved-1', 4_000))
  expect(await all()).toEqual([0, 0, 400, 40])

  // Moved there and back, and to somebody whom nobody brought: the share is where the sale is, or nowhere.
  const [again, alone] = [await sell(former, 10_000), await member()]
  await w.app.runJob('due')
  expect(await all()).toEqual([1_000, 100, 400, 40])
  await dispute(owner, again)
  expect(await all()).toEqual([0, 0, 1_400, 140])
  await dispute(alone, again)
  expect(await all()).toEqual([0, 0, 400, 40])
  expect(await owned(w, alone)).toEqual([0, 1_000])
  await tell(w, refund(again, 'moved-2', 5_000))
  expect(await all()).toEqual([0, 0, 400, 40])
})

test('an upheld case that drops a creator below a tier is told to managers; given again, the missing top-up comes at once', async () => {
  const steps = [{ name: 'Gold', from: '50000', rateBps: 1_500 }]
  await policy({ tiers: { measure: 'revenue', window: 'month', mode: 'retroactive', steps } })
  const of = await member()
  const email = await w.within(async (ctx) => ctx.hash(`${of.name.toLowerCase()}@example.com`))
  await sell(of, 30_000, { shopper: { email } })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: of.creatorId } }))
  await sell(of, 30_000)
  // Gold with both: 15 % of 600.00, of which the doubted half waits.
  expect(await owned(w, of)).toEqual([9_000, 0])
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'It is your own order.' })
  expect(await owned(w, of)).toEqual([4_500, 0])
  const told = await ana.sees('managers')
  expect(told).toContain(`${of.name} is below tier Gold after a case`)
  expect(told).toContain('What counts is €300.00 now, and the tier begins at €500.00.')

  // Another has not reached the tier when the case is decided: what comes again brings it, for all sales of the month at once.
  const late = await member()
  const hash = await w.within(async (ctx) => ctx.hash(`${late.name.toLowerCase()}@example.com`))
  const first = await sell(late, 30_000, { shopper: { email: hash } })
  const found = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: late.creatorId } }))
  await ana.run('case decide', { case: found.id, verdict: 'uphold', reason: 'It is your own order.' })
  await sell(late, 30_000)
  await tell(w, refund(first, 'meanwhile', 5_000))
  expect(await owned(w, late)).toEqual([3_000, 0])
  await late.run('appeal', { case: found.id, words: 'My mother bought it.' })
  await root.run('case decide', { case: found.id, verdict: 'release', reason: 'Your mother did.' })
  // 15 % of the 250.00 that are left of the first, and of the second 300.00.
  expect(await owned(w, late)).toEqual([3_750 + 4_500, 0])
  expect(await late.run('why', { order: first })).toMatch(/for reaching Gold/)
  const line = await w.within((ctx) =>
    ctx.db.line.findFirstOrThrow({ where: { creatorId: late.creatorId, leftBase: { not: null } } }),
  )
  expect([line.leftBase, line.leftMinor]).toEqual([25_000n, 3_750n])
  // Given back whole, both are taken back whole.
  await tell(w, refund(first, 'rest', 25_000))
  expect(await owned(w, late)).toEqual([4_500, 0])
})

test('what is taken of a sale that did not count for the tier a creator has is no news', async () => {
  const steps = [{ name: 'Silver', from: '50000', rateBps: 1_200 }]
  const below = async (of: Member) => (await ana.sees('managers')).includes(`${of.name} is below tier Silver after a refund`)
  const now = w.now
  await policy({ tiers: { measure: 'revenue', window: 'month', mode: 'marginal', steps } })
  const month = await member()
  const november = await sell(month, 10_000)
  w.at('2026-12-05T12:00:00Z')
  const december = await sell(month, 60_000, { at: '2026-12-05T10:00:00.000Z' })
  await tell(w, refund(november, 'nov-1', 10_000))
  expect(await below(month)).toBe(false)
  expect(await month.run('tier show')).toContain('€600.00')
  await tell(w, refund(december, 'dec-1', 20_000))
  expect(await below(month)).toBe(true)
  expect(await ana.sees('managers')).toContain('What counts is €400.00 now')

  // In the last days it is the newest sale that reached it which says what counted.
  await policy({ tiers: { measure: 'revenue', window: 'rolling', days: 10, mode: 'marginal', steps } })
  const rolling = await member()
  const day = (of: number) => ({ at: `2026-12-${String(of).padStart(2, '0')}T10:00:00.000Z` })
  w.at('2026-12-14T12:00:00Z')
  const old = await sell(rolling, 60_000, day(1))
  const last = await sell(rolling, 30_000, day(9))
  await sell(rolling, 20_000, day(13))
  await tell(w, refund(old, 'roll-1', 60_000))
  expect(await below(rolling)).toBe(false)
  await tell(w, refund(last, 'roll-2', 10_000))
  expect(await below(rolling)).toBe(true)
  w.at(now)
})

test('a milestone waits for the hold of sales that limits cut to nothing, and is paid when it ends', async () => {
  await policy({
    caps: { creatorMonthMinor: '800' },
    milestones: [{ name: 'three', kind: 'orders', at: '3', bonusMinor: '5000' }],
  })
  const of = await member()
  await sell(of, 8_000, { at: '2026-11-01T10:00:00.000Z' })
  await sell(of, 8_000)
  await sell(of, 8_000)
  await w.app.runJob('due')
  expect(await owned(w, of)).toEqual([0, 800])
  const now = w.now
  w.at(days(now, 15))
  await w.app.runJob('due')
  expect(await owned(w, of)).toEqual([0, 5_800])
  w.at(now)
})

test('a milestone that a granted appeal or a dispute brings is paid at once when the sale is payable', async () => {
  await policy({ milestones: [{ name: 'opener', kind: 'first', at: '1', bonusMinor: '1000' }] })
  const [of, other] = [await member(), await member()]
  const email = await w.within(async (ctx) => ctx.hash(`${of.name.toLowerCase()}@example.com`))
  const sold = await sell(of, 8_000, { shopper: { email } })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: of.creatorId } }))
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'It is your own order.' })
  const now = w.now
  w.at(days(now, 15))
  await w.app.runJob('due')
  await of.run('appeal', { case: id, words: 'My mother bought it.' })
  expect(await owned(w, of)).toEqual([0, 0])
  await root.run('case decide', { case: id, verdict: 'release', reason: 'Your mother did.' })
  expect(await owned(w, of)).toEqual([0, 1_800])
  await other.run('dispute', { order: sold, reason: 'They came by my link.' })
  const dispute = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: other.creatorId } }))
  await ana.run('case decide', { case: dispute.id, verdict: 'move', reason: 'The click came first.' })
  expect([await owned(w, of), await owned(w, other)]).toEqual([
    [0, 1_000],
    [0, 1_800],
  ])
  w.at(now)
})

test('a sale that is told after its month gets the tier that stood then, though refunds had undone it', async () => {
  const steps = [
    { name: 'Silver', from: '50000', rateBps: 1_200 },
    { name: 'Gold', from: '100000', rateBps: 1_500 },
  ]
  const now = w.now
  const rates = {} as Record<string, number[]>
  for (const mode of ['marginal', 'retroactive']) {
    w.at(now)
    await policy({ tiers: { measure: 'revenue', window: 'month', mode, steps } })
    const of = await member()
    for (const day of ['05', '10']) await sell(of, 60_000, { at: `2026-11-${day}T10:00:00.000Z` })
    for (const id of [sales - 1, sales]) await tell(w, refund(`s-${id}`, `undone-${id}`, 60_000))
    w.at('2026-12-02T12:00:00Z')
    await w.app.runJob('due')
    for (const day of ['07', '12']) await sell(of, 10_000, { at: `2026-11-${day}T10:00:00.000Z` })
    const lines = await w.within((ctx) =>
      ctx.db.line.findMany({ where: { creatorId: of.creatorId, base: 10_000n }, orderBy: { at: 'asc' } }),
    )
    rates[mode] = lines.map(({ rateBps, raisedBps }) => raisedBps ?? rateBps)
  }
  expect(rates).toEqual({ marginal: [1_200, 1_500], retroactive: [1_500, 1_500] })
  w.at(now)
})

test('whom an upheld case took from nobody brought: later orders of that customer are nobody’s, until an appeal says otherwise', async () => {
  await policy({ repeat: { rule: 'lifetime', months: 12 } })
  const of = await member()
  const shopper = { email: await w.within(async (ctx) => ctx.hash(`${of.name.toLowerCase()}@example.com`)) }
  await sell(of, 8_000, { shopper, at: '2026-11-10T10:00:00.000Z' })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: of.creatorId } }))
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'It is your own order.' })
  await sell(of, 8_000, { shopper, codes: [], at: '2026-11-11T10:00:00.000Z' })
  expect(await owned(w, of)).toEqual([0, 0])
  await of.run('appeal', { case: id, words: 'My mother bought it.' })
  await root.run('case decide', { case: id, verdict: 'release', reason: 'Your mother did.' })
  await sell(of, 8_000, { shopper, codes: [], at: '2026-11-12T10:00:00.000Z' })
  expect(await owned(w, of)).toEqual([1_600, 0])
})
