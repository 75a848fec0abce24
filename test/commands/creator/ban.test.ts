import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a ban takes the role and the way back, and is noted; nobody bans themselves', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await ana.ask('creator ban', { creator: mia.creatorId, why: 'Bought own traffic' })
  expect(await mia.run('link')).toContain('Not allowed')
  expect(
    await mia.run('apply', { handle: '@m', niche: 'food', country: 'DE', email: 'm@example.com', adult_and_consent: 'yes' }),
  ).toContain('You cannot apply here')
  expect(await mia.sees()).toContain('You are no longer part of the program')
  expect(w.door.grants.at(-1)).toMatchObject({ user: 'mia', role: 'creator', on: false })
  expect(await ana.run('creator show', { creator: mia.creatorId })).toContain('Banned: Bought own traffic')
  expect(await ana.run('creator ban', { creator: mia.creatorId, why: 'again' })).toContain('Mia is banned')
  const zoe = await w.creator('Zoe')
  await w.within(async (ctx) => ctx.db.membership.updateMany({ where: { personId: zoe.personId }, data: { role: 'manager' } }))
  expect(await zoe.run('creator ban', { creator: zoe.creatorId, why: 'tired' })).toContain('You cannot ban yourself.')
})

test('the application of somebody who is banned asks nobody for an answer any more', async () => {
  const ana = await w.manager('Bea')
  const zed = await w.applicant('Zed')
  const given = { handle: '@zed', niche: 'food', country: 'DE', email: 'zed@example.com', adult_and_consent: 'yes' }
  await zed.ask('apply', given)
  await zed.press('Accept')
  expect(await ana.sees('applications')).toContain('Zed would like to join')
  const { id } = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: zed.personId } }))
  await ana.run('creator ban', { creator: id, why: 'Known from elsewhere' })
  expect(await ana.sees('applications')).toMatch(/Zed \(@zed\)\nBanned by Bea, /)
  expect(await ana.sees('applications')).not.toContain('Zed would like to join')
  // Who never was in has neither links nor earnings to hear of.
  expect(await zed.sees()).toContain('Your application is closed')
  for (const said of [await zed.sees(), await zed.run('home')])
    expect(said).not.toMatch(/Your links|no longer part|earned before/)
})

test('whoever was in before what they were was kept reads that their links still work', async () => {
  const [ana, old] = [await w.manager('Bo'), await w.creator('Old')]
  await w.within((ctx) => ctx.db.creator.update({ where: { id: old.creatorId }, data: { state: 'paused', stood: [] } }))
  await ana.run('creator ban', { creator: old.creatorId, why: 'Fake orders' })
  for (const said of [await old.sees(), await old.run('home')]) expect(said).toContain('Your links still work')
})
