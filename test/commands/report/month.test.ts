import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, type Member, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
let mia: Member
beforeAll(async () => {
  w = await world({ now: '2026-09-01T10:00:00Z' })
  mia = await enlist(w, 'Mia')
  const zoe = await enlist(w, 'Zoe')
  const sell = async (who: Member, month: string, count: number) => {
    w.at(`2026-${month}-10T10:00:00Z`)
    for (let i = 0; i < count; i++)
      await tell(w, order(`${who.name}-${month}-${i}`, { codes: [who.code], at: `2026-${month}-09T1${i}:00:00.000Z` }))
  }
  await sell(mia, '09', 2)
  await sell(zoe, '09', 6)
  await sell(mia, '10', 6)
  w.at('2026-11-01T10:00:00Z')
})
afterAll(() => w.close())

test('each sentence stands with its figure, what it is held against, and how many are behind it', async () => {
  const ana = await w.manager('Ana')
  const text = await ana.run('report month', { month: '2026-10' })
  expect(text).toContain('Evaluation of October 2026')
  expect(text).toMatch(
    /Whom to lift\s+Lift Mia: sales grew by half or more\.\s+Net revenue €480\.00 beside €160\.00 \(the month before\), n = 6 orders/,
  )
  expect(text).toMatch(
    /Talk to Zoe: sales stopped\.\s+Net revenue €0\.00 beside €480\.00 \(the month before\), n = 6 orders before/,
  )
  expect(text).toMatch(/CVR +n\/a/)
  await ana.press('Show Mia')
  expect(ana.last?.title).toBe('Mia, October 2026')
  expect(await ana.run('report month', { month: '2027-01' })).toContain('January 2027 has not begun yet.')
  expect(await ana.run('report month', { month: 'soon' })).toContain('is not a month')
  expect(await ana.run('report month', { month: '0001-05' })).toContain('is not a month')
  expect(await ana.run('report month', { month: '2026-11' })).toContain('The month is not over')
})

test('it is posted to #managers once, at nine on the first day, never for an empty month, and it can be paused or asked for', async () => {
  const root = await w.admin('Root')
  const ring = async (at: string) => {
    w.at(at)
    await w.app.runJob('schedule')
    return (await root.sees('managers')).split('Evaluation of October 2026').length - 1
  }
  await ring('2026-10-20T08:00:00Z')
  // The clock of the program is an hour ahead.
  expect(await ring('2026-11-01T07:59:00Z')).toBe(0)
  await root.run('schedule pause', { schedule: 'evaluation', state: 'paused' })
  expect(await ring('2026-11-01T08:00:00Z')).toBe(0)
  expect(await root.run('schedule run', { schedule: 'evaluation' })).toContain('is in #managers')
  expect(await root.run('schedule run', { schedule: 'evaluation' })).toContain('Nothing new')
  await root.run('schedule pause', { schedule: 'evaluation', state: 'running' })
  expect(await ring('2026-11-02T08:00:00Z')).toBe(1)
  await ring('2026-12-01T08:00:00Z')
  expect(await root.sees('managers')).not.toContain('Evaluation of November')
})

test('a month that runs is held against as much of the month before, and nobody counts as lost who has days to go', async () => {
  const running = await world({ now: '2026-10-01T10:00:00Z' })
  try {
    const mia = await enlist(running, 'Mia')
    for (const i of [0, 1, 2, 3, 4, 5])
      await tell(running, order(`early-${i}`, { codes: [mia.code], at: `2026-10-02T1${i}:00:00.000Z` }))
    running.at('2026-10-25T10:00:00Z')
    await running.creator('Nia')
    for (const i of [0, 1, 2, 3, 4, 5])
      await tell(running, order(`late-${i}`, { codes: [mia.code], at: `2026-10-20T1${i}:00:00.000Z` }))
    running.at('2026-11-04T10:00:00Z')
    for (const i of [0, 1, 2, 3, 4])
      await tell(running, order(`now-${i}`, { codes: [mia.code], at: `2026-11-03T1${i}:00:00.000Z` }))
    const text = await (await running.manager('Ana')).run('report month', { month: '2026-11' })
    expect(text).toMatch(/Orders +5 +6 /)
    expect(text).not.toContain('Talk to Mia')
    expect(text).toMatch(/Activation +n\/a/)
    expect(text).toContain('November 2026 so far, beside as much of the month before')
  } finally {
    await running.close()
  }
})

test('nobody is sent to talk to who is not here any more', async () => {
  const past = await world({ now: '2026-09-01T10:00:00Z' })
  try {
    const [mia, zoe] = [await enlist(past, 'Mia'), await enlist(past, 'Zoe')]
    past.at('2026-09-20T10:00:00Z')
    for (const who of [mia, zoe])
      for (const i of [0, 1, 2, 3, 4, 5])
        await tell(past, order(`${who.name}-${i}`, { codes: [who.code], at: `2026-09-19T1${i}:00:00.000Z` }))
    await zoe.run('leave', { sure: 'yes' })
    past.at('2026-11-01T10:00:00Z')
    const text = await (await past.manager('Ana')).run('report month', { month: '2026-10' })
    expect(text).toContain('Talk to Mia: sales stopped.')
    expect(text).not.toContain('Talk to Zoe')
  } finally {
    await past.close()
  }
})
