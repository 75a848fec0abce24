import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('managers see what runs, end it with a press, and what ended', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  expect(await ana.run('moment list')).toContain('Nothing runs right now.')
  await ana.ask('moment start', { kind: 'trend', headline: 'Glass skin', hours: '6', seats: '2' })
  await mia.ask('moment list')
  await mia.press('Join')
  expect(await mia.run('moment list')).toContain('you are in')
  expect((await w.applicant('Zed').then((zed) => zed.run('moment list'))).toString()).toContain('for creators of the program')
  await ana.ask('moment list')
  expect((await ana.press('End now')).text).toMatch(/Ended: Glass skin\nJoined +1 of 2/)
  expect(await ana.run('moment list')).toMatch(/Nothing runs right now\.[\s\S]*Trend: Glass skin/)
})

test('whoever is paused sees what runs, without a button that would refuse them', async () => {
  const w = await world()
  const [ana, mia] = [await w.manager('Ana'), await enlist(w, 'Mia')]
  await ana.run('moment start', { kind: 'flash', headline: 'Today', hours: '3', seats: '5' })
  expect(await mia.run('moment list')).toContain('[Join]')
  await ana.run('creator pause', { creator: mia.creatorId })
  const paused = await mia.run('moment list')
  expect(paused).toContain('Flash sale: Today')
  expect(paused).not.toContain('[Join]')
  await w.close()
})
