import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
}, 120_000)
afterAll(() => w.close())

test('a budget of 500 and a fee of 50: the eleventh approval is blocked with a choice to raise', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  const form = {
    title: 'Eleven',
    brief: 'Show the serum in the morning.',
    deadline: '14 days',
    seats_and_fee: 'any x 50',
    rights: 'none',
  }
  await ana.ask('campaign create', form)
  await ana.press('Publish')
  expect((await ana.press('Set the budget')).form).toBeDefined()
  await ana.fill({ budget: '500' })
  expect((await ana.press('Publish')).text).toContain('Mission opened.')
  const { id: mission } = await w.within((ctx) => ctx.db.mission.findFirstOrThrow())

  for (let n = 0; n < 11; n++)
    await mia.run('submit', { mission, url: `https://www.instagram.com/p/eleven${n}/`, caption: '#ad Serum in the morning' })
  const waiting = await w.within((ctx) => ctx.db.submission.findMany({ orderBy: { id: 'asc' } }))
  for (const { id } of waiting.slice(0, 10)) await ana.run('review approve', { submission: id })

  const submission = waiting[10]!.id
  const blocked = await ana.run('review approve', { submission })
  expect(blocked).toContain('The budget of “Eleven” is used up: €500.00 of €500.00 is spent and the fee is €50.00.')
  expect(blocked).toContain('[Raise the budget]')
  const paid = () => w.within((ctx) => ctx.db.transfer.count({ where: { from: 'program:content-fee' } }))
  expect(await paid()).toBe(10)
  expect((await ana.press('Raise the budget')).form!.fields.map((f) => f.name)).toEqual(['budget'])
  expect((await ana.fill({ budget: '500' })).text).toContain('is already €500.00')
  expect((await ana.ask('campaign raise', { mission, budget: '550' })).text).toContain('Budget raised.')
  await ana.run('review approve', { submission })
  expect(await paid()).toBe(11)
  const after = await w.within((ctx) => ctx.db.mission.findUniqueOrThrow({ where: { id: mission } }))
  expect(after.spentMinor).toBe(after.budgetMinor)

  w.at('2026-12-04T23:00:00Z')
  await w.tick()
  await w.tick()
  const report = await ana.sees('managers')
  expect(report).toContain('Eleven: settled')
  expect(report).toMatch(/Approved +11/)
  expect(report).toContain('€550.00 of €550.00')
}, 120_000)
