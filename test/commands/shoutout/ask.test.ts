import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let mia: Persona
let ben: Persona
beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  ben = await w.creator('Ben')
})
afterAll(() => w.close())

test('a wish reaches managers; nobody who is named nowhere is asked for', async () => {
  expect(await mia.run('shoutout ask', { kind: 'feature', words: 'My winter film', url: 'https://example.com/film' })).toContain(
    'Asked',
  )
  expect(await (await w.manager('Ana')).sees('managers')).toMatch(/Feature by the brand: a wish[\s\S]*My winter film/)
  await ben.run('settings', { shown: 'hidden' })
  expect(await mia.run('shoutout ask', { kind: 'shoutout', words: 'Great tips', creator: ben.creatorId })).toContain(
    'named nowhere',
  )
  expect(await ben.run('shoutout ask', { kind: 'shoutout', words: 'Look at me' })).toContain('/settings')
})

test('three wait at most', async () => {
  const ask = (n: number) => mia.run('shoutout ask', { kind: 'shoutout', words: `Wish number ${n}` })
  const said = await Promise.all([1, 2, 3, 4].map(ask))
  expect(said.filter((words) => words.includes('wait for an answer'))).toHaveLength(2)
})
