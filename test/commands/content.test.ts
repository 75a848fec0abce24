import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderCard as onDiscord } from '../../src/platforms/discord/render.ts'
import { renderCard as onSlack } from '../../src/platforms/slack/render.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const id = async (url: string) => (await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { url } }))).id

test('empty says so and shows the way', async () => {
  expect(await mia.run('content')).toContain('You have not handed in anything yet.')
})

test('each with its state, its reason and what can be done; others’ are not in it', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await mia.run('submit', { url: `https://site.example/${name}`, caption: '#ad' })
  await ana.run('review approve', { submission: await id('https://site.example/a') })
  expect(await mia.run('content')).toContain('site.example/a\nWaiting for review')
  await ana.press('Tell now')
  await ana.run('review reject', { submission: await id('https://site.example/b'), reason: 'rights' })
  await ana.press('Tell now')
  await ana.run('review changes', { submission: await id('https://site.example/c'), note: 'Less music' })
  await ana.press('Tell now')
  const ben = await w.creator('Ben')
  await ben.run('submit', { url: 'https://site.example/ben', caption: '#ad' })
  const text = await mia.run('content')
  expect(text).toContain('site.example/a\nApproved, Nov 20, 2026')
  expect(text).toContain('site.example/b\nTurned down: It uses what belongs to someone else, Nov 20, 2026')
  expect(text).toContain('site.example/c\nChanges asked for, Nov 20, 2026\nNote: Less music\n[Hand in again]')
  expect(text).toMatch(
    /site\.example\/d\nWaiting for review, Nov 20, 2026\nDoubt: “#ad” is doubtful in Germany.*Begin the caption with “#Werbung”\.\n\[Withdraw\] \[Correct the caption\]/,
  )
  expect(text).not.toContain('site.example/ben')
})

test('shows nine and says how many more there are', async () => {
  for (let n = 0; n < 8; n++) await mia.run('submit', { url: `https://site.example/more${n}`, caption: '#ad' })
  expect(await mia.run('content')).toContain('… and 3 older.')
})

test('nine long captions that lack a word are all there on Discord and Slack, with what is missing and the press that mends it', async () => {
  const kim = await w.creator('Kim')
  for (let n = 0; n < 10; n++)
    await kim.run('submit', { url: `https://site.example/long${n}`, caption: `My favourite ${'glow '.repeat(300)}${n}` })
  const { card, text } = await kim.ask('content')
  expect(text.match(/Nothing says that this is advertising/g)).toHaveLength(9)
  expect(text.match(/\[Correct the caption\]/g)).toHaveLength(9)
  expect(onDiscord(card!, { mention: () => undefined }).losses).toEqual([])
  const reader = { zone: 'Europe/Berlin', locale: 'en', now: w.now }
  expect(onSlack(card!, { mention: () => undefined, reader }).losses).toEqual([])
})
