/** It makes no difference for a tier in which order a shop tells its sales, also where the last days count; a file may list the newest first. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../src/ledger/audit.ts'
import { balances } from '../../src/ledger/service.ts'
import { policySchema } from '../../src/programs/rules.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order, refund, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(async () => {
  expect(await w.within(audit)).toEqual([])
  await w.close()
})

const steps = [
  { name: 'Silver', from: '50000', rateBps: 1_200 },
  { name: 'Gold', from: '100000', rateBps: 1_500 },
]
const setTiers = (mode: string, more: object = {}) => {
  const policy = policySchema.parse({ tiers: { measure: 'revenue', window: 'rolling', days: 30, mode, steps }, ...more })
  return w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy } }))
}
const at = (day: string) => `2026-${day}T10:00:00.000Z`
const sell = (of: Member, day: string, minor: number) => {
  const base = { minor: String(minor), currency: 'EUR' }
  return tell(w, order(`${of.name}-${day}`, { codes: [of.code], at: at(day), base, components: {} }))
}
const pending = async (of: Member) => (await w.within((ctx) => balances(ctx, of.creatorId))).pending.minor
const ratesOf = async (of: Member) => {
  const lines = await w.within((ctx) => ctx.db.line.findMany({ where: { creatorId: of.creatorId }, orderBy: { at: 'asc' } }))
  return lines.map(({ rateBps, raisedBps }) => raisedBps ?? rateBps)
}

const net: Record<string, number> = { '09-25': 10_000, '10-20': 40_000, '10-25': 70_000, '11-10': 10_000 }

test.each([
  ['Intime', ['09-25', '10-20', '10-25', '11-10']],
  ['Newest', ['11-10', '10-25', '10-20', '09-25']],
  ['Mixed', ['10-25', '11-10', '09-25', '10-20']],
])('sales that are paid backwards, told as %s', async (name, days) => {
  await setTiers('retroactive')
  const of = await enlist(w, name)
  for (const day of days) await sell(of, day, net[day]!)
  // 100.00 of September was followed by 1,100.00 within thirty days on October 25, and so is whatever came after it.
  expect(await ratesOf(of)).toEqual([1_500, 1_500, 1_500, 1_500])
  expect(await pending(of)).toBe(19_500n)
  await tell(w, refund(`${name}-10-20`, `half-${name}`, 20_000))
  expect(await pending(of)).toBe(16_500n)
})

test('what a limit cut is not paid by what is told later', async () => {
  await setTiers('retroactive', { caps: { orderMinor: '4500' } })
  const of = await enlist(w, 'Limited')
  for (const day of ['10-25', '10-20']) await sell(of, day, net[day]!)
  expect(await pending(of)).toBe(9_000n)
})

test('a tier that a late sale helps a later one to reach stands for the last days after that', async () => {
  await setTiers('marginal')
  const rates = []
  for (const [name, days] of [
    ['Early', ['10-20', '10-25']],
    ['Late', ['10-25', '10-20']],
  ] as const) {
    const of = await enlist(w, name)
    for (const day of days) await sell(of, day, 50_000)
    expect(await of.run('tier show')).toContain('Your tier: Gold')
    await sell(of, '11-20', 10_000)
    rates.push((await ratesOf(of)).at(-1))
  }
  expect(rates).toEqual([1_500, 1_500])
})

test('a tier begins when it was reached, also where a sale that is told last lets it begin earlier', async () => {
  await setTiers('marginal', { tiers: { measure: 'revenue', window: 'month', mode: 'marginal', steps } })
  const net: Record<string, number> = { '11-03': 40_000, '11-05': 60_000, '11-10': 50_000 }
  const found = []
  for (const [name, days] of [
    ['Begins', ['11-03', '11-05', '11-10']],
    ['Earlier', ['11-10', '11-05', '11-03']],
  ] as const) {
    const of = await enlist(w, name)
    for (const day of days) await sell(of, day, net[day]!)
    const { earnedTier, earnedAt } = await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: of.creatorId } }))
    await tell(w, refund(`${name}-11-03`, `back-${name}`, 40_000))
    await sell(of, '11-07', 10_000)
    found.push([earnedTier, earnedAt?.toISOString(), (await ratesOf(of))[2]])
  }
  expect(found).toEqual(Array(2).fill(['Gold', at('11-05'), 1_500]))
})

/** Silver, and then Gold. */
async function rise(one: Member): Promise<void> {
  await sell(one, '09-25', 70_000)
  await sell(one, '10-22', 40_000)
  await sell(one, '11-10', 50_000)
}

test('who is told of a tier reads the rate that their sales pay, and a lower tier in place of a higher one as what it is', async () => {
  await setTiers('marginal')
  const own = await enlist(w, 'Own', { rateBps: 2_000 })
  const of = await enlist(w, 'Falls')
  for (const one of [own, of]) await rise(one)
  expect(await own.sees()).toMatch(/You reached Gold\nYour rate is now 20 %, until/)
  expect(await of.sees()).toMatch(/You reached Gold\nYour rate is now 15 %, until/)
  const before = w.now
  w.at('2026-11-21T10:00:01Z')
  await w.app.runJob('due')
  expect(await of.sees()).toMatch(/The time of tier Gold is over: you have Silver now\nYour rate is now 12 %\./)
  expect(await of.sees()).not.toContain('You reached Silver')
  w.at(before)
})

test('whoever has left hears nothing of tiers any more, and keeps what they earned by one', async () => {
  await setTiers('marginal')
  const [gone, other] = [await enlist(w, 'Gone'), await enlist(w, 'Here')]
  for (const one of [gone, other]) await rise(one)
  await gone.run('leave', { sure: 'yes' })
  const before = w.now
  w.at('2026-11-21T10:00:01Z')
  await w.app.runJob('due')
  w.at('2026-12-10T10:00:02Z')
  await w.app.runJob('due')
  const told = async (one: Member) => {
    const where = { kind: 'post', audience: `person:${one.personId}`, key: { startsWith: 'tier' } }
    return (await w.within((ctx) => ctx.db.outbox.findMany({ where, orderBy: { seq: 'asc' } }))).map(
      ({ key }) => key.split(':')[1],
    )
  }
  expect([await told(other), await told(gone)]).toEqual([['Gold', 'Silver', 'Silver'], ['Gold']])
  expect(await ratesOf(gone)).toEqual([1_000, 1_200, 1_500])
  w.at(before)
})

test.each([
  ['month', 'marginal'],
  ['month', 'retroactive'],
  ['rolling', 'marginal'],
  ['rolling', 'retroactive'],
])(
  'what a shop tells after its window, refunds among it, earns what it would have earned in time: %s, %s',
  async (window, mode) => {
    await setTiers(mode, { tiers: { measure: 'revenue', window, days: 7, mode, steps } })
    const found = []
    for (const [i, told] of ['2026-11-14T12:00:00Z', '2026-12-20T12:00:00Z'].entries()) {
      w.at('2026-11-14T12:00:00Z')
      const of = await enlist(w, `${window}${mode}${i ? 'late' : 'now'}`)
      w.at(told)
      for (const day of ['11-09', '11-11']) await sell(of, day, 60_000)
      for (const day of ['11-09', '11-11']) await tell(w, refund(`${of.name}-${day}`, `${of.name}-${day}`, 60_000))
      for (const day of ['11-13', '11-12']) await sell(of, day, 10_000)
      found.push([await ratesOf(of), await pending(of)])
    }
    expect(found[1]).toEqual(found[0])
    expect((found[0]![0] as number[]).slice(2)).toEqual([1_500, 1_500])
    w.at('2026-11-20T12:00:00Z')
  },
)

test('a tier whose rate went up pays the sales of its window up to the new rate, and a refund takes its share of that', async () => {
  const now = (rateBps: number) =>
    setTiers('retroactive', { tiers: { ...ladder, steps: [{ name: 'Gold', from: '100000', rateBps }] } })
  const ladder = { measure: 'revenue', window: 'rolling', days: 30, mode: 'retroactive' }
  await now(1_500)
  const of = await enlist(w, 'Richer')
  await sell(of, '10-20', 60_000)
  await sell(of, '10-25', 40_000)
  expect(await pending(of)).toBe(15_000n)
  await now(2_000)
  await sell(of, '10-28', 10_000)
  expect(await ratesOf(of)).toEqual([2_000, 2_000, 2_000])
  expect(await pending(of)).toBe(22_000n)
  await tell(w, refund('Richer-10-20', 'richer', 30_000))
  expect(await pending(of)).toBe(16_000n)
})
