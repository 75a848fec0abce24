import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a visitor is offered to apply, a creator the next step, a manager the worklist', async () => {
  const zoe = await w.applicant('Zoe')
  expect(await zoe.run('home')).toMatch(/Welcome to Glow[\s\S]*Apply/)
  const ana = await w.manager('Ana')
  expect(await ana.run('home')).toMatch(/All clear/)
  const mia = await w.creator('Mia')
  expect(await mia.run('home')).toMatch(/Hello Mia[\s\S]*next step/)
  await zoe.ask('apply', { handle: '@zoe', niche: 'food', country: 'DE', email: 'zoe@example.com', adult_and_consent: 'yes' })
  await zoe.press('Accept')
  expect(await zoe.run('home')).not.toMatch(/Welcome/)
  expect(await ana.run('home')).toMatch(/1 application/)
  const opened = await ana.press('Open the oldest')
  expect(opened.text).toContain('@zoe')
})
