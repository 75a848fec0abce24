// How long the hall takes to answer /stats and /leaderboard for a program with a season of orders: heard, recognised, checked, run,
// audited and committed. Reported as p50 and p99, beside the bare round trip to the database of the same run.
import { newId } from '../src/kernel/id.ts'
import { days } from '../src/kernel/time.ts'
import { setRole } from '../src/people/service.ts'
import { dispatch } from '../src/platforms/dispatch.ts'
import type { Call } from '../src/platforms/platform.ts'
import { type House, openHouse } from './house-process.ts'
import { type Bench, percentile } from './side-by-side.ts'

const CREATORS = 200
const ORDERS = 20_000

export const bench: Bench = async ({ short }) => {
  const house = await openHouse()
  await furnish(house)
  const calls = short ? 150 : 1_000
  const trip = await time(calls, () => house.app.database.ping())
  const figures: Record<string, unknown> = { 'orders in the program': ORDERS, 'bare round trip p50 ms': percentile(trip, 0.5) }
  let answered = 0
  for (const run of ['stats', 'leaderboard']) {
    const times = await time(calls, async (n) => {
      const { card } = await dispatch(house.app, call(house, run, n))
      if (card.tone !== 'warn' && card.tone !== 'bad') answered++
    })
    Object.assign(figures, { [`/${run} p50 ms`]: percentile(times, 0.5), [`/${run} p99 ms`]: percentile(times, 0.99) })
  }
  await house.close()
  const gates = {
    'every call was answered with its card': answered === 2 * calls,
    'p99 below the 100 ms goal': Number(figures['/stats p99 ms']) < 100 && Number(figures['/leaderboard p99 ms']) < 100,
  }
  return {
    name: 'dispatch',
    claim: '/stats and /leaderboard through the whole hall, one after another',
    passed: Object.values(gates).every(Boolean),
    gates,
    figures,
  }
}

let serial = 0
const call = (house: House, run: string, n: number): Call => ({
  platform: 'web',
  workspace: house.programId,
  place: `${house.programId}:start-here`,
  user: `creator-${n % CREATORS}`,
  userName: `Creator ${n % CREATORS}`,
  eventId: `bench-${++serial}`,
  run,
  given: {},
  by: 'slash',
})

async function time(times: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  for (let n = 0; n < 10; n++) await work(n)
  const took: number[] = []
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    await work(n)
    took.push(performance.now() - began)
  }
  return took
}

/** Creators through the hall, their orders and lines by bulk rows: what is measured is reading them. */
async function furnish(house: House): Promise<void> {
  const { app, programId } = house
  for (let n = 0; n < CREATORS; n++) await dispatch(app, call(house, 'help', n))
  await app.within(programId, async (ctx) => {
    const people = await ctx.db.membership.findMany({ where: { programId }, orderBy: { name: 'asc' } })
    for (const { personId, name } of people) {
      await setRole(ctx, personId, 'creator')
      await ctx.db.creator.create({
        data: {
          id: ctx.id('creator'),
          programId,
          personId,
          name,
          state: 'approved',
          handle: name.toLowerCase(),
          niche: 'beauty',
          country: 'DE',
          email: 'c@example.com',
          appliedAt: ctx.now,
          createdAt: ctx.now,
        },
      })
    }
    const creators = (await ctx.db.creator.findMany({ where: { programId }, select: { id: true } })).map((creator) => creator.id)
    const rows = Array.from({ length: ORDERS }, (_, n) => ({
      order: newId('order', ctx.now, () => app.random(10)),
      line: newId('line', ctx.now, () => app.random(10)),
      creator: creators[n % creators.length]!,
      at: days(ctx.now, -(n % 90) - 1),
      base: BigInt(1_000 + (n % 97) * 100),
    }))
    const ids = rows.map((row) => row.order)
    const whose = rows.map((row) => row.creator)
    const at = rows.map((row) => row.at)
    const base = rows.map((row) => row.base)
    await ctx.db.$executeRaw`
      INSERT INTO "Order" (id, "programId", source, "externalId", number, at, currency, base, components, codes, "paidAt", "creatorId", rule, "createdAt")
      SELECT o.id, ${programId}, 'generic', o.id, o.id, o.at, 'EUR', o.base, '{}', '[]', o.at, o.creator, 'code', ${ctx.now}
      FROM unnest(${ids}::text[], ${whose}::text[], ${at}::timestamptz[], ${base}::bigint[]) AS o(id, creator, at, base)`
    await ctx.db.$executeRaw`
      INSERT INTO "Line" (id, "programId", "orderId", "creatorId", base, "rateBps", minor, currency, at, because)
      SELECT l.id, ${programId}, l.ord, l.creator, l.base, 1000, l.base / 10, 'EUR', l.at, '{}'
      FROM unnest(${rows.map((row) => row.line)}::text[], ${ids}::text[], ${whose}::text[], ${at}::timestamptz[], ${base}::bigint[]) AS l(id, ord, creator, at, base)`
  })
}
