import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('says what is kept, for what and how long; of oneself alone, and to whoever is known here', async () => {
  const mia = await w.creator('Mia')
  await w.creator('Kim')
  const { text, card } = await mia.ask('privacy show')
  expect(text).toMatch(/Profile +1 +to run the program with you/)
  expect(text).toMatch(/Links +1 +to know which sales are yours/)
  expect(text).toContain('[Export my data]')
  expect(JSON.stringify(card)).not.toContain('Kim')
  const al = await w.applicant('Al')
  const stranger = await al.run('privacy show')
  expect(stranger).toMatch(/Accounts +2/)
  expect(stranger).not.toContain('Profile')
  await al.run('privacy delete', { sure: 'yes' })
  expect(await al.run('privacy show')).toContain('You asked to be forgotten on')
})
