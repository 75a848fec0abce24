import { afterAll, beforeAll, expect, test } from 'vitest'
import { findInvite, inviteMany } from '../../../src/creators/invites.ts'
import { days } from '../../../src/kernel/time.ts'
import { due } from '../../../src/people/claims.ts'
import { named } from '../../roster.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const codeIn = (text: string) => /invite=([\w-]+)/.exec(text)![1]!

test('a new link ends the one before and keeps the note; who is here gets none', async () => {
  const ana = await w.manager('Ana')
  const first = codeIn(await ana.run('creator invite', { name: 'Lou', note: 'Hello' }))
  const { id } = await named(w, 'Lou')
  const second = codeIn(await ana.run('creator renew', { creator: id }))
  expect(await w.within((ctx) => findInvite(ctx, first))).toBeNull()
  expect(await w.within((ctx) => findInvite(ctx, second))).toMatchObject({ creator: { id }, note: 'Hello' })
  const zoe = await w.creator('Zoe')
  expect(await ana.run('creator renew', { creator: zoe.creatorId })).toContain('Zoe is here already.')
})

test('an invitation that ran out says the same again in its new link', async () => {
  const ben = await w.manager('Ben')
  const first = codeIn(await ben.run('creator invite', { name: 'Kim', note: 'We loved your reel.' }))
  const { id } = await named(w, 'Kim')
  w.at(days(w.now, 31))
  await w.within(due)
  expect(await w.within((ctx) => findInvite(ctx, first))).toBeNull()
  const second = codeIn(await ben.run('creator renew', { creator: id }))
  expect(await w.within((ctx) => findInvite(ctx, second))).toMatchObject({ note: 'We loved your reel.' })
  w.at(days(w.now, 30 + 181))
  await w.within(due)
  expect(await w.within((ctx) => ctx.db.claim.count({ where: { purpose: 'invite' } }))).toBe(0)
})

test('links for many say what each was told before', async () => {
  const cem = await w.manager('Cem')
  await cem.run('creator invite', { name: 'Una', note: 'Come in.' })
  await cem.run('creator invite', { name: 'Vera' })
  const people = [await named(w, 'Una'), await named(w, 'Vera')]
  const links = await w.within((ctx) => inviteMany(ctx, people))
  const notes = people.map(({ id }) => w.within((ctx) => findInvite(ctx, codeIn(links.get(id)!))))
  expect((await Promise.all(notes)).map((found) => found?.note)).toEqual(['Come in.', undefined])
})
