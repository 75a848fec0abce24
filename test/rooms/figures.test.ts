/**
 * The same figure in two places, against the same made by hand: small random programs in three currencies and zones, whose shops sell, take
 * back and cancel for three months, across the days on which clocks change. By hand are the naive sums of what the shop said.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import type { Line } from '../../src/db/generated/client.ts'
import { dailyOf } from '../../src/insight/days.ts'
import { countsOf } from '../../src/insight/own.ts'
import { tallies, tallyOf } from '../../src/insight/tally.ts'
import type { OrderFact } from '../../src/kernel/fact.ts'
import { working } from '../../src/ledger/cards-working.ts'
import { due } from '../../src/ledger/mature.ts'
import { earningsOf } from '../../src/ledger/queries.ts'
import { bonus, payFee } from '../../src/ledger/service.ts'
import { statementOf } from '../../src/ledger/statement.ts'
import { clickIds } from '../../src/links/click-id.ts'
import { record } from '../../src/orders/service.ts'
import { workingOf } from '../../src/orders/telling.ts'
import { expected } from '../../src/payouts/expected.ts'
import { planFor } from '../../src/payouts/prepare.ts'
import { policySchema } from '../../src/programs/rules.ts'
import { standings } from '../../src/recognition/queries.ts'
import { type World, world } from '../world.ts'
import { order } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-09-28T10:00:00Z' })
})
afterAll(() => w.close())

const HOUR = 3_600_000
type Sold = { id: string; at: Date; creatorId: string; base: number; back: { at: Date; minor: number }[]; ownClick: boolean }
type House = {
  programId: string
  zone: string
  currency: string
  creators: string[]
  sold: Sold[]
  given: Map<string, number>
  clicks: Map<string, number>
}

function dice(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

/** 2026-10-25, as clocks on a wall of the zone have it. */
const dayIn = (at: Date, zone: string) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at)
const monthIn = (at: Date, zone: string) => dayIn(at, zone).slice(0, 7)
/** Half to even, by hand. */
const rounded = (top: number, under: number) => {
  const [whole, rest] = [Math.floor(top / under), top % under]
  return 2 * rest > under || (2 * rest === under && whole % 2 === 1) ? whole + 1 : whole
}
const sum = (all: number[]) => all.reduce((total, one) => total + one, 0)

async function found(currency: string, zone: string): Promise<House> {
  const programId = await w.neighbour({ currency, zone })
  const steps = [
    { name: 'Silver', from: '20000', rateBps: 1_250 },
    { name: 'Gold', from: '45000', rateBps: 1_733 },
  ]
  const policy = policySchema.parse({ tiers: { measure: 'revenue', window: 'month', days: 30, mode: 'retroactive', steps } })
  const creators = await w.app.within(programId, async (ctx) => {
    await ctx.db.program.update({ where: { id: programId }, data: { policy } })
    const ids = []
    for (const name of ['ADA', 'BEA', 'CLEO']) {
      const id = ctx.id('creator')
      const own = { programId, creatorId: id, createdAt: ctx.now }
      const more = {
        handle: `@${name}`,
        niche: 'beauty',
        country: 'DE',
        email: `${name}@example.com`,
        appliedAt: ctx.now,
        createdAt: ctx.now,
      }
      await ctx.db.creator.create({ data: { id, programId, personId: ctx.id('person'), state: 'approved', name, ...more } })
      await ctx.db.code.create({ data: { id: ctx.id('code'), ...own, code: name, percent: 10 } })
      await ctx.db.link.create({
        data: { id: ctx.id('link'), ...own, slug: `${currency}${name}`, destination: 'https://shop.example.com/' },
      })
      ids.push(id)
    }
    return ids
  })
  return { programId, zone, currency, creators, sold: [], given: new Map(), clicks: new Map() }
}

/** One thing that happens. */
async function step(house: House, roll: (below: number) => number, n: number): Promise<void> {
  const { programId, currency, creators, sold } = house
  const within = <T>(work: (ctx: Context) => Promise<T>) => w.app.within(programId, work)
  const tell = (fact: OrderFact) => within((ctx) => record(ctx, 'generic', fact))
  const what = roll(10)
  const open = sold.filter(({ base, back }) => sum(back.map(({ minor }) => minor)) < base)
  const one = open[roll(Math.max(1, open.length))]
  const add = (map: Map<string, number>, id: string, more: number) => map.set(id, (map.get(id) ?? 0) + more)
  if (what < 5 || !one) {
    const [byCode, byClick] = [roll(3) > 0 ? roll(3) : null, roll(3)]
    const clicked = byCode === null || roll(2) === 0
    const at = new Date(w.now.getTime() - roll(20) * HOUR)
    let cid: string | undefined
    if (clicked) {
      const ids = clickIds(w.app.clickKey, () => w.app.random(10))(at.getTime() - HOUR)
      cid = ids.cid
      await within(async ({ db }) => {
        const { id: linkId } = await db.link.findFirstOrThrow({ where: { creatorId: creators[byClick]! } })
        await db.click.create({ data: { id: ids.id, programId, linkId, at: new Date(at.getTime() - HOUR), visitor: `v${n}` } })
      })
      add(house.clicks, creators[byClick]!, 1)
    }
    const winner = byCode ?? byClick
    const base = 101 + roll(9_000)
    const codes = byCode === null ? [] : [['ADA', 'BEA', 'CLEO'][byCode]!]
    const money = { base: { minor: String(base), currency }, components: {} }
    await tell(order(`${n}`, { at: at.toISOString(), codes, ...(cid ? { cid } : {}), ...money }))
    sold.push({ id: `${n}`, at, creatorId: creators[winner]!, base, back: [], ownClick: clicked && byClick === winner })
  } else if (what < 8) {
    const left = one.base - sum(one.back.map(({ minor }) => minor))
    const minor = roll(3) === 0 ? left : 1 + roll(left)
    const at = w.now
    const base = { minor: String(minor), currency }
    await tell({ type: 'order.refunded', refundId: `r${n}`, orderId: one.id, at: at.toISOString(), base })
    one.back.push({ at, minor })
  } else if (what < 9) {
    await tell({ type: 'order.cancelled', orderId: one.id, at: w.now.toISOString() })
    one.back.push({ at: w.now, minor: one.base - sum(one.back.map(({ minor }) => minor)) })
  } else {
    const [creatorId, minor] = [creators[roll(3)]!, 1 + roll(3_000)]
    const money = { minor: BigInt(minor), currency }
    await within((ctx) =>
      roll(2) === 0
        ? bonus(ctx, { creatorId, money, key: `bonus:${n}`, because: { reason: 'x' } })
        : payFee(ctx, { submissionId: `sub_${n}`, creatorId, fee: money, because: {} }),
    )
    add(house.given, creatorId, minor)
  }
}

const leftOf = ({ base, back }: Sold, until = new Date(8.64e15)) =>
  base - sum(back.filter(({ at }) => at < until).map(({ minor }) => minor))

/** What a creator has in all of their sales and gifts, by the rate that each of their months came to. */
function earnedByHand(house: House, lines: Line[], creatorId: string): number {
  const commissions = house.sold
    .filter((one) => one.creatorId === creatorId)
    .map((one) => {
      const line = lines.find(({ at, base }) => +at === +one.at && Number(base) === one.base)!
      return rounded(leftOf(one) * Math.max(line.raisedBps ?? 0, line.rateBps), 10_000)
    })
  return sum(commissions) + (house.given.get(creatorId) ?? 0)
}

async function compare(house: House): Promise<void> {
  const { programId, zone, creators, sold } = house
  await w.app.within(programId, async (ctx) => {
    const lines = await ctx.db.line.findMany()
    expect(lines).toHaveLength(sold.length)
    const all = { from: new Date('2026-09-01T00:00:00Z'), to: new Date(w.now.getTime() + 1) }
    const whole = await tallyOf(ctx, all)
    const parts = await tallies(ctx, { ...all, by: 'creator' })
    expect(Number(whole.sales.netMinor)).toBe(sum(sold.map((one) => leftOf(one))))
    expect(sum([...parts.values()].map(({ sales }) => Number(sales.netMinor)))).toBe(Number(whole.sales.netMinor))
    const months = ['2026-09', '2026-10', '2026-11', '2026-12'].filter((month) => month <= monthIn(w.now, zone))
    for (const creatorId of creators) {
      const own = sold.filter((one) => one.creatorId === creatorId)
      const kept = own.filter((one) => leftOf(one) > 0)
      const earned = earnedByHand(house, lines, creatorId)
      const counts = await countsOf(ctx, all, creatorId)
      expect(counts).toMatchObject({ orders: own.length, clicks: house.clicks.get(creatorId) ?? 0 })
      expect(counts.byClick).toBe(kept.filter(({ ownClick }) => ownClick).length)
      expect(Number(counts.earnedMinor)).toBe(earned)
      expect(parts.get(creatorId)?.sales).toMatchObject({
        orders: own.length,
        byClick: counts.byClick,
        netMinor: BigInt(sum(own.map((one) => leftOf(one)))),
      })

      const daily = await dailyOf(ctx, all, zone, creatorId)
      expect(sum(daily.map(({ earnedMinor }) => Number(earnedMinor)))).toBe(earned)
      for (const { day, orders, revenueMinor } of daily) {
        const then = own.filter(({ at }) => dayIn(at, zone) === day)
        expect([day, orders, Number(revenueMinor)]).toEqual([day, then.length, sum(then.map((one) => leftOf(one)))])
      }

      const { pending, payable } = await earningsOf(ctx, creatorId)
      expect(Number(pending.minor + payable.minor)).toBe(earned)
      let held = 0n
      // Each is drawn as a PDF, which takes its time.
      for (const month of creatorId === creators[0] ? months : []) {
        const { paper } = await statementOf(ctx, creatorId, month, null)
        expect(paper.opening.minor).toBe(held)
        held += paper.rows.reduce((total, { minor }) => total + minor, 0n)
        expect(paper.closing.minor).toBe(held)
        expect(paper.pending.minor + paper.payable.minor + paper.paying.minor).toBe(held)
        expect(paper.earned.minor).toBe(paper.closing.minor - paper.opening.minor)
      }
      if (creatorId === creators[0]) expect(Number(held)).toBe(earned)
    }
    for (const line of lines) {
      const told = await workingOf(ctx, line)
      const [, made, less] = working(told).flatMap((part) =>
        typeof part === 'object' && part.part === 'money' ? [BigInt(part.minor)] : [],
      )
      expect(made! - (less ?? 0n)).toBe(told.booked.minor - told.reversed.minor)
    }
    for (const month of months) {
      const [year, number] = month.split('-').map(Number) as [number, number]
      const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
      const at = (first: string) => {
        // Midnight by hand: the first instant at which a wall has that day.
        let instant = new Date(`${first}-01T00:00:00Z`).getTime() - 15 * HOUR
        while (monthIn(new Date(instant), zone) < first) instant += HOUR / 2
        return new Date(instant)
      }
      const [from, to] = [at(month), at(next)]
      const board = await standings(ctx, { from, to, metric: 'revenue' })
      const byHand = creators.map((id) =>
        sum(sold.filter((one) => one.creatorId === id && monthIn(one.at, zone) === month).map((one) => leftOf(one, to))),
      )
      expect(creators.map((id) => Number(board.find(({ creatorId }) => creatorId === id)?.value ?? 0n))).toEqual(byHand)
    }
  })
}

/** What /earnings promises for the next payday, if nothing happens until then, is what is prepared on it. */
async function promised(house: House): Promise<void> {
  const within = <T>(work: (ctx: Context) => Promise<T>) => w.app.within(house.programId, work)
  const before = w.now
  const said = new Map<string, number>()
  let payday = before
  for (const id of house.creators) {
    const coming = await within((ctx) => expected(ctx, id))
    said.set(id, Number(coming.amount.minor))
    payday = coming.payday
  }
  // Holds end as bells ring, up to the last one before that day; where a payday was missed, it is paid now.
  for (const hours of [-12.5, 1]) {
    w.at(new Date(Math.max(before.getTime(), payday.getTime() + hours * HOUR)))
    while ((await within(due)) > 0);
  }
  const { ready, others } = await within((ctx) => planFor(ctx))
  const paid = new Map([...ready, ...others].map(({ creatorId, amount }) => [creatorId, Number(amount.minor)]))
  for (const [id, minor] of said) expect(paid.get(id) ?? 0).toBe(minor)
}

test.each([
  ['EUR', 'Europe/Berlin', 11],
  ['JPY', 'America/New_York', 12],
  ['KWD', 'Australia/Lord_Howe', 13],
])('what is told of a program in %s and %s is the same everywhere, and the same by hand', async (currency, zone, seed) => {
  w.at('2026-09-28T10:00:00Z')
  const house = await found(currency, zone)
  const roll = dice(seed)
  for (let n = 0; n < 36; n++) {
    w.at(new Date(w.now.getTime() + (12 + roll(48)) * HOUR))
    await step(house, roll, n)
    if (roll(4) === 0) await w.app.within(house.programId, due)
  }
  await promised(house)
  await compare(house)
})
