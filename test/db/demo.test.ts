import { afterAll, beforeAll, expect, test } from 'vitest'
import { foundProgram } from '../../src/app.ts'
import { clearHalfDemo, markDemoBegun, markDemoTold } from '../../src/db/demo.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ program: { demo: true } })
})
afterAll(() => w.close())

const programs = () => w.app.programs()

test('a demo from before there were marks is kept', async () => {
  expect(await clearHalfDemo(w.url)).toBe(false)
  expect(await programs()).toHaveLength(1)
})

test('a demo that was told to its end is kept', async () => {
  await markDemoBegun(w.app.database, w.now)
  await markDemoTold(w.app.database, w.now)
  expect(await clearHalfDemo(w.url)).toBe(false)
  expect(await programs()).toHaveLength(1)
})

test('half a demo is cleared, but never beside a program of one’s own', async () => {
  await w.app.database.owner.query('DELETE FROM "Tick"')
  await markDemoBegun(w.app.database, w.now)
  const own = await foundProgram(w.app, { name: 'Own', currency: 'EUR', zone: 'Europe/Berlin' })
  expect(await clearHalfDemo(w.url)).toBe(false)
  expect(await programs()).toContain(own)
  await w.app.database.owner.query('DELETE FROM "Program" WHERE id = $1', [own])
  expect(await clearHalfDemo(w.url)).toBe(true)
  expect(await programs()).toHaveLength(0)
})
