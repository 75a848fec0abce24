import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what was asked for can be taken back, once, and says so to its author', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await ana.ask('save', { creator: 'account:mia', url: 'https://discord.com/channels/1/2/3', caption: 'My shelf' })
  expect((await ana.press('Take it back')).text).toContain('Nothing of the message was kept')
  expect(await mia.sees()).toContain('This request is over.')
  const row = await w.within((ctx) => ctx.db.capture.findFirstOrThrow())
  expect(row).toMatchObject({ state: 'gone', caption: null, url: null })
  expect(await ana.run('capture undo', { capture: row.id })).toContain('answered already')
})
