import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a creator leaves when sure, loses the role, and may apply again', async () => {
  const mia = await w.creator('Mia')
  expect((await mia.ask('leave')).form?.fields.map((field) => field.name)).toEqual(['sure'])
  expect(await mia.run('leave', { sure: 'no' })).toContain('You stay')
  expect(await mia.run('leave', { sure: 'yes' })).toContain('You have left the program')
  expect(await mia.run('earnings')).toContain('Not allowed')
  expect(await mia.sees()).toContain('You may apply again whenever you like.')
  expect(w.door.grants.at(-1)).toMatchObject({ role: 'creator', on: false })
  expect(
    await mia.run('apply', { handle: '@mia', niche: 'food', country: 'DE', email: 'm@example.com', adult_and_consent: 'yes' }),
  ).toContain('One step left')
})
