import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../src/campaigns/plans.ts'
import { days, type Rhythm } from '../../src/kernel/time.ts'
import { inTurn } from '../../src/kernel/turn.ts'
import { ringsIn } from '../../src/messages/rules.ts'
import { sell } from '../boards.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())

test('the brief tells a manager what waits and how old it is, and ends with one suggestion and its button', async () => {
  const ana = await w.manager('Ana')
  const bob = await w.applicant('Bob')
  const mia = await w.creator('Mia')
  await mia.ask('submit', { url: 'https://www.tiktok.com/@mia.glow/video/1', caption: 'Ad: my new serum', kind: 'post' })
  await bob.ask('apply', {
    handle: '@bob',
    niche: 'beauty',
    country: 'DE',
    email: 'bob@example.com',
    adult_and_consent: 'yes',
  })
  await bob.press('Accept')
  await w.app.runJob('messages')
  w.at('2026-11-23T08:00:00Z')
  await w.app.runJob('messages')
  const said = await ana.sees()
  expect(said).toMatch(/Your morning[\s\S]*Content +1 +Fri, Nov 20, [^\n]+ 1\nApplications +1 /)
  expect(said.trimEnd()).toMatch(/Suggestion: [^\n]+\n+\[[^\]]+\]$/)
})

test('the digest says the last whole week beside the one before', async () => {
  await w.creator('Kim')
  await w.within(async (ctx) => {
    const { id: kim } = await ctx.db.creator.findFirstOrThrow({ where: { name: 'Kim' } })
    await sell(ctx, kim, { at: '2026-11-24T10:00:00Z', base: 5_000n })
    await sell(ctx, kim, { at: '2026-11-27T10:00:00Z', base: 5_000n })
    await sell(ctx, kim, { at: '2026-11-17T10:00:00Z', base: 5_000n })
  })
  w.at('2026-11-29T12:00:00Z')
  await w.app.runJob('messages')
  w.at('2026-11-30T08:00:00Z')
  await w.app.runJob('messages')
  const posts = await w.within((ctx) => ctx.db.outbox.findMany({ where: { key: { startsWith: 'digest:' } } }))
  const cards = posts.map(({ payload }) => JSON.stringify(payload))
  expect(cards.length).toBeGreaterThan(0)
  // Kim sold and nobody clicked; Mia had neither.
  expect(cards.filter((one) => one.includes('Your week, Kim')).join()).toMatch(/"Last week","Week before".*brought the most/)
  expect(cards.filter((one) => one.includes('Your week, Mia')).join()).toContain('The first click is the hardest')
  const planned = await w.within((ctx) => ctx.db.message.findMany({ where: { kind: 'digest', period: '2026-W49' } }))
  expect(planned.every(({ state }) => state !== 'planned')).toBe(true)
})

test('sent by hand, the answer says who gets it at once, who tomorrow, who later and who not at all', async () => {
  const root = await w.admin('Root')
  w.at('2026-12-10T12:00:00Z')
  const [lea, tom, ria, uma] = await inTurn(['Lea', 'Tom', 'Ria', 'Uma', 'Pia'], (name) => w.creator(name))
  await w.within(async (ctx) => {
    const day = {
      programId: ctx.program.id,
      personId: lea!.personId,
      day: '2026-12-10',
      kind: 'other',
      key: 'badge:x',
      at: ctx.now,
    }
    await ctx.db.pushDay.create({ data: day })
    const set = (personId: string, data: object) => ctx.db.membership.updateMany({ where: { personId }, data })
    await set(tom!.personId, { pausedUntil: new Date('2026-12-30T12:00:00Z') })
    await set(ria!.personId, { quietFrom: '11:00', quietTo: '23:00' })
    await set(uma!.personId, { muted: ['digest'] })
  })
  const said = await root.run('schedule run', { schedule: 'digest' })
  expect(said).toMatch(
    /On its way to (\d) of the creators\. \d gets? it tomorrow morning: [^\n]+\. 1 gets it when quiet hours or a pause end\. 1 rests and gets none\./,
  )
  await w.app.runJob('messages')
  const rows = await w.within((ctx) => ctx.db.message.findMany({ where: { kind: 'digest', period: '2026-W50' } }))
  expect(String(rows.filter(({ state }) => state === 'sent').length)).toBe(/to (\d) of/.exec(said)![1])
  const of = (personId: string) => rows.find((row) => row.personId === personId)
  expect(of(lea!.personId)).toMatchObject({ state: 'planned', dueAt: new Date('2026-12-11T08:00:00Z') })
  expect(of(ria!.personId)).toMatchObject({ state: 'planned', dueAt: new Date('2026-12-10T22:00:00Z') })
  expect(of(tom!.personId)).toMatchObject({ state: 'skipped', why: 'paused' })
  expect(of(uma!.personId)).toBeUndefined()
})

test.each<[string, Rhythm]>([
  ['daily', { every: 'day', at: '02:30' }],
  ['weekly', { every: 'week', at: '00:00', weekday: 7 }],
  ['monthly', { every: 'month', at: '01:30', day: 31 }],
])('planned every six hours for a year, %s has one ring for each local period', (_name, rhythm) => {
  for (const zone of ['Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Africa/Cairo']) {
    const seen = new Map<string, Set<number>>()
    for (let at = Date.UTC(2026, 0, 3); at < Date.UTC(2026, 11, 28); at += 6 * 3_600_000)
      for (const { period, due } of ringsIn(rhythm, zone, new Date(at), 8, 26))
        seen.set(period, (seen.get(period) ?? new Set()).add(due.getTime()))
    expect([...seen.values()].every((set) => set.size === 1)).toBe(true)
    const least = { day: 357, week: 51, month: 11 }[rhythm.every]
    expect(seen.size).toBeGreaterThanOrEqual(least)
  }
})

test('the digest and the newsletter name no mission whose seats are taken, but to whoever has one', async () => {
  const [ada, bea] = [await w.creator('Ada'), await w.creator('Bea')]
  const plan = { brief: 'Show the serum.', feeMinor: 50_00n, budgetMinor: 500_00n, seats: 1 }
  const { id: mission } = await w.within((ctx) => addMission(ctx, { ...plan, title: 'Only one', closesAt: days(ctx.now, 60) }))
  await ada.ask('mission claim', { mission })
  expect(await (await w.manager('Eve')).run('newsletter show')).not.toContain('Only one')
  w.at('2026-12-20T12:00:00Z')
  await w.app.runJob('messages')
  w.at('2026-12-21T08:00:00Z')
  await w.app.runJob('messages')
  expect(await ada.sees()).toMatch(/Your week, Ada[\s\S]*Only one/)
  expect(await bea.sees()).toContain('Your week, Bea')
  expect(await bea.sees()).not.toContain('Only one')
})
