import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseStart, timesOf } from '../../src/content/rules-streams.ts'
import { type World, world } from '../world.ts'
import { opened } from './campaign/stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the times fit into the stream, the last one before its end', () => {
  const at = (lengthMinutes: number, everyMinutes: number) =>
    timesOf({ startsAt: new Date('2026-12-01T19:00:00Z'), lengthMinutes, everyMinutes } as Parameters<typeof timesOf>[0]).map(
      (t) => t.toISOString().slice(11, 16),
    )
  expect(at(45, 15)).toEqual(['19:00', '19:15', '19:30'])
  expect(at(46, 15)).toEqual(['19:00', '19:15', '19:30', '19:45'])
  expect(at(5, 15)).toEqual(['19:00'])
})

test('a start is read by the clock of whoever typed it', () => {
  const now = new Date('2026-11-20T12:00:00Z')
  expect(parseStart('2026-12-01 20:00', now, 'Europe/Berlin').toISOString()).toBe('2026-12-01T19:00:00.000Z')
  for (const wrong of ['tomorrow', '2026-02-30 20:00', '2026-12-01 27:00', '2026-11-01 20:00', '2027-12-01 20:00'])
    expect(() => parseStart(wrong, now, 'Europe/Berlin')).toThrow()
})

test('a live stream is announced, its creator gets the times, and the review shows them', async () => {
  const mia = await w.creator('Mia')
  const ana = await w.manager('Ana')
  const handed = await mia.run('submit', { kind: 'live_stream', caption: '#Werbung Glow live, Tuesday' })
  expect(handed).toContain('Say with /stream when it starts')
  expect(await ana.sees('review')).toContain('has not said when it starts')
  await mia.press('Say when it starts')
  expect((await mia.fill({ start: 'soon', minutes: '40' })).text).toContain('like 2026-12-01 20:00')
  await mia.press('Fix')
  const { text } = await mia.fill({ start: '2026-12-01 20:00', minutes: '40' })
  expect(text).toMatch(/Say it at\s+.*7:00.*7:15.*7:30/)
  expect(text).toContain('Say “Werbung”')
  const review = await ana.sees('review')
  expect(review).toMatch(/Disclosure said\s+.*7:15/)
  expect(review).not.toContain('Say with /stream')
  const { livePlan } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { kind: 'live_stream' } }))
  expect(livePlan).toMatchObject({ everyMinutes: 15, lengthMinutes: 40, territories: ['DE'] })
})

test('a mission may want it more often; what is no stream, or somebody else’s, is refused', async () => {
  const noor = await w.creator('Noor')
  const ana = await w.manager('Ben')
  const mission = await opened(w, { kinds: ['live_stream'], liveMinutes: 10 })
  await noor.run('mission claim', { mission })
  await noor.run('submit', { mission, caption: '#Werbung live' })
  const { id } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission } }))
  const said = { start: '2026-11-20 18:00', minutes: '30' }
  expect(await noor.run('stream', { submission: id, ...said })).toMatch(/5:00.*5:10.*5:20/)
  await noor.run('submit', { url: 'https://site.example/a', caption: '#Werbung' })
  const post = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { url: 'https://site.example/a' } }))
  expect(await noor.run('stream', { submission: post.id, ...said })).toContain('This is no live stream')
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('stream', { submission: id, ...said })).toContain('somebody else’s content')
  expect(await ana.run('review stream', { submission: id, kept: 'yes' })).toContain('has not begun')
})
