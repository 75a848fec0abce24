import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('notes stand on the creator’s card for managers, newest first, and nowhere for the creator', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await ana.ask('creator note', { creator: mia.creatorId, words: 'Prefers vegan products' })
  w.at('2026-11-22T12:00:00Z')
  expect(await ana.run('creator note', { creator: mia.creatorId, words: 'Answered within an hour' })).toContain(
    'Only the team reads this.',
  )
  expect(await ana.run('creator show', { creator: mia.creatorId })).toMatch(
    /Answered within an hour[\s\S]*Prefers vegan products/,
  )
  expect(await mia.run('creator show', { creator: mia.creatorId })).toContain('Not allowed')
  expect((await mia.sees()) + (await mia.run('profile show'))).not.toContain('vegan')
  const audit = await w.within((ctx) => ctx.db.audit.findFirstOrThrow({ where: { run: 'creator note' } }))
  expect(JSON.stringify(audit.given)).not.toContain('vegan')
})
