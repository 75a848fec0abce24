// The weekly digest of 100,000 creators in three zones: planned by one statement, planned again with nothing new, and beside it the same
// planned person by person, as many as fit into the time.
import { wallClock } from '../src/app.ts'
import type { Context } from '../src/context.ts'
import { hours, nextLocal } from '../src/kernel/time.ts'
import { planFor } from '../src/messages/plan.ts'
import { plans, type Ring, ringsIn } from '../src/messages/rules.ts'
import { openHouse } from './house-process.ts'
import { type Bench, median, sideBySide } from './side-by-side.ts'

const zones = ['Europe/Berlin', 'America/New_York', 'Africa/Lagos']

export const bench: Bench = async ({ short }) => {
  const people = short ? 20_000 : 100_000
  const house = await openHouse()
  const { app, programId } = house
  const { owner } = app.database
  try {
    for (const statement of planted(programId, people)) await owner.query(statement)
    const within = <T>(work: (ctx: Context) => Promise<T>): Promise<T> => app.within(programId, work)
    const { rhythm } = plans.digest
    const eve = hours(nextLocal(rhythm, 'UTC', wallClock()), -12)
    const rings: Ring[] = zones.flatMap((zone) => ringsIn(rhythm, zone, eve, 0, 26)).filter(({ due }) => due > eve)
    const [first, again]: [number[], number[]] = [[], []]
    let [planned, twice] = [0, 0]
    const forget = () => owner.query('DELETE FROM "Message"')
    const together = async () => {
      await forget()
      const began = performance.now()
      planned = await within((ctx) => planFor(ctx, 'digest', rings))
      first.push(performance.now() - began)
      const more = performance.now()
      twice += await within((ctx) => planFor(ctx, 'digest', rings))
      again.push(performance.now() - more)
      return { perSecond: planned / (first.at(-1)! / 1_000) }
    }
    const { rows } = await owner.query<{ personId: string }>(`SELECT "personId" FROM "Membership" LIMIT 300`)
    const oneByOne = async () => {
      await forget()
      const began = performance.now()
      const { due, period } = rings[0]!
      await within(async (ctx) => {
        for (const { personId } of rows) {
          const row = { programId, personId, kind: 'digest', period, dueAt: due, createdAt: ctx.now }
          await ctx.db.message.createMany({ data: row, skipDuplicates: true })
        }
      })
      return { perSecond: rows.length / ((performance.now() - began) / 1_000) }
    }
    const result = await sideBySide(short ? 3 : 5, oneByOne, together)
    const gates = {
      'everybody is planned': planned === people,
      'ten times as many a second as person by person (median of pairs)': result.ratio >= 10,
      'planned again, nobody is new': twice === 0,
      'planned again no slower than planned (median)': median(again) <= median(first),
    }
    return {
      name: 'digests',
      claim: 'the digests of everybody are planned by one statement, and planned again without harm',
      main: 'times as many a second as person by person',
      exact: 'everybody is planned',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        people,
        'planned, ms (median)': median(first),
        'planned again, ms (median)': median(again),
        'times as many a second as person by person': result.ratio,
      },
      rounds: { 'planned, ms': first, 'planned again, ms': again },
    }
  } finally {
    await house.close()
  }
}

const planted = (program: string, people: number): string[] => {
  const at = `'2026-01-01T00:00:00Z'`
  const person = `'per_x' || lpad(n::text, 6, '0')`
  const series = `FROM generate_series(1, ${people}) n`
  return [
    `INSERT INTO "Person" (id, name, "createdAt") SELECT ${person}, 'C' || n, ${at} ${series}`,
    `INSERT INTO "Membership" (id, "programId", "personId", name, role, zone, "createdAt")
     SELECT 'mem_x' || n, '${program}', ${person}, 'C' || n, 'anyone', (ARRAY[${zones.map((zone) => `'${zone}'`).join(', ')}])[1 + n % 3], ${at} ${series}`,
    `INSERT INTO "Creator" (id, "programId", "personId", state, name, handle, niche, country, email, "appliedAt", "termsAt", "decidedAt", "createdAt")
     SELECT 'crt_x' || n, '${program}', ${person}, 'approved', 'C' || n, '@c' || n, 'beauty', 'DE', 'c' || n || '@example.com', ${at}, ${at}, ${at}, ${at} ${series}`,
    'ANALYZE',
  ]
}
