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

const plan = { title: 'Autumn glow', brief: 'Show the serum in the morning.', fee: '50', budget: '500.00', days: '14' }

test('one form of five fields opens a mission and posts it', async () => {
  const { form } = await ana.ask('mission create')
  expect(form!.fields.map((f) => f.name)).toEqual(['title', 'brief', 'fee', 'budget', 'days'])
  const { text } = await ana.fill(plan)
  expect(text).toContain('Mission opened')
  expect(text).toContain('€500.00, enough for 10 more')
  const post = await ana.sees('missions')
  expect(post).toContain('Autumn glow\nShow the serum in the morning.')
  expect(post).toContain('€50.00 for each approved submission')
  expect(post).toContain('Dec 4, 2026')
  expect(post).toContain('[Hand in]')
})

test.each([
  [{ fee: '50,00' }, 'not an amount of money'],
  [{ fee: '-5' }, 'The fee is below zero.'],
  [{ budget: '49.99' }, 'does not pay for a single submission'],
  [{ days: '0' }, 'must be at least 1'],
  [{ brief: 'short' }, 'at least 10 characters'],
])('%o is refused with what is right', async (change, why) => {
  expect(await ana.run('mission create', { ...plan, ...change })).toContain(why)
  expect(await w.within((ctx) => ctx.db.mission.count())).toBe(1)
})

test('is for managers', async () => {
  const mia = await w.creator('Mia')
  expect(await mia.run('mission create', plan)).toContain('/mission create is for managers.')
})
