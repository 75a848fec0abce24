import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { named } from '../../roster.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('an invitation with terms of its own gives an address, of which only the hash is kept', async () => {
  const { form } = await ana.ask('creator invite')
  expect(form?.fields.map((field) => field.name)).toEqual(['name', 'rate', 'note', 'auto_approve', 'email'])
  const text = await ana.run('creator invite', { name: 'Lou Lake', rate: '12,5', note: 'We loved your last reel.' })
  const code = /https:\/\/go\.glow\.example\/join\/prg_\w+\?invite=([\w-]{22})/.exec(text)?.[1]
  expect(code).toBeDefined()
  expect(text).toMatch(/Rate +12\.5 %/)
  expect(text).toContain('You decide as on any application.')
  expect(await named(w, 'Lou Lake')).toMatchObject({
    state: 'invited',
    rateBps: 1250,
    invitedBy: ana.personId,
    autoApprove: false,
  })
  const claim = await w.within((ctx) => ctx.db.claim.findFirstOrThrow({ where: { purpose: 'invite' } }))
  expect(JSON.stringify(claim)).not.toContain(code)
  expect(claim.expiresAt).toEqual(new Date('2026-12-20T12:00:00Z'))
})

test('a rate that is none and a handle that is none are named', async () => {
  expect(await ana.run('creator invite', { name: 'Lou', rate: 'lots' })).toContain('The rate is a percentage from 0 to 100.')
  expect(await ana.run('creator invite', { name: 'Lou', handle: '@b d' })).toContain('does not look like a handle')
  expect(await w.within((ctx) => ctx.db.creator.count({ where: { name: 'Lou' } }))).toBe(0)
  const mia = await w.applicant('Mia')
  expect(await mia.run('creator invite', { name: 'Friend' })).toContain('Not allowed')
})
