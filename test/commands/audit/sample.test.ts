import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw } from '../../../src/trust/rules-sample.ts'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the same seed draws the same lines in whatever order they come, and the risky come first among the risky', () => {
  const lines = Array.from({ length: 200 }, (_, n) => ({ lineId: `line-${n}`, risk: n < 20 ? 90 : n < 60 ? 5 : 0 }))
  const drawn = draw(lines, 'seed')
  expect(draw(lines.toReversed(), 'seed')).toEqual(drawn)
  expect(draw(lines, 'another')).not.toEqual(drawn)
  expect(new Set(drawn.map(({ lineId }) => lineId)).size).toBe(20)
  const byRisk = drawn.filter(({ drawn: how }) => how === 'risk').map(({ lineId }) => Number(lineId.slice(5)))
  expect(byRisk.every((n) => n < 60)).toBe(true)
  const risky = Array.from(
    { length: 50 },
    (_, seed) =>
      draw(lines, `s${seed}`).filter(({ drawn: how, lineId }) => how === 'risk' && Number(lineId.slice(5)) < 20).length,
  )
  expect(risky.reduce((sum, n) => sum + n, 0) / 50).toBeGreaterThan(7)
})

test('a sample of last month is drawn once and checked line by line; findings say what the rules were worth', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  const email = await w.within(async (ctx) => ctx.hash('mia@example.com'))
  await tell(
    w,
    order('1', { codes: [mia.code], shopper: { email } }),
    order('2', { codes: [mia.code] }),
    order('3', { codes: [mia.code] }),
  )
  expect(await ana.run('audit sample', { month: '2026-11' })).toContain('November 2026 is not over yet.')
  expect(await ana.run('audit sample')).toContain('No line was booked in that month.')
  w.at('2026-12-03T12:00:00Z')
  const drawn = await ana.run('audit sample')
  expect(drawn).toMatch(/Sample of November 2026\nChecked +0 of 3\nSeed +[0-9a-f]{20}/)
  expect(await ana.run('audit sample')).toBe(drawn)
  for (let n = 0; n < 3; n++) {
    const text = (await ana.ask('audit sample')).text
    await ana.press(/Next: order #1/.test(text) ? 'Mark unsure' : /Next: order #2/.test(text) ? 'Mark fraud' : 'Mark fine')
  }
  const done = await ana.run('audit sample')
  expect(done).toMatch(/#2 +Mia +€8\.00 +random +fraud/)
  // The line that no rule had named joins the suspicion that is open, and its rule is judged with it.
  expect(done).toContain('Of 2 lines checked by hand, 1 were fraud that no rule had named.')
  const found = await w.within((ctx) => ctx.db.case.findFirstOrThrow())
  const shown = await ana.run('case show', { case: found.id })
  expect(shown).toContain('Ana checked it by hand.')
  await ana.run('case decide', { case: found.id, verdict: 'uphold', reason: 'Both are own purchases.', orders: '#1' })
  const worth = await ana.run('audit sample')
  expect(worth).toMatch(/own purchase +1 of 1 +100 %/)
  expect(worth).toMatch(/by hand +0 of 1 +0 %/)
})
