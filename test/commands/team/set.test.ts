import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let root: Persona
beforeAll(async () => {
  w = await world()
  root = await w.admin('Root')
})
afterAll(() => w.close())

test('someone becomes a manager on every door, and is none again', async () => {
  const ana = await w.applicant('Ana')
  expect(await ana.run('creator list')).toContain('Not allowed')
  expect(await root.run('team set', { person: ana.personId, role: 'manager' })).toMatch(/^Ana is a manager now/)
  expect(await ana.run('creator list')).not.toContain('Not allowed')
  await w.tick()
  expect(w.door.grants).toContainEqual({ user: 'ana', role: 'manager', on: true })
  expect(await root.run('team set', { person: ana.personId, role: 'member' })).toMatch(/^Ana is no longer on the team/)
  expect(await ana.run('creator list')).toContain('Not allowed')
})

test('a creator who leaves the team is a creator again', async () => {
  const mia = await w.creator('Mia')
  await root.run('team set', { person: mia.personId, role: 'manager' })
  await root.run('team set', { person: mia.personId, role: 'member' })
  expect(await mia.run('link')).toContain('Your link')
})

test('a creator on a pause, who leaves the team, is a creator still', async () => {
  const lea = await w.creator('Lea')
  await root.run('team set', { person: lea.personId, role: 'manager' })
  await w.within((ctx) => ctx.db.creator.update({ where: { id: lea.creatorId }, data: { state: 'paused' } }))
  await root.run('team set', { person: lea.personId, role: 'member' })
  expect(await lea.run('link')).toContain('Your link')
})

test('the last admin stays, strangers are refused, and only admins set roles', async () => {
  expect(await root.run('team set', { person: root.personId, role: 'manager' })).toContain('A program needs at least one admin.')
  expect(await root.run('team set', { person: 'per_01JD0000000000000000000000', role: 'admin' })).toContain(
    'This person is not part of the program.',
  )
  const bea = await w.manager('Bea')
  expect(await bea.run('team set', { person: bea.personId, role: 'admin' })).toContain('Not allowed')
  expect(await root.suggest('team set', 'person', 'be')).toEqual([{ label: 'Bea (manager)', value: bea.personId }])
})
