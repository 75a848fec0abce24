import { afterAll, beforeAll, expect, test } from 'vitest'
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

test('one press asks for the same again; the creator may offer it first', async () => {
  const { grant } = await licensed(w, ana, mia, { channels: 'website', term: '2026-12-20', fee: '20' })
  expect(await mia.run('rights renew', { grant })).toContain('The renewal is on the table')
  const renewal = await w.within((ctx) => ctx.db.grant.findFirstOrThrow({ where: { renewsId: grant } }))
  expect(renewal).toMatchObject({ offeredBy: 'creator', feeMinor: 2_000n, channels: ['website'], until: null })
  expect(await ana.run('rights renew', { grant })).toContain('an offer on the table')
  expect((await ana.press('Accept and sign')).text).toContain('Licence signed')
  expect((await w.within((ctx) => ctx.db.grant.findUniqueOrThrow({ where: { id: grant } }))).state).toBe('renewed')
})

test('what was licensed before it was decided stays when its creator leaves, and is renewed', async () => {
  const eva = await w.creator('Eva')
  const url = 'https://discord.com/channels/4001/5001/9'
  for (const n of [9, 10])
    await eva.run('save', { creator: 'account:eva', url: url.replace(/9$/, String(n)), caption: 'My shelf' })
  const pieces = await w.within((ctx) => ctx.db.submission.findMany({ where: { creatorId: eva.creatorId } }))
  const { id: submission } = pieces.find((piece) => piece.url === url)!
  await ana.ask('rights request', { submission, channels: 'website', term: '2026-12-20', fee: '20' })
  const { id: grant } = await lastGrant(w, submission)
  await eva.run('rights sign', { grant, round: '1' })
  await eva.run('leave', { sure: 'yes' })
  const states = await w.within((ctx) => ctx.db.submission.findMany({ where: { creatorId: eva.creatorId } }))
  expect(states.find(({ id }) => id === submission)?.state).toBe('submitted')
  expect(states.find(({ id }) => id !== submission)?.state).toBe('withdrawn')
  expect(await ana.run('rights renew', { grant })).toContain('The renewal is on the table')
})
