import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import type { Persona } from '../../chat.ts'
import { lastGrant, licensed } from '../../rights.ts'
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

test('a licence that is disputed once more is news, and nobody is asked any more about one that was taken back', async () => {
  const { grant } = await licensed(w, ana, mia)
  await mia.run('rights dispute', { grant, reason: 'You cut my words' })
  await ana.run('rights settle', { grant, verdict: 'stands', reason: 'It was only trimmed' })
  await ana.sees('managers')
  const posts = w.door.in(`${w.programId}:managers`).length
  await mia.run('rights dispute', { grant, reason: 'And now the sound' })
  expect(await ana.sees('managers')).toMatch(/It was only trimmed[\s\S]*And now the sound\n[^[]*\[Settle\]/)
  expect(w.door.in(`${w.programId}:managers`)).toHaveLength(posts + 1)
  await ana.run('rights revoke', { grant, reason: 'Not worth it' })
  expect(await ana.sees('managers')).toMatch(/The licence is over[^[]*Not worth it/)
  expect(await ana.sees('managers')).not.toContain('And now the sound')
})

test('a licence that was renewed is so again once its dispute is settled, and is not offered a second time', async () => {
  const { grant, submission } = await licensed(w, ana, mia)
  w.at(minutes(w.now, 1))
  await ana.run('rights renew', { grant })
  await mia.run('rights sign', { grant: (await lastGrant(w, submission)).id, round: '1' })
  await mia.run('rights dispute', { grant, reason: 'You cut my words' })
  await ana.run('rights settle', { grant, verdict: 'stands', reason: 'It was only trimmed' })
  expect(await ana.run('rights renew', { grant })).toContain('This licence is renewed.')
})

test('a licence whose renewal is in dispute as well is renewed once its own dispute is settled', async () => {
  const { grant, submission } = await licensed(w, ana, mia)
  w.at(minutes(w.now, 1))
  await ana.run('rights renew', { grant })
  const { id: follower } = await lastGrant(w, submission)
  await mia.run('rights sign', { grant: follower, round: '1' })
  for (const one of [grant, follower]) await mia.run('rights dispute', { grant: one, reason: 'You cut my words' })
  await ana.run('rights settle', { grant, verdict: 'stands', reason: 'It was only trimmed' })
  expect(await ana.run('rights renew', { grant })).toContain('This licence is renewed.')
})
