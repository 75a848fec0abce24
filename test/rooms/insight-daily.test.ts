/** Days that are over are counted once; whatever happens to them later, the figures are those of a live count. */
import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { coversOf, lawOf, parts } from '../../src/insight/daily.ts'
import { rollDays } from '../../src/insight/roll.ts'
import { days, localDay, startOfDay } from '../../src/kernel/time.ts'
import { matureKey } from '../../src/ledger/rules.ts'
import { clickSink } from '../../src/links/click-sink.ts'
import { type World, world } from '../world.ts'
import { begin, live, step } from './insight-daily-steps.ts'
import { asked, credit, daily, ordered, whole } from './insight-daily-world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())
const { within, rollAll, rollSome, compare, kept } = daily(() => w)

const ragged = (ctx: Context) => ({ from: days(ctx.now, -91.3), to: days(ctx.now, -0.7) })
/** So long that the customers of its days are those of ninety days before. */
const long = (ctx: Context) => ({ from: days(ctx.now, -8), to: ctx.now })
const windows = [whole, long, ragged, whole]

/** Three in every run; the long run asks for more. */
const histories = Number(process.env.TEST_HISTORIES ?? 3)
const [BEFORE, AFTER] = [50, 30]

test(
  'after any history, whichever days are kept, every sum is that of a live count',
  async () => {
    const seen = { kept: 0, figures: new Set<string>() }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: BEFORE + AFTER, maxLength: BEFORE + AFTER }), async (steps) => {
        const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
        const lived = await within(programId)(begin)
        for (const one of steps.slice(0, BEFORE)) await within(programId)((ctx) => live(ctx, one, lived))
        await rollAll(programId)
        const names = Object.keys(asked)
        // Each change meets days that are kept, and is compared before they are counted again.
        for (const [n, one] of steps.slice(BEFORE).entries()) {
          await within(programId)((ctx) => live(ctx, one, lived))
          const some = n === AFTER - 1 ? names : ['all', 'funnel', names[1 + (n % (names.length - 1))]!]
          const { read, counted, kept } = await compare(programId, windows[n % windows.length]!, lived, some)
          expect({ act: one.act, ...read }).toEqual({ act: one.act, ...counted })
          seen.kept += kept
          for (const figure of Object.values(read)) seen.figures.add(figure)
          if (one.roll !== null) await rollDays(within(programId), one.roll)
        }
      }),
      { numRuns: histories, endOnFailure: true },
    )
    // A comparison of one live count with another would prove nothing.
    expect(seen.kept).toBeGreaterThan(1_000)
    expect(seen.figures.size).toBeGreaterThan(20)
  },
  60_000 + histories * 20_000,
)

/** All days that are kept and as they were counted: "sales 2026-11-18". */
const doneOf = (programId: string) =>
  within(programId)(async (ctx) => {
    const covers = await coversOf(ctx, { from: days(ctx.now, -400), to: ctx.now }, ['day'])
    const found = parts.flatMap((part) => covers[part].days.map((day) => `${part} ${day}`))
    return new Set(found)
  })

test('what happens today undoes no day; what comes late undoes its own, and those whose first order it is', async () => {
  const { programId, lived } = await kept()
  const before = await doneOf(programId)
  const gone = async () => {
    const now = await doneOf(programId)
    return [...before].filter((one) => !now.has(one))
  }
  await within(programId)(async (ctx) => {
    const now = { a: 0, b: 0, c: 1, roll: null }
    for (const act of ['sell', 'click', 'pay'] as const) await live(ctx, { ...now, act }, lived)
    const id = lived.orders.at(-1)!
    await ctx.db.order.update({ where: { id }, data: { offerId: 'ofr_a', cancelledAt: ctx.now, shopperEmail: 'e9' } })
    await ctx.db.line.updateMany({ where: { orderId: id }, data: { leftBase: 0n } })
    await ctx.db.touch.updateMany({ where: { orderId: id }, data: { won: false } })
    expect(await ctx.db.dayUndone.count({ where: { programId } })).toBe(0)
  })
  await within(programId)((ctx) => live(ctx, { act: 'pay', a: 4, b: 0, c: 1, roll: null }, lived))
  expect(await gone()).toEqual(['booked 2026-11-18'])
  await rollAll(programId)
  // Clicks of a journal that was found again: its day, and all later sales, for they may have won any of them.
  const click = {
    id: 'clk_late',
    programId,
    linkId: lived.links[0]!,
    at: days(w.now, -1.1).getTime(),
    visitor: 'late',
    bot: false,
  }
  const from = { ip: '', userAgent: 'Mozilla/5.0 (iPhone) Safari/605', referer: '', country: '' }
  const shipment = { instance: 'late', file: 'late', from: 0, to: 1, clicks: [{ ...click, ...from }] }
  expect(await clickSink(w.app.database.pool).store(shipment)).toBe(true)
  expect((await gone()).sort()).toEqual(['clicks 2026-11-19', 'funnel 2026-11-19', 'sales 2026-11-19'])
  await rollAll(programId)
  expect(await gone()).toEqual([])
  // An order that nobody knows the shopper of, credited late.
  await within(programId)(async (ctx) => {
    const at = days(ctx.now, -26)
    const order = await ordered(ctx, 'nobody', at)
    expect(await ctx.db.dayUndone.count({ where: { programId, part: 'sales' } })).toBe(0)
    await credit(ctx, order, lived.creators[0]!, at)
  })
  expect((await gone()).filter((one) => one.startsWith('sales'))).toEqual(['sales 2026-10-25'])
  await rollAll(programId)
  // Its hold is over: how far the orders of its day got is counted again, what they came to is not.
  await within(programId)(async (ctx) => {
    const order = await ctx.db.order.findFirstOrThrow({ where: { programId, externalId: 'nobody' } })
    const line = await ctx.db.line.findFirstOrThrow({ where: { programId, orderId: order.id } })
    const told = { programId, from: 'creator:x:pending', to: 'creator:x:payable', minor: 1n, currency: 'EUR', because: {} }
    await ctx.db.transfer.create({ data: { id: ctx.id('transfer'), key: matureKey(line.id), ...told, at: ctx.now } })
  })
  expect(await gone()).toEqual(['funnel 2026-10-25'])
  await rollAll(programId)
  // Ninety-three days ago somebody bought who is known from later orders.
  await within(programId)(async (ctx) => {
    const told = {
      source: 'generic',
      externalId: 'late',
      number: 'late',
      currency: 'EUR',
      base: 1n,
      codes: [],
      components: {},
      rule: 'x',
    }
    const at = days(ctx.now, -93.5)
    await ctx.db.order.create({ data: { id: ctx.id('order'), programId, ...told, at, shopperEmail: 'e2', createdAt: ctx.now } })
  })
  expect((await gone()).length).toBeGreaterThan(1)
  expect((await gone()).every((one) => /^(sales|funnel|ltv) /.test(one))).toBe(true)
  const { read, counted } = await compare(programId, whole, lived)
  expect(read).toEqual(counted)
})

test('the job counts what is over, of every program', async () => {
  const { programId } = await kept()
  const before = await doneOf(programId)
  await within(programId)((ctx) => ctx.db.dayDone.deleteMany({ where: { programId } }))
  for (let tries = 0; tries < 50 && (await doneOf(programId)).size < before.size; tries++) await w.app.runJob('days')
  expect(await doneOf(programId)).toEqual(before)
})

/** A writer whose transaction stays open: an order's line, cut in half. */
async function writer(programId: string, id: string): Promise<pg.PoolClient> {
  const client = await w.app.database.pool.connect()
  await client.query('BEGIN')
  await client.query(`SELECT set_config('troupe.program', $1, true)`, [programId])
  await client.query('UPDATE "Line" SET "leftBase" = base / 2 WHERE "orderId" = $1', [id])
  return client
}

async function commit(client: pg.PoolClient): Promise<void> {
  await client.query('COMMIT')
  client.release()
}

test('a writer who is not done when a day is counted is never lost, whether or not they saw that it is', async () => {
  const { programId, lived } = await kept()
  const ids = lived.orders
  const same = async () => {
    const { read, counted } = await compare(programId, whole, lived)
    expect(read).toEqual(counted)
  }
  const forgetAll = () => within(programId)((ctx) => ctx.db.dayDone.deleteMany({ where: { programId } }))
  const sold = await within(programId)((ctx) =>
    ctx.db.line.findMany({ where: { programId, orderId: { in: ids } }, orderBy: { at: 'asc' } }),
  )
  const recent = sold.filter(({ at }) => at < days(w.now, -2) && at > days(w.now, -4))
  const [first, second, third] = [sold[0]!, recent[0]!, recent.at(-1)!]

  // One began before the days were noted: none is counted until they end.
  await forgetAll()
  const early = await writer(programId, first.orderId)
  expect((await rollDays(within(programId), 1_000)).counted).toBe(0)
  await same()
  // One began after: they see that days are counted, and leave a note, which is there when they end and not before.
  const late = await writer(programId, second.orderId)
  await commit(early)
  await rollSome(programId)
  const day = localDay(second.at, 'Europe/Berlin')
  expect([...(await doneOf(programId))]).toContain(`sales ${day}`)
  await same()
  await commit(late)
  expect([...(await doneOf(programId))]).not.toContain(`sales ${day}`)
  await same()
  await rollAll(programId)
  expect([...(await doneOf(programId))]).toContain(`sales ${day}`)
  await same()

  // One began while the note was being written: its number is higher than the note's, and it could not see it.
  await forgetAll()
  let between: pg.PoolClient | undefined
  await within(programId)(async (ctx) => {
    const from = startOfDay(third.at, ctx.program.zone)
    const span = { from, to: days(from, 1), until: days(from, 1) }
    const day = {
      programId,
      part: 'sales',
      day: localDay(third.at, ctx.program.zone),
      ...span,
      law: lawOf(ctx, 'sales'),
      state: 'counting',
    }
    await ctx.db.dayDone.create({ data: day })
    between = await writer(programId, third.orderId)
  })
  expect((await rollDays(within(programId), 500)).counted).toBe(0)
  await commit(between!)
  await rollAll(programId)
  await same()
}, 60_000)
