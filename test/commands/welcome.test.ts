import { afterAll, beforeAll, expect, test } from 'vitest'
import { dispatch } from '../../src/platforms/dispatch.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

let joins = 0
const join = (one: Persona) => dispatch(w.app, { ...one.call('welcome', {}, `joined:${++joins}`), place: '', by: 'signal' })
const posts = async (one: Persona) => {
  await w.tick()
  return w.door.in(`${w.programId}:person:${one.personId}`).map((m) => m.card)
}

test('one command says that it greets whoever joins', () => {
  const greeting = [...w.app.commands.values()].filter((cmd) => cmd.on === 'joined')
  expect(greeting.map((cmd) => [cmd.name, cmd.listed, cmd.role])).toEqual([['welcome', false, 'anyone']])
})

test('a newcomer is greeted in their private place, once', async () => {
  const nia = await w.applicant('Nia')
  for (let i = 0; i < 3; i++) await join(nia)
  const [card, ...more] = await posts(nia)
  expect(more).toEqual([])
  expect(card!.title).toBe('Welcome to Glow, Nia')
  expect(buttonsOf(card!)).toEqual([
    { label: 'Join', run: 'apply', look: 'main' },
    { label: 'Help', run: 'help' },
  ])
})

test('creators are welcomed back, managers are not asked to join, the banned are not written to', async () => {
  const mia = await w.creator('Mia')
  const before = (await posts(mia)).length
  await join(mia)
  const [back] = (await posts(mia)).slice(before)
  expect(back!.title).toBe('Welcome back')
  expect(buttonsOf(back!).map((b) => 'run' in b && b.run)).toEqual(['home', 'help'])
  const ana = await w.manager('Ana')
  expect(buttonsOf((await join(ana)).card).map((b) => b.label)).toEqual(['Help'])
  const bad = await w.creator('Bad')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: bad.creatorId }, data: { state: 'banned' } }))
  const told = (await posts(bad)).length
  await join(bad)
  expect((await posts(bad)).length).toBe(told)
})
