import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { type Cohort, cohortsOf } from '../../src/insight/cohorts.ts'
import { addMonths, days, monthOf, monthRange } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'
import { credit, daily, ordered } from './insight-daily-world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())
const { rollAll } = daily(() => w)

type Life = { age: number; state: string; merged: boolean; did: { age: number; what: 'sold' | 'handed in' }[] }

/** On the edge of a month by the program's clock, some days before or in the future. */
const at = (ctx: Context, age: number): Date => {
  if (age < 0 || age % 3 > 0) return days(ctx.now, -age)
  const { from } = monthRange(monthOf(days(ctx.now, -age), ctx.program.zone), ctx.program.zone)
  return new Date(from.getTime() - (age % 2))
}

const age = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 400 }))
const life: fc.Arbitrary<Life> = fc.record({
  age,
  state: fc.constantFrom('approved', 'approved', 'paused', 'left', 'applied'),
  merged: fc.nat(6).map((n) => n === 0),
  did: fc.array(fc.record({ age, what: fc.constantFrom('sold' as const, 'handed in' as const) }), { maxLength: 5 }),
})

async function begin(ctx: Context, lives: readonly Life[]): Promise<void> {
  const programId = ctx.program.id
  const known = { name: 'C', handle: '@c', niche: 'x', country: 'DE', email: 'c@example.com' }
  for (const { age, state, merged, did } of lives) {
    const [id, decidedAt] = [ctx.id('creator'), at(ctx, age)]
    const own = {
      id,
      programId,
      personId: ctx.id('person'),
      state: merged ? 'left' : state,
      ...known,
      appliedAt: decidedAt,
      createdAt: decidedAt,
    }
    await ctx.db.creator.create({ data: { ...own, decidedAt, mergedInto: merged ? 'crt_other' : null } })
    for (const one of did) {
      const then = at(ctx, one.age)
      if (one.what === 'handed in') {
        const piece = { id: ctx.id('submission'), programId, creatorId: id, state: 'submitted', caption: 'x' }
        await ctx.db.submission.create({ data: { ...piece, submittedAt: then, createdAt: then } })
      } else {
        await credit(ctx, await ordered(ctx, ctx.id('order'), then), id, then)
      }
    }
  }
}

function counted(ctx: Context, lives: readonly Life[]): Cohort[] {
  const { zone } = ctx.program
  const months = Array.from({ length: 12 }, (_, i) => monthOf(addMonths(ctx.now, i - 11, zone), zone))
  const members = lives.filter(({ state, merged, age }) => state !== 'applied' && !merged && at(ctx, age) <= ctx.now)
  return months.map((month, i) => {
    const own = members.filter(({ age }) => monthOf(at(ctx, age), zone) === month)
    const activeIn = (later: string) =>
      own.filter(({ age, did }) =>
        did
          .map((one) => at(ctx, one.age))
          .some((then) => then >= at(ctx, age) && then <= ctx.now && monthOf(then, zone) === later),
      )
    return { month, size: own.length, active: months.slice(i).map((later) => activeIn(later).length) }
  })
}

test('cohorts are what looking at each creator’s life gives, to the edge of each month', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { maxLength: 12 }),
      fc.constantFrom('Europe/Berlin', 'Pacific/Auckland'),
      async (lives, zone) => {
        const programId = await w.neighbour({ currency: 'EUR', zone })
        await w.app.within(programId, (ctx) => begin(ctx, lives))
        await w.app.within(programId, async (ctx) => expect(await cohortsOf(ctx)).toEqual(counted(ctx, lives)))
      },
    ),
    { numRuns: 25 },
  )
})

test('cohorts are the same when months are kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 60, maxLength: 60 }), async (some) => {
      // One sold in the month in which they came, but before they did.
      const lives = [...some, { age: 40, state: 'approved', merged: false, did: [{ age: 44, what: 'sold' as const }] }]
      const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
      await w.app.within(programId, (ctx) => begin(ctx, lives))
      await rollAll(programId)
      await w.app.within(programId, async (ctx) => {
        expect(
          await ctx.db.daily.count({ where: { part: 'sales', way: 'creator', day: { endsWith: 'month' } } }),
        ).toBeGreaterThan(0)
        expect(await cohortsOf(ctx)).toEqual(counted(ctx, lives))
      })
    }),
    { numRuns: 2 },
  )
})
