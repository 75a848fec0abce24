import { afterAll, beforeAll, expect, test } from 'vitest'
import { findInvite } from '../../../src/creators/invites.ts'
import { named } from '../../roster.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a revoked link leads nowhere, and the person is a candidate until invited again', async () => {
  const ana = await w.manager('Ana')
  const code = /invite=([\w-]+)/.exec(await ana.run('creator invite', { name: 'Lou' }))![1]!
  const { text } = await ana.press('Revoke')
  expect(text).toContain('The invitation for Lou has ended')
  expect(await w.within((ctx) => findInvite(ctx, code))).toBeNull()
  const { id, state } = await named(w, 'Lou')
  expect(state).toBe('candidate')
  expect(await ana.run('creator revoke', { creator: id })).toContain('Lou has no open invitation.')
  await ana.ask('creator renew', { creator: id })
  expect(await named(w, 'Lou')).toMatchObject({ state: 'invited' })
})
