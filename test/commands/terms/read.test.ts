import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('anyone reads the whole text; Accept is there for whoever applied', async () => {
  const mia = await w.applicant('Mia')
  const before = await mia.run('terms read')
  expect(before).toMatch(/^Glow creator program, terms version 1\n1\. Rate\. 10 % of each order/)
  expect(before).toContain('9. Changes.')
  expect(before).not.toContain('[Accept]')
  const form = { handle: '@mia', niche: 'food', country: 'AT', email: 'mia@example.com', adult_and_consent: 'yes' }
  await mia.ask('apply', form)
  await mia.press('Read all')
  await mia.press('Accept')
  expect(await mia.sees()).toContain('We have your application')
  expect(await mia.run('terms read')).not.toContain('[Accept]')
})
