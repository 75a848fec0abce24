import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const plan = {
  title: 'Autumn glow',
  brief: 'Show the serum in the morning.',
  deadline: '14 days',
  seats_and_fee: '10 x 50.00',
  rights: 'social',
}

test('from five answers to a published mission without leaving the cards', async () => {
  const mia = await w.creator('Mia')
  const { form } = await ana.ask('campaign create')
  expect(form!.fields.map((f) => f.name)).toEqual(Object.keys(plan))
  const drafted = await ana.fill(plan)
  expect(drafted.text).toContain('Draft: Autumn glow')
  expect(drafted.text).toContain('€500.00, of which €500.00 is left: enough for 10 more')
  expect(drafted.text).toContain('Every creator of the program: 1 creator')
  expect(drafted.text).toContain('own social accounts for 90 days')
  expect(await mia.sees('missions')).not.toContain('Autumn glow')

  expect((await ana.press('Details')).form!.fields.map((f) => f.name)).toEqual(['do', 'do_not', 'hashtags', 'tags', 'links'])
  const detailed = await ana.fill({ do: 'Show it in use', do_not: 'No promises', hashtags: 'glow', tags: 'glow.skin' })
  expect(detailed.text).toContain('#glow')
  expect((await ana.press('Audience (1)')).form!.fields).toHaveLength(5)
  expect((await ana.fill({ niches: 'food' })).text).toContain('No creator fits this audience yet.')
  await ana.press('Audience (0)')
  expect((await ana.fill({ niches: 'beauty', countries: 'de' })).text).toContain('beauty · DE: 1 creator')
  const seen = (await ana.press('Preview as creator')).text
  expect(seen).toContain('Creators see these buttons: Claim a seat, Hand in, What it pays.')
  expect((await ana.press('Publish')).text).toContain('Mission opened.')
  const post = await mia.sees('missions')
  for (const words of ['Autumn glow', 'Show it in use', '10 of 10 left', 'beauty · DE', 'Dec 4, 2026', '[Claim a seat]'])
    expect(post).toContain(words)
})

test.each([
  [{ deadline: 'soon' }, 'This is no deadline.'],
  [{ deadline: '2026-11-01' }, 'That day is over.'],
  [{ seats_and_fee: '10' }, 'Seats and fee cannot be read.'],
  [{ seats_and_fee: '10 x 50,00' }, 'is not an amount of money'],
  [{ seats_and_fee: '10 x -5' }, 'The fee is below zero.'],
  [{ rights: 'everything' }, 'must be one of none, social, web, ads'],
  [{ brief: 'short' }, 'at least 10 characters'],
])('%o is refused with what is right', async (change, why) => {
  expect(await ana.run('campaign create', { ...plan, ...change })).toContain(why)
  expect(await w.within((ctx) => ctx.db.mission.count())).toBe(1)
})

test('is for managers', async () => {
  expect(await (await w.creator('Lea')).run('campaign create', plan)).toContain('/campaign create is for managers.')
})
