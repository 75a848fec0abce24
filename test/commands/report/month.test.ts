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
  expect(await ana.run('report month', { month: '2026-11' })).toContain('The month is not over')
})

test('it is posted to #managers once, from nine on the first day, and never for an empty month', async () => {
  const ana = await w.manager('Ana')
  w.at('2026-11-01T07:00:00Z')
  await w.tick()
  expect(await ana.sees('managers')).not.toContain('Evaluation of October')
  w.at('2026-11-01T09:00:00Z')
  await w.tick()
  await w.tick()
  expect((await ana.sees('managers')).split('Evaluation of October 2026')).toHaveLength(2)
  w.at('2027-01-02T09:00:00Z')
  await w.tick()
  expect(await ana.sees('managers')).not.toContain('Evaluation of December')
})
