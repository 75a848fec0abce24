import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { licensed } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let mia: Persona
let ana: Persona

beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  ana = await w.manager('Ana')
}, 60_000)
afterAll(() => w.close())

test('a placement is recorded where a licence covers it, and refused by the clause where none does', async () => {
  const { submission } = await licensed(w, ana, mia)
  const put = (given: object) =>
    ana.run('rights place', { submission, channel: 'website', where: 'https://glow.example', ...given })
  expect(await put({})).toContain('Placed')
  expect(await put({ channel: 'email' })).toContain('Not covered (Channels)')
  expect(await put({ since: '2027-05-01' })).toContain('Not covered (Term)')
  expect(await put({ until: '2027-05-01' })).toContain('Not covered (Term)')
  expect(await put({ where: 'javascript://x' })).toContain('This is no address')
  expect(await put({ since: '2026-12-10', until: '2026-12-01' })).toContain('end before it begins')
  const rows = await w.within((ctx) => ctx.db.placement.findMany())
  expect(rows).toMatchObject([{ channel: 'website', place: 'https://glow.example', placedBy: ana.personId, until: null }])
  expect(await w.within((ctx) => ctx.db.rightsEvent.count({ where: { kind: 'placed' } }))).toBe(1)
})
