import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { licensed } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let mia: Persona
let ana: Persona

beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  ana = await w.manager('Ana')
}, 60_000)
afterAll(() => w.close())

test('the licence stands or ends, and the creator reads why', async () => {
  const { grant } = await licensed(w, ana, mia)
  expect(await ana.run('rights settle', { grant, verdict: 'stands', reason: 'Nothing to settle' })).toContain(
    'This licence is granted',
  )
  await mia.run('rights dispute', { grant, reason: 'You cut my words' })
  expect(await ana.run('rights settle', { grant, verdict: 'stands', reason: 'It was only trimmed' })).toContain(
    'The licence stands',
  )
  expect(await mia.sees()).toContain('It was only trimmed')
  await mia.run('rights dispute', { grant, reason: 'Still' })
  expect(await ana.run('rights settle', { grant, verdict: 'ends', reason: 'You are right' })).toContain('The licence is over')
  expect((await w.within((ctx) => ctx.db.grant.findUniqueOrThrow({ where: { id: grant } }))).state).toBe('revoked')
})
