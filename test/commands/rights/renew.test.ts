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

test('one press asks for the same again; the creator may offer it first', async () => {
  const { grant } = await licensed(w, ana, mia, { channels: 'website', term: '2026-12-20', fee: '20' })
  expect(await mia.run('rights renew', { grant })).toContain('The renewal is on the table')
  const renewal = await w.within((ctx) => ctx.db.grant.findFirstOrThrow({ where: { renewsId: grant } }))
  expect(renewal).toMatchObject({ offeredBy: 'creator', feeMinor: 2_000n, channels: ['website'], until: null })
  expect(await ana.run('rights renew', { grant })).toContain('an offer on the table')
  expect((await ana.press('Accept and sign')).text).toContain('Licence signed')
  expect((await w.within((ctx) => ctx.db.grant.findUniqueOrThrow({ where: { id: grant } }))).state).toBe('renewed')
})
