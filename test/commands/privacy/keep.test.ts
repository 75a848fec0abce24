import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('takes the wish back before its day, and everybody who was told hears of it', async () => {
  const mia = await w.creator('Mia')
  const ana = await w.manager('Ana')
  expect(await mia.run('privacy keep')).toContain('You did not ask to be forgotten')
  await mia.run('privacy delete', { sure: 'yes' })
  expect(await mia.sees()).toContain('You will be forgotten')
  w.at('2026-12-04T11:00:00Z')
  expect((await mia.press('Keep my data')).text).toContain('Your data stays')
  expect(await ana.sees('managers')).toContain('Mia stays')
  w.at('2026-12-20T12:00:00Z')
  await w.app.runJob('privacy')
  expect(await mia.run('earnings')).not.toContain('not a creator')
  expect(await mia.run('privacy keep')).toContain('took it back before')
})
