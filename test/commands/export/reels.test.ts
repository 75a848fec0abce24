import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../../src/http/doors.ts'
import { days, minutes } from '../../../src/kernel/time.ts'
import { Browser } from '../../browser.ts'
import { buttonsOf, type Persona } from '../../chat.ts'
import { approvedContent, lastGrant } from '../../rights.ts'
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

test('of several licences that hold, all channels are named, until the first of them ends', async () => {
  w.at(days(w.now, 1))
  const { id: submission } = await approvedContent(w, mia, { kind: 'short_video' })
  const at = { state: 'live', liveAt: w.now, liveUrl: 'https://www.instagram.com/reel/abd' }
  await w.within((ctx) => ctx.db.submission.update({ where: { id: submission }, data: at }))
  for (const asked of [
    { channels: 'website, email', term: '365 days' },
    { channels: 'paid ads, website', term: '7 days' },
  ]) {
    w.at(minutes(w.now, 1))
    await ana.run('rights request', { submission, ...asked })
    await mia.run('rights sign', { grant: (await lastGrant(w, submission)).id, round: '1' })
  }
  await ana.run('export reels')
  const { films } = await w.within(async (ctx) => {
    const paper = await ctx.db.file.findFirstOrThrow({ where: { name: { endsWith: '.json' } }, orderBy: { createdAt: 'desc' } })
    return JSON.parse((await w.app.media.get(paper.sha256)).toString())
  })
  expect(films[0]).toMatchObject({
    id: submission,
    channels: ['email', 'paid_ads', 'website'],
    until: days(w.now, 7).toISOString(),
  })
})
