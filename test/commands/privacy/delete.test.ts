import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('says what goes and what stays before it does anything; asked twice it is one wish with its first day', async () => {
  const mia = await w.creator('Mia')
  const { text } = await mia.ask('privacy delete')
  expect(text).toMatch(/This goes: [^\n]*Profile/)
  expect(text).toContain('Stays without your name')
  expect(text).not.toContain('Delete and give up the money')
  expect(await w.within((ctx) => ctx.db.erasure.count())).toBe(0)
  await mia.press('Delete my data')
  w.at('2026-11-25T12:00:00Z')
  expect(await mia.run('privacy delete')).toContain('You will be forgotten')
  await mia.run('privacy delete', { sure: 'waive' })
  const wishes = await w.within((ctx) => ctx.db.erasure.findMany())
  expect(wishes).toMatchObject([{ dueAt: new Date('2026-12-04T12:00:00Z'), waive: false, state: 'asked' }])
})

test('the only admin hands over first', async () => {
  const root = await w.admin('Root')
  expect(await root.run('privacy delete', { sure: 'yes' })).toContain('You are the only admin')
  await w.admin('Rosa')
  expect(await root.run('privacy delete', { sure: 'yes' })).toContain('You will be forgotten')
})
