/** What changes between one step and the next: a role that goes while a form is open, and a place that somebody only claims to be in. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setRole } from '../../src/people/service.ts'
import { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('who loses the role while a form is open cannot send it', async () => {
  expect((await ana.ask('gallery create')).form).toBeDefined()
  await w.within((ctx) => setRole(ctx, ana.personId, 'anyone'))
  const answer = await ana.fill({ name: 'Mine', page: '/x' })
  expect(answer.text).toContain('is for managers')
  expect(await w.within((ctx) => ctx.db.gallery.count())).toBe(0)
  await w.within((ctx) => setRole(ctx, ana.personId, 'manager'))
  expect((await ana.ask('gallery create', { name: 'Mine', page: 'https://glow.example/x' })).text).not.toContain(
    'is for managers',
  )
})

test('the same account in the space of another program is a stranger there', async () => {
  const other = await w.neighbour()
  const there = new Persona(w.app, w.door, other, 'Ana', { platform: 'web', workspace: other })
  expect(there.user).toBe(ana.user)
  expect((await there.ask('gallery create', { name: 'Theirs', page: 'https://x.example/' })).text).toContain('is for managers')
  expect(await w.app.within(other, (ctx) => ctx.db.gallery.count())).toBe(0)
})

test('a space that no program holds opens nothing, whatever it is called', async () => {
  for (const workspace of ['nowhere', '*', `${w.programId} `, "' OR 1=1 --", '']) {
    const forged = new Persona(w.app, w.door, w.programId, 'Ana', { platform: 'web', workspace })
    const before = await w.within((ctx) => ctx.db.gallery.count())
    await forged.ask('gallery create', { name: 'Forged', page: 'https://x.example/' })
    expect(await w.within((ctx) => ctx.db.gallery.count()), workspace).toBe(before)
  }
})
