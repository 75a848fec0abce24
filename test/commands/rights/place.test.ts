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

test('the very day on which a licence begins or ends may be given as the first or last one', async () => {
  const { submission, grant } = await licensed(w, ana, mia)
  const put = (given: object) => ana.run('rights place', { submission, channel: 'website', where: 'Whole term', ...given })
  expect(await put({ since: '2026-11-19' })).toContain('Not covered (Term)')
  expect(await put({ until: '2027-02-19' })).toContain('Not covered (Term)')
  expect(await put({ since: '2026-11-20', until: '2027-02-18' })).toContain('Placed')
  const { startsAt, endsAt } = await w.within((ctx) => ctx.db.grant.findUniqueOrThrow({ where: { id: grant } }))
  const placed = await w.within((ctx) => ctx.db.placement.findFirstOrThrow({ where: { place: 'Whole term' } }))
  expect(placed).toMatchObject({ since: startsAt, until: endsAt })
})

test('a place gets a tracked link whose clicks are counted; what is typed stands where nothing counts, and n/a where nobody knows', async () => {
  const { submission, grant } = await licensed(w, ana, mia, { channels: 'website, email, paid ads', term: '90 days' })
  const put = (given: object) => ana.run('rights place', { submission, channel: 'website', where: 'Autumn page', ...given })
  const plain = await put({})
  expect(plain).toMatch(/Views\s+n\/a\nClicks\s+n\/a/)
  expect(await put({ channel: 'paid_ads', leads_to: '/serum' })).toContain('nobody earns')
  const linked = await put({ where: 'Serum page', leads_to: '/serum' })
  const url = /Tracked link\s+(\S+)/.exec(linked)![1]!
  expect(linked).toMatch(/Views\s+n\/a\nClicks\s+0/)
  const made = await w.within((ctx) => ctx.db.link.findUniqueOrThrow({ where: { slug: url.split('/').at(-1)! } }))
  expect(made.creatorId).toBe(mia.creatorId)
  expect(await mia.run('link')).not.toContain(url)
  await w.within((ctx) =>
    ctx.db.click.create({
      data: { id: ctx.id('click'), programId: ctx.program.id, linkId: made.id, at: ctx.now, visitor: 'v' },
    }),
  )
  const at = (place: string) => w.within((ctx) => ctx.db.placement.findFirstOrThrow({ where: { grantId: grant, place } }))
  const [first, second] = [await at('Autumn page'), await at('Serum page')]
  expect(await ana.run('metrics place', { placement: second.id, clicks: '9' })).toContain('counts the clicks already')
  expect(await ana.run('metrics place', { placement: second.id, views: '1,200' })).toMatch(/Views\s+1200\nClicks\s+1/)
  expect(await ana.run('metrics place', { placement: first.id, clicks: '9' })).toMatch(/Views\s+n\/a\nClicks\s+9/)
  const shown = await ana.run('rights show', { grant })
  expect(shown).toMatch(/Serum page.*1200 · 1/)
  expect(shown).toMatch(/Autumn page.*n\/a · 9/)
})
