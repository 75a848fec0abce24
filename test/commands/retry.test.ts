import { afterAll, beforeAll, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import { gone } from '../../src/platforms/platform.ts'
import { buttonsOf } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
  w.app.log.level = 'silent'
})
afterAll(() => w.close())

test('a parked post has a button of its own, and one press shows it', async () => {
  const ana = await w.manager('Ana')
  const post = w.door.post
  w.door.post = async () => {
    throw gone('Unknown Channel', 'Run /setup channels to make it again.')
  }
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'lost', card('Lost and found')))
  await w.tick()
  w.door.post = post
  const { card: parked, text } = await ana.ask('parked')
  expect(text).toMatch(/to wins: lost[\s\S]*Unknown Channel/)
  const again = buttonsOf(parked!).filter((b) => b.label === 'Try again')
  expect(again).toHaveLength(1)
  expect((await ana.press('Try again')).text).toContain('It is tried again')
  expect(await ana.sees('wins')).toContain('Lost and found')
  expect(await ana.run('parked')).toContain('Nothing is parked')
  const { given } = again[0] as { given: Record<string, string> }
  expect(await ana.run('retry', given)).toContain('This post is not parked any more.')
  expect(await (await w.creator('Mia')).run('retry', given)).toContain('is for managers')
})

test('what is parked next door is not ours to try', async () => {
  const other = await w.neighbour()
  const id = await w.app.within(other, async (ctx) => {
    await ctx.show({ channel: 'wins' }, 'theirs', card('Theirs'))
    await ctx.db.outbox.updateMany({ where: { key: 'theirs' }, data: { state: 'parked' } })
    return (await ctx.db.outbox.findFirstOrThrow({ where: { key: 'theirs' } })).id
  })
  const root = await w.admin('Root')
  expect(await root.run('retry', { post: id })).toContain('not parked any more')
  expect(await w.app.within(other, (ctx) => ctx.db.outbox.findUniqueOrThrow({ where: { id } }))).toMatchObject({
    state: 'parked',
  })
})
