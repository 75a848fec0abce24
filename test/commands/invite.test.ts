import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, minutes } from '../../src/kernel/time.ts'
import { enlist } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a creator brings another by first name; the team decides, and only the name and the state are told', async () => {
  const mia = await w.creator('Mia')
  expect(await mia.run('invite')).toContain('pays nothing for it at the moment')
  const text = await mia.run('invite', { name: 'Zoe Miller' })
  expect(text).toMatch(/https:\/\/go\.glow\.example\/join\/\S+/)
  expect(await mia.run('invite')).toMatch(/Zoe +not here yet/)
  expect(await mia.run('invite')).not.toContain('Miller')
  const zoe = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { name: 'Zoe Miller' } }))
  expect(zoe).toMatchObject({ state: 'invited', autoApprove: false, invitedBy: mia.personId })
  expect(await (await w.applicant('Guest')).run('invite', { name: 'X' })).toContain('Not allowed')
})

test('whoever invited their own second account brought nobody', async () => {
  const ida = await enlist(w, 'Ida')
  w.at(minutes(w.now, 1))
  const again = await enlist(w, 'Again')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: again.creatorId }, data: { invitedBy: ida.personId } }))
  expect(await ida.run('invite')).toMatch(/Again +joined/)
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await again.run('profile connect'))![0]
  expect(await ida.run('profile connect', { code })).toMatch(/^You are one person now/)
  expect(await ida.run('invite')).not.toContain('joined')
})

test('twenty invitations are open at once; those that ran out make room', async () => {
  const una = await enlist(w, 'Una')
  for (let i = 0; i < 20; i++) await una.ask('invite', { name: `Friend ${i}` })
  expect(await una.run('invite', { name: 'One more' })).toContain('20 of your invitations are still open')
  w.at(days(w.now, 31))
  expect(await una.run('invite', { name: 'One more' })).toContain('/join/')
})
