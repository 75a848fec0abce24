import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'
import { drafted, opened } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the basics change, and what creators rely on stays', async () => {
  const ana = await w.manager('Ana')
  const draft = await drafted(w, { seats: 10 })
  const text = await ana.run('campaign edit', {
    mission: draft,
    title: 'Winter glow',
    seats_and_fee: '4 x 60',
    deadline: '30 days after joining',
  })
  expect(text).toContain('Draft: Winter glow')
  expect(text).toContain('€240.00, of which €240.00 is left: enough for 4 more')
  expect(text).toContain('30 days after you joined')
  const open = await opened(w)
  expect(await ana.run('campaign edit', { mission: open, seats_and_fee: 'any x 40' })).toContain('its fee was promised')
  expect(await ana.run('campaign edit', { mission: open, rights: 'ads' })).toContain('creators agreed to its rights')
  expect(await ana.run('campaign edit', { mission: open, deadline: '2026-12-24' })).toContain('Dec 24, 2026')
  await ana.run('campaign close', { mission: open, sure: 'yes' })
  expect(await ana.run('campaign edit', { mission: open, title: 'Late' })).toContain('is closed')
})

test('whoever holds a seat is told of a deadline that comes earlier, and not of one that comes later', async () => {
  const eve = await w.manager('Eve')
  const [mia, ben] = [await w.creator('Mia'), await w.creator('Ben')]
  const mission = await opened(w, { title: 'Two weeks', seats: 2, closesAt: new Date('2026-12-04T22:59:00Z') })
  await mia.ask('mission claim', { mission })
  await ben.ask('submit', { mission, url: 'https://www.instagram.com/p/ben1/', caption: '#Werbung Look' })
  await eve.ask('campaign edit', { mission, deadline: '2026-12-20' })
  expect(await mia.sees()).not.toContain('Due earlier')
  await eve.ask('campaign edit', { mission, deadline: '2026-11-25' })
  expect(await mia.sees()).toMatch(/Due earlier: Two weeks\n[^\n]*hand in by Wed, Nov 25, 2026[\s\S]*\[Give it back\]/)
  expect(await ben.sees()).not.toContain('Due earlier')
})

test('one that comes earlier once more is told once more, and one that is over already ends the seat', async () => {
  const eve = await w.manager('Eva')
  const mia = await w.creator('Maja')
  w.at(days(w.now, 5))
  const mission = await opened(w, { title: 'To and fro', seats: 2, closesAt: days(w.now, 20) })
  await mia.ask('mission claim', { mission })
  for (const deadline of ['10', '15', '10']) {
    await eve.ask('campaign edit', { mission, deadline })
    w.at(new Date(w.now.getTime() + 60_000))
  }
  expect((await mia.sees()).split('Due earlier: To and fro')).toHaveLength(3)
  await eve.ask('campaign edit', { mission, deadline: '3 days after joining' })
  expect(await mia.sees()).toContain('it is over for you: your seat ends now.')
  expect((await mia.sees()).split('Due earlier: To and fro')).toHaveLength(3)
})
