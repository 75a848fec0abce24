import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { due } from '../../src/campaigns/due.ts'
import { follow } from '../../src/campaigns/merge.ts'
import { typicalRange } from '../../src/campaigns/pay.ts'
import { addMission, change, draft, duplicate, publish } from '../../src/campaigns/plans.ts'
import { claim, seatDone, seatForHandIn, seatOf, seatOpenAgain, unclaim } from '../../src/campaigns/seats.ts'
import { openMissions, raiseBudget, spend, unspend } from '../../src/campaigns/service.ts'
import type { Actor } from '../../src/context.ts'
import { makeCreators } from '../../src/creators/roster.ts'
import type { Creator } from '../../src/db/generated/client.ts'
import { days, hours } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'

let w: World
let all: Creator[]
beforeAll(async () => {
  w = await world()
  const row = { handles: [], country: 'DE', niche: 'beauty', codes: [], destinations: [], rateBps: null, tier: null, tags: [] }
  const rows = Array.from({ length: 20 }, (_, line) => ({
    ...row,
    line,
    name: `Creator ${line}`,
    handle: `@c${line}`,
    email: `c${line}@example.com`,
    openingMinor: 0n,
  }))
  all = [...(await w.within((ctx) => makeCreators(ctx, rows))).values()]
  const accounts = all.map(({ personId, name }) => ({
    personId,
    name,
    platform: 'web',
    workspace: w.programId,
    externalId: name,
  }))
  await w.within((ctx) =>
    ctx.db.identity.createMany({ data: accounts.map((one) => ({ ...one, id: ctx.id('identity'), createdAt: ctx.now })) }),
  )
})
afterAll(() => w.close())

const plan = { title: 'Three seats', brief: 'Show the serum in the morning.', feeMinor: 50_00n, budgetMinor: 500_00n }
const actor = (one: Creator): Actor<'creator'> => ({
  personId: one.personId,
  creatorId: one.id,
  name: one.name,
  role: 'creator',
  zone: 'Europe/Berlin',
  locale: 'en',
})
const by = <T>(one: Creator, work: (ctx: Parameters<typeof claim>[0]) => Promise<T>): Promise<T> =>
  w.as(actor(one), (ctx) => work({ ...ctx, actor: actor(one) }))
/** A claim; on a busy machine twenty transactions at once may find no connection in time, and try again. */
const claimed = async (one: Creator, id: string): Promise<unknown> => {
  try {
    return await by(one, (ctx) => claim(ctx, id))
  } catch (error) {
    if ((error as { code?: string }).code === 'P2028') return claimed(one, id)
    throw error
  }
}
const stateOf = async (missionId: string, one: Creator) => (await w.within((ctx) => seatOf(ctx, missionId, one.id)))?.state
const told = (one: Creator, key: string) =>
  w.within((ctx) => ctx.db.outbox.findMany({ where: { audience: { contains: one.personId }, key: { startsWith: key } } }))

describe('seats', () => {
  test('three are given to twenty who claim at once, and a seat given back goes to the first in line', async () => {
    const { id } = await w.within((ctx) => addMission(ctx, { ...plan, seats: 3 }))
    const outcomes = await Promise.allSettled(all.map((one) => claimed(one, id)))
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(3)
    for (const o of outcomes) {
      if (o.status === 'rejected')
        expect(o.reason).toMatchObject({
          code: 'over_limit',
          next: { label: 'Wait in line', given: { mission: id, wait: 'yes' } },
        })
    }
    const seated = all.filter((_, i) => outcomes[i]!.status === 'fulfilled')
    const others = all.filter((_, i) => outcomes[i]!.status === 'rejected')
    await expect(by(seated[0]!, (ctx) => claim(ctx, id))).rejects.toThrow('You have a seat in “Three seats” already.')
    await expect(w.within((ctx) => seatForHandIn(ctx, { id }, others[0]!.id))).rejects.toThrow(
      'All 3 seats of “Three seats” are taken.',
    )

    const [first, second] = others as [Creator, Creator]
    w.at(hours(w.now, 1))
    await by(first, (ctx) => claim(ctx, id, { wait: true }))
    w.at(hours(w.now, 1))
    await by(second, (ctx) => claim(ctx, id, { wait: true }))
    await w.within((ctx) => seatForHandIn(ctx, { id }, seated[0]!.id))
    await expect(by(seated[0]!, (ctx) => unclaim(ctx, id))).rejects.toThrow('You handed in for “Three seats” already.')
    await by(seated[1]!, (ctx) => unclaim(ctx, id))
    expect([await stateOf(id, first), await stateOf(id, second)]).toEqual(['claimed', 'waiting'])
    expect(await told(first, 'seat:')).toHaveLength(1)
    expect(await told(second, 'seat:')).toHaveLength(0)
    await w.within((ctx) => change(ctx, id, { seats: 4 }))
    expect(await stateOf(id, second)).toBe('claimed')
    await expect(w.within((ctx) => change(ctx, id, { seats: 3 }))).rejects.toThrow('4 seats are taken')
  })

  test('follow approval and its undoing, and move with whoever becomes one person', async () => {
    const { id } = await w.within((ctx) => addMission(ctx, { ...plan, title: 'Undone' }))
    const [one, other] = all as [Creator, Creator]
    await w.within((ctx) => seatForHandIn(ctx, { id }, one.id))
    await w.within((ctx) => seatDone(ctx, id, one.id))
    expect(await stateOf(id, one)).toBe('done')
    await w.within((ctx) => seatOpenAgain(ctx, id, one.id))
    expect(await stateOf(id, one)).toBe('handed_in')
    await by(other, (ctx) => claim(ctx, id))
    await w.within((ctx) => follow(ctx, { from: one.id, to: other.id }))
    expect([await stateOf(id, one), await stateOf(id, other)]).toEqual([undefined, 'handed_in'])
  })

  test('a budget that is used up is waited for, and raising or undoing makes room', async () => {
    const { id } = await w.within((ctx) => addMission(ctx, { ...plan, title: 'Small', budgetMinor: 50_00n }))
    const fee = { minor: 50_00n, currency: 'EUR' }
    const [one, other] = [all[3]!, all[4]!]
    await w.within((ctx) => spend(ctx, id, fee))
    await expect(by(one, (ctx) => claim(ctx, id))).rejects.toThrow('The budget of “Small” is used up for now.')
    await by(one, (ctx) => claim(ctx, id, { wait: true }))
    expect(await w.within((ctx) => unspend(ctx, id, fee))).toEqual(fee)
    expect(await stateOf(id, one)).toBe('claimed')
    await w.within((ctx) => spend(ctx, id, fee))
    await by(other, (ctx) => claim(ctx, id, { wait: true }))
    await w.within((ctx) => raiseBudget(ctx, id, 100_00n))
    expect(await stateOf(id, other)).toBe('claimed')
  })
})

test('the window of each creator ends their seat, and the next in line gets it while the mission goes on', async () => {
  const { id } = await w.within((ctx) => addMission(ctx, { ...plan, title: 'Welcome', seats: 1, daysToJoin: 5 }))
  const late = all[6]!
  await by(all[5]!, (ctx) => claim(ctx, id))
  await w.within((ctx) => ctx.db.creator.update({ where: { id: late.id }, data: { decidedAt: days(w.now, 3) } }))
  await by(late, (ctx) => claim(ctx, id, { wait: true }))
  const start = w.now
  w.at(days(start, 6))
  await w.within(due)
  expect([await stateOf(id, all[5]!), await stateOf(id, late)]).toEqual(['missed', 'claimed'])
  await expect(by(all[7]!, (ctx) => claim(ctx, id))).rejects.toThrow('is for the first 5 days after joining')
  w.at(start)
})

test('who claimed is reminded at nine on their own clock, twice, and never after handing in', async () => {
  const start = w.now
  const [berlin, tokyo, done] = [all[8]!, all[9]!, all[10]!]
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: tokyo.personId }, data: { zone: 'Asia/Tokyo' } }))
  const closesAt = new Date('2026-12-04T22:59:00Z')
  const { id } = await w.within((ctx) => addMission(ctx, { ...plan, title: 'Soon', closesAt }))
  for (const one of [berlin, tokyo, done]) await by(one, (ctx) => claim(ctx, id))
  await w.within((ctx) => seatForHandIn(ctx, { id }, done.id))
  const at = async (instant: string) => {
    w.at(instant)
    await w.within(due)
    await w.within(due)
    return Promise.all([berlin, tokyo, done].map(async (one) => (await told(one, 'remind:')).length))
  }
  expect(await at('2026-12-02T23:59:00Z')).toEqual([0, 0, 0])
  expect(await at('2026-12-03T00:00:00Z')).toEqual([0, 1, 0])
  expect(await at('2026-12-03T08:00:00Z')).toEqual([1, 1, 0])
  // Whoever travelled since is reminded by the clock where they are now.
  await w.within((ctx) =>
    ctx.db.membership.updateMany({ where: { personId: tokyo.personId }, data: { zone: 'America/New_York' } }),
  )
  expect(await at('2026-12-04T08:00:00Z')).toEqual([2, 1, 0])
  expect(await at('2026-12-04T14:00:00Z')).toEqual([2, 2, 0])
  w.at(closesAt)
  await w.within(due)
  expect([await stateOf(id, berlin), await stateOf(id, done)]).toEqual(['missed', 'handed_in'])
  w.at(start)
})

test('a mission that comes again is made once for each time, by its local clock', async () => {
  w.at('2027-03-22T09:00:00Z')
  const plans = { ...plan, title: 'Weekly', repeat: 'week', closesAt: new Date('2027-03-26T22:59:00Z'), hashtags: ['#glow'] }
  await w.within((ctx) => addMission(ctx, plans))
  const copies = () =>
    w.within((ctx) => ctx.db.mission.findMany({ where: { title: 'Weekly', copyOf: { not: null } }, orderBy: { opensAt: 'asc' } }))
  w.at('2027-03-29T07:59:00Z')
  await w.within(due)
  expect(await copies()).toEqual([])
  w.at('2027-03-29T08:00:00Z')
  await Promise.all([w.within(due), w.within(due)])
  await w.within(due)
  expect(await copies()).toMatchObject([
    { state: 'open', closesAt: new Date('2027-04-02T21:59:00Z'), hashtags: ['#glow'], repeat: null },
  ])
  // Two weeks without a bell are not made up for.
  w.at('2027-04-13T12:00:00Z')
  await w.within(due)
  await w.within(due)
  expect(await copies()).toHaveLength(2)
})

test('a duplicate says the same, keeps its length and is a draft', async () => {
  w.at(hours(w.now, 1))
  const from = await w.within((ctx) =>
    draft(ctx, {
      ...plan,
      title: 'Original',
      seats: 10,
      rights: 'web',
      closesAt: days(ctx.now, 7),
      audience: { niches: ['beauty'] },
      tags: ['@glow'],
    }),
  )
  w.at(days(w.now, 2))
  const copy = await w.within((ctx) => duplicate(ctx))
  expect(copy).toMatchObject({
    state: 'draft',
    title: 'Original',
    seats: 10,
    rights: 'web',
    audience: { niches: ['beauty'] },
    tags: ['@glow'],
  })
  expect(copy.closesAt).toEqual(days(from.closesAt!, 2))
  expect((await w.within((ctx) => openMissions(ctx))).map(({ id }) => id)).not.toContain(copy.id)
  await w.within((ctx) => publish(ctx, copy.id))
  await expect(w.within((ctx) => publish(ctx, copy.id))).rejects.toThrow('is published already')
  await expect(w.within((ctx) => change(ctx, copy.id, { feeMinor: 1n }))).rejects.toThrow('its fee was promised')
  await expect(w.within((ctx) => change(ctx, copy.id, { rights: 'ads' }))).rejects.toThrow('creators agreed to its rights')
})

test('what such posts earned is said from five real ones on', async () => {
  const add = (one: Creator, n: number, feeMinor: bigint, ago: number) =>
    w.within((ctx) =>
      ctx.db.submission.create({
        data: {
          id: ctx.id('submission'),
          programId: w.programId,
          creatorId: one.id,
          state: 'approved',
          caption: `${n}`,
          feeMinor,
          submittedAt: days(ctx.now, -ago),
          decidedAt: days(ctx.now, -ago),
          createdAt: ctx.now,
        },
      }),
    )
  for (const [n, fee] of [10_00n, 20_00n, 30_00n, 40_00n].entries()) await add(all[n]!, n, fee, 10 + n)
  await add(all[5]!, 9, 900_00n, 181)
  expect(await w.within(typicalRange)).toBeNull()
  await add(all[0]!, 5, 50_00n, 40)
  const line = { programId: w.programId, creatorId: all[3]!.id, base: 100_00n, rateBps: 1_000, currency: 'EUR', because: {} }
  // Of the commission after an approval 30 days count, less what was refunded.
  for (const [n, ago] of [12, 60].entries())
    await w.within((ctx) =>
      ctx.db.line.create({
        data: { ...line, id: ctx.id('line'), orderId: `ord_${n}`, minor: 10_00n, leftMinor: 5_00n, at: days(ctx.now, -ago) },
      }),
    )
  expect(await w.within(typicalRange)).toEqual({ low: 20_00n, high: 45_00n, posts: 5 })
})
