import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { follow } from '../../src/recognition/merge.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let ben: Persona
let day = 0
beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  ben = await w.creator('Ben')
})
// Noon of the next day, outside quiet hours.
beforeEach(() => w.at(`2026-12-${String(++day).padStart(2, '0')}T12:00:00Z`))
afterAll(() => w.close())

const kudos = (where: object = {}) => w.within((ctx) => ctx.db.kudos.count({ where }))
const peers = async (n: number, prefix: string) => {
  const list: Persona[] = []
  for (let i = 0; i < n; i++) list.push(await w.creator(`${prefix}${i}`))
  return list
}

test('a thank reaches the receiver with its note, and #wins without', async () => {
  expect(await mia.run('kudos', { creator: ben.creatorId, note: 'The ring light tip' })).toMatch(
    /Ben reads it\.[\s\S]*4 of 5 left today/,
  )
  expect(await ben.sees()).toContain('Mia thanked you: The ring light tip')
  const wins = await mia.sees('wins')
  expect(wins).toMatch(/Kudos of Dec 1, 2026[\s\S]*Ben +1/)
  expect(wins).not.toContain('ring light')
})

test('the cards of a day grow in place; the next day has its own', async () => {
  const zoe = await w.creator('Zoe')
  const sent = w.door.messages.length
  await mia.run('kudos', { creator: ben.creatorId })
  await w.tick()
  w.at(new Date(w.now.getTime() + 60_000))
  await zoe.run('kudos', { creator: ben.creatorId })
  await w.tick()
  const fresh = w.door.messages.slice(sent).filter((m) => m.card.title.startsWith('Kudos'))
  expect(fresh.map((m) => [m.card.title, m.edits]).sort()).toEqual([
    ['Kudos for you on Dec 2, 2026', 1],
    ['Kudos of Dec 2, 2026', 1],
  ])
  expect(await ben.sees()).toMatch(/Dec 2, 2026\nMia thanked you\.\nZoe thanked you\./)
})

test('once a pair and day, a handful a day, never oneself, only active creators', async () => {
  const [one, ...others] = await peers(6, 'Peer')
  expect(await mia.run('kudos', { creator: one!.creatorId })).toContain('Thank you sent')
  expect(await mia.run('kudos', { creator: one!.creatorId })).toContain('You have thanked them today already.')
  expect(await mia.run('kudos', { creator: mia.creatorId })).toContain('You can’t thank yourself.')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: ben.creatorId }, data: { state: 'paused' } }))
  expect(await mia.run('kudos', { creator: ben.creatorId })).toContain('This is no active creator of the program.')
  expect(await ben.run('kudos', { creator: mia.creatorId })).toContain('Only active creators thank each other.')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: ben.creatorId }, data: { state: 'approved' } }))
  const answers = await Promise.all(others.map((peer) => mia.run('kudos', { creator: peer.creatorId })))
  expect(answers.filter((a) => a.includes('Thank you sent'))).toHaveLength(4)
  expect(answers.filter((a) => a.includes('You have thanked 5 creators today'))).toHaveLength(1)
  expect(await kudos({ fromId: mia.creatorId, day: '2026-12-03' })).toBe(5)
  expect(await (await w.manager('Ana')).run('kudos', { creator: mia.creatorId })).toContain('you are not a creator here')
})

test('aliases and hidden creators are never named, not even to the giver', async () => {
  const [ava, hal] = [await w.creator('Ava'), await w.creator('Hal')]
  await w.within(async (ctx) => {
    await ctx.db.creator.update({ where: { id: ava.creatorId }, data: { shown: 'alias', alias: 'Glowbug' } })
    await ctx.db.creator.update({ where: { id: hal.creatorId }, data: { shown: 'hidden' } })
  })
  for (const peer of [ava, hal]) expect(await mia.run('kudos', { creator: peer.creatorId })).toMatch(/They read it\./)
  const today = (await mia.sees('wins')).split('\n\n').find((post) => post.includes('Dec 4'))!
  expect(today).toMatch(/Glowbug +1/)
  expect(today).toContain('And 1 for creators who are not named here.')
  expect(today).not.toMatch(/Ava|Hal/)
  await hal.run('kudos', { creator: mia.creatorId })
  w.at(new Date(w.now.getTime() + 60_000))
  await ava.run('kudos', { creator: mia.creatorId })
  expect(await mia.sees()).toMatch(/Hidden creator thanked you\.\nGlowbug thanked you\./)
  const offered = (await mia.suggest('kudos', 'creator')).map((s) => s.label)
  expect(offered).toContain('Glowbug')
  for (const name of ['Ava', 'Hal', 'Mia']) expect(offered).not.toContain(name)
  expect(await mia.suggest('kudos', 'creator', 'ava')).toEqual([])
})

test('the same reaction heard twice is one, given by account; a refused one leaves no word', async () => {
  const { dispatch } = await import('../../src/platforms/dispatch.ts')
  const react = (to: string, eventId: string) =>
    dispatch(w.app, { ...mia.call('kudos', { creator: `account:${to}` }, eventId), by: 'signal' })
  const before = await kudos()
  await Promise.all([react('ben', 'kudos:m1:mia'), react('ben', 'kudos:m1:mia')])
  await react('ben', 'kudos:m1:mia')
  expect(await kudos()).toBe(before + 1)
  await w.tick()
  const posts = w.door.messages.length
  expect((await react('nobody', 'kudos:m2:mia')).card.title).toBe('Not found')
  await w.tick()
  expect(w.door.messages.length).toBe(posts)
})

test('/stats tells both counts in one line', async () => {
  await ben.run('kudos', { creator: mia.creatorId })
  w.at(new Date(w.now.getTime() + 60_000))
  const received = await kudos({ toId: mia.creatorId })
  const given = await kudos({ fromId: mia.creatorId })
  expect(await mia.run('stats')).toContain(`Kudos: ${received} from other creators, ${given} given.`)
})

test('a merged creator keeps their kudos, none to themselves and one a pair and day', async () => {
  const [twin, cat] = [await w.creator('Twin'), await w.creator('Cat')]
  await twin.run('kudos', { creator: ben.creatorId })
  await mia.run('kudos', { creator: ben.creatorId })
  await mia.run('kudos', { creator: twin.creatorId })
  await cat.run('kudos', { creator: twin.creatorId })
  await w.within((ctx) => follow(ctx, { from: twin.creatorId, to: mia.creatorId }))
  expect(await kudos({ OR: [{ fromId: twin.creatorId }, { toId: twin.creatorId }] })).toBe(0)
  expect(await kudos({ fromId: mia.creatorId, toId: ben.creatorId, day: '2026-12-07' })).toBe(1)
  expect(await kudos({ fromId: cat.creatorId, toId: mia.creatorId })).toBe(1)
})

test('what is left is seen before, after, and where somebody reacted; what did not count is said once a day', async () => {
  const zoe = await w.creator('Zora')
  expect((await mia.ask('kudos')).text).toContain('Thank (5 of 5 left)')
  await mia.run('kudos', { creator: ben.creatorId, by: 'reaction' })
  expect(await mia.sees()).toMatch(/Kudos you gave on [^\n]*\n4 of 5 left today\.$/m)
  w.at(new Date(w.now.getTime() + 60_000))
  const sent = w.door.messages.length
  expect(await mia.run('kudos', { creator: ben.creatorId, by: 'reaction' })).toContain('It did not count')
  await w.tick()
  w.at(new Date(w.now.getTime() + 60_000))
  await mia.run('kudos', { creator: mia.creatorId, by: 'reaction' })
  await w.tick()
  expect(await mia.sees()).toMatch(/4 of 5 left today\.\nYour last reaction did not count: You can’t thank yourself\./)
  // All of it in the one card of the day, which is edited.
  expect(w.door.messages.slice(sent)).toEqual([])
  expect((await mia.ask('kudos')).text).toContain('Thank (4 of 5 left)')
  expect((await zoe.ask('kudos')).text).toContain('Thank (5 of 5 left)')
})
