import { afterAll, beforeAll, expect, test } from 'vitest'
import { close } from '../../../src/campaigns/plans.ts'
import { days } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'
import { drafted, opened } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('closes with a report to managers, and throws drafts away', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  const mission = await opened(w, { seats: 3 })
  await mia.run('mission claim', { mission })
  expect(await ana.run('campaign close', { mission, sure: 'yes' })).toContain('a report is in #managers')
  expect(await ana.sees('managers')).toContain('Autumn glow: closed')
  expect(await ana.sees('managers')).toContain('Nobody handed anything in.')
  expect(await mia.sees('missions')).toContain('This mission is closed.')
  expect(await mia.run('mission claim', { mission })).toContain('The mission “Autumn glow” is closed.')
  expect(await ana.run('campaign close', { mission })).toContain('is closed already')
  await w.tick()
  expect(await ana.sees('managers')).toContain('Autumn glow: settled')
  const draft = await drafted(w, { title: 'Never mind' })
  expect(await ana.run('campaign close', { mission: draft })).toMatch(/^Throw “Never mind” away\?/)
  expect((await ana.press('Throw it away')).text).toContain('The draft “Never mind” is gone.')
  expect(await ana.run('campaign show', { mission: draft })).toContain('does not exist')
})

test('asks first, and tells whoever held a seat or waited; they missed nothing', async () => {
  const eve = await w.manager('Eve')
  const [ben, lea, kim] = [await w.creator('Ben'), await w.creator('Lea'), await w.creator('Kim')]
  const mission = await opened(w, { title: 'Two seats', seats: 2, closesAt: days(w.now, 9) })
  await ben.run('mission claim', { mission })
  await kim.ask('submit', { mission, caption: '#Werbung Glow', url: 'https://www.instagram.com/p/kim1/' })
  await lea.run('mission claim', { mission, wait: 'yes' })
  await eve.ask('campaign show', { mission })
  const asked = (await eve.press('Close')).text
  expect(asked).toMatch(
    /^Close “Two seats” now\?\n[\s\S]*1 creator holds a seat and has not handed in, and 1 waits in line\. They are told\./,
  )
  expect((await eve.press('Keep it open')).text).toMatch(/State +open/)
  expect(await ben.sees()).not.toContain('Closed: Two seats')
  await eve.ask('campaign close', { mission })
  expect((await eve.press('Close it')).text).toContain('a report is in #managers')
  expect(await ben.sees()).toMatch(/Closed: Two seats\n[\s\S]*you missed nothing/)
  expect(await lea.sees()).toMatch(/Closed: Two seats\n[\s\S]*no seat comes free any more/)
  expect(await kim.sees()).not.toContain('Closed: Two seats')
  const report = await eve.run('campaign show', { mission })
  expect(report).toMatch(/Ben +closed before its end/)
  expect(report).not.toMatch(/^Missed/m)
  expect(await ben.run('mission show', { mission })).toContain('You had a seat when it was closed.')
  expect(await eve.run('campaign close', { mission })).toContain('is closed already')
})

test('only those who are told are counted', async () => {
  const [uma, ned, zed] = [await w.manager('Uma'), await w.creator('Ned'), await w.creator('Zed')]
  const mission = await opened(w, { title: 'Three seats', seats: 3, closesAt: days(w.now, 9) })
  for (const one of [ned, zed]) await one.run('mission claim', { mission })
  await ned.run('leave', { sure: 'yes' })
  expect(await uma.run('campaign close', { mission })).toContain('1 creator holds a seat and has not handed in. They are told.')
  await uma.press('Close it')
  expect(await zed.sees()).toContain('Closed: Three seats')
  expect(await ned.sees()).not.toContain('Closed: Three seats')
})

test('however many wait in line, each is told, and none by statements of their own', async () => {
  const zoe = await w.manager('Zoe')
  const line = await Promise.all(['Una', 'Ulf', 'Uwe'].map((name) => w.creator(name)))
  const mission = await opened(w, { title: 'Long line', seats: 1, closesAt: days(w.now, 9) })
  for (const one of line) await one.ask('mission claim', { mission, wait: 'yes' })
  const apart: unknown[] = []
  await w.within((ctx) => {
    const show: typeof ctx.show = (audience, ...rest) => {
      if ('person' in audience) apart.push(audience)
      return ctx.show(audience, ...rest)
    }
    return close({ ...ctx, show }, mission)
  })
  expect(apart).toEqual([])
  for (const one of line) expect((await one.sees()).split('Closed: Long line')).toHaveLength(2)
  expect(await zoe.run('campaign close', { mission })).toContain('is closed already')
})

test('what was opened after the question is not thrown away as a draft', async () => {
  const [gus, ida] = [await w.manager('Gus'), await w.manager('Ida')]
  const mission = await drafted(w, { title: 'Soon', seats: 2, closesAt: days(w.now, 9) })
  await gus.ask('campaign close', { mission })
  await ida.run('campaign publish', { mission })
  expect((await gus.press('Throw it away')).text).toContain('“Soon” was opened meanwhile and is no draft any more.')
  expect(await gus.run('campaign show', { mission })).toMatch(/State +open/)
})
