/** A crowd before one door: a hundred for the last seat, edits of one mission. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission, change } from '../../src/campaigns/plans.ts'
import { claim } from '../../src/campaigns/seats.ts'
import type { Actor } from '../../src/context.ts'
import { makeCreators } from '../../src/creators/roster.ts'
import type { Creator } from '../../src/db/generated/client.ts'
import { type World, world } from '../world.ts'
import { figure } from './figure.ts'

let w: World
let all: Creator[]
beforeAll(async () => {
  w = await world()
  const row = { handles: [], country: 'DE', niche: 'beauty', codes: [], destinations: [], rateBps: null, tier: null, tags: [] }
  const rows = Array.from({ length: 100 }, (_, line) => ({
    ...row,
    ...{ line, name: `Creator ${line}`, handle: `@c${line}`, email: `c${line}@example.com`, openingMinor: 0n },
  }))
  all = [...(await w.within((ctx) => makeCreators(ctx, rows))).values()]
})
afterAll(() => w.close())

const actor = (one: Creator): Actor<'creator'> => ({
  ...{ personId: one.personId, creatorId: one.id, name: one.name, role: 'creator' as const, zone: 'Europe/Berlin', locale: 'en' },
})

/** How often it had to be tried again, for no connection was free in time; any other failure is the answer. */
async function insisting<T>(work: () => Promise<T>, again: () => void): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as { code?: string }).code !== 'P2028') throw error
    again()
    return insisting(work, again)
  }
}

const deadlocks = async () =>
  Number(
    (await w.app.database.owner.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()')).rows[0]
      .deadlocks,
  )

test('a hundred claim the last seat at once', async () => {
  const plan = { title: 'One seat', brief: 'Show the serum.', feeMinor: 50_00n, budgetMinor: 500_00n, seats: 1 }
  const { id } = await w.within((ctx) => addMission(ctx, plan))
  let tries = 0
  const began = performance.now()
  const outcomes = await Promise.allSettled(
    all.map((one) =>
      insisting(
        () => w.as(actor(one), (ctx) => claim({ ...ctx, actor: actor(one) }, id)),
        () => tries++,
      ),
    ),
  )
  const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code?: string }).code] : []))
  expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  expect(reasons).toEqual(Array(99).fill('over_limit'))
  expect(await w.within((ctx) => ctx.db.seat.count({ where: { missionId: id, state: 'claimed' } }))).toBe(1)
  figure(
    'F32',
    'a hundred for one seat: seated / refused / tried again / ms',
    `1 / 99 / ${tries} / ${Math.round(performance.now() - began)}`,
  )
})

test('three hundred edits of one mission, ten at once', async () => {
  const plan = { title: 'Edited', brief: 'Show the serum.', feeMinor: 50_00n, budgetMinor: 500_00n }
  const { id } = await w.within((ctx) => addMission(ctx, plan))
  const before = await deadlocks()
  const failed: unknown[] = []
  const began = performance.now()
  for (let round = 0; round < 30; round++) {
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        insisting(
          () => w.within((ctx) => change(ctx, id, { brief: `Round ${round}, edit ${n}: show the serum.` })),
          () => {},
        ).catch((error: unknown) => failed.push(error)),
      ),
    )
  }
  expect(failed).toEqual([])
  const { brief } = await w.within((ctx) => ctx.db.mission.findUniqueOrThrow({ where: { id } }))
  expect(brief).toMatch(/^Round 29, edit \d+/)
  figure(
    'F32',
    'three hundred edits, ten at once: failed / deadlocks / ms',
    `0 / ${(await deadlocks()) - before} / ${Math.round(performance.now() - began)}`,
  )
})
