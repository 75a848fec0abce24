import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../../src/http/doors.ts'
import { Browser } from '../../browser.ts'
import { buttonsOf, type Persona } from '../../chat.ts'
import { approvedContent } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => openWebDoor(app, false) })
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
}, 60_000)
afterAll(() => w.close())

test('live videos with their addresses; posts that are none, or not live, are not in it', async () => {
  expect(await ana.run('export reels')).toContain('No live videos yet')
  const { id } = await approvedContent(w, mia, { kind: 'short_video' })
  const { id: post } = await approvedContent(w, mia, { kind: 'post' })
  await approvedContent(w, mia, { kind: 'short_video' })
  await w.within(async (ctx) => {
    const live = { state: 'live', liveAt: ctx.now, liveUrl: 'https://www.instagram.com/reel/abc' }
    await ctx.db.submission.update({ where: { id }, data: live })
    await ctx.db.submission.update({ where: { id: post }, data: { ...live, liveUrl: 'https://www.instagram.com/p/abc' } })
  })
  const { card, text } = await ana.ask('export reels')
  expect(text).toContain('1 live video')
  const { server } = await w.serve()
  const read = async (label: string) => {
    const button = buttonsOf(card!).find((one) => one.label === label) as { url: string }
    const path = new URL(button.url).pathname
    const browser = new Browser(server)
    await browser.get(path)
    return (await browser.post(path, {})).html
  }
  expect(await read('Open as CSV')).toContain('https://www.instagram.com/reel/abc')
  expect(JSON.parse(await read('Open as JSON')).films).toMatchObject([{ id, handle: '@mia.glow', views: null, channels: null }])
})
