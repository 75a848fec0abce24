import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('an admin gets a code for one more space, shown once and kept as a hash; here no code is taken', async () => {
  const root = await w.admin('Root')
  const text = await root.run('setup space')
  const code = /[A-HJ-NP-Z2-9]{5}-[A-HJ-NP-Z2-9]{5}/.exec(text)![0]
  expect(text).toMatch(/^Copy this code now/)
  const [claim] = await w.within((ctx) => ctx.db.claim.findMany({ where: { purpose: 'space' } }))
  expect(claim).toMatchObject({ personId: root.personId, spentAt: null, expiresAt: new Date('2026-11-21T12:00:00Z') })
  expect(JSON.stringify(claim)).not.toContain(code.replace('-', ''))
  expect(await root.run('setup space', { code })).toMatch(/^This space belongs to Glow/)
  expect(await root.run('setup space')).not.toContain(code)
  const ana = await w.manager('Ana')
  expect(await ana.run('setup space')).toContain('/setup space is for admins.')
})
