import { afterAll, beforeAll, expect, test } from 'vitest'
import { follow } from '../../../src/moments/merge.ts'
import { record } from '../../../src/orders/service.ts'
import type { Persona } from '../../chat.ts'
import { click, enlist, type Member, order } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Member
let ben: Member
let id: string
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await enlist(w, 'Mia')
  ben = await enlist(w, 'Ben')
  await ana.ask('moment start', { kind: 'restock', headline: 'Serum is back', hours: '2', seats: '3', percent: '20' })
  id = (await w.within((ctx) => ctx.db.moment.findFirstOrThrow())).id
})
afterAll(() => w.close())

const tell = (fact: ReturnType<typeof order>) => w.within((ctx) => record(ctx, 'generic', fact))
const counter = async () => (await mia.sees('missions')).match(/\d+ joined.*/)?.[0]

test('what those who joined bring counts from then until the end, and the post follows once a minute', async () => {
  await mia.run('moment join', { moment: id })
  w.at('2026-11-20T12:30:00Z')
  const cid = await click(w, mia, new Date('2026-11-20T12:20:00Z'))
  await click(w, mia, new Date('2026-11-20T11:00:00Z'))
  await click(w, ben, new Date('2026-11-20T12:20:00Z'))
  await tell(order('in', { at: '2026-11-20T12:25:00.000Z', codes: ['MIA10'] }))
  await tell(order('before', { at: '2026-11-20T11:25:00.000Z', codes: ['MIA10'] }))
  await tell(order('other', { at: '2026-11-20T12:25:00.000Z', codes: ['BEN10'] }))
  const handedIn = await mia.run('submit', { moment: id, url: 'https://site.example/serum', caption: '#ad Back!', intent: 'buy' })
  expect(handedIn).toContain('Handed in')
  await w.tick()
  expect(await counter()).toBe('1 joined · 1 click · 1 order · 1 piece of content')
  expect(await ana.run('moment recap', { moment: id })).toMatch(
    /Net revenue +€80\.00[\s\S]*Conversion +0\.0 %[\s\S]*Made to +buy 1/,
  )
  expect(await ana.run('moment recap', { moment: id })).toMatch(/Engagement +n\/a[\s\S]*Shares +n\/a/)
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { momentId: id } }))
  await ana.run('review approve', { submission })
  await ana.run('metrics add', { submission, likes: '90', comments: '10' })
  expect(await ana.run('moment recap', { moment: id })).toMatch(/Engagement +100\n?[\s\S]*Shares +n\/a/)
  await ana.run('metrics add', { submission, shares: '7' })
  expect(await ana.run('moment recap', { moment: id })).toMatch(/Shares +7/)
  expect(await ben.run('submit', { moment: id, url: 'https://site.example/b', caption: '#ad' })).toContain(
    'You are not in “Serum is back” yet.',
  )
  // An order that comes in later still counts for the day of its click.
  w.at('2026-11-20T13:00:00Z')
  await tell(order('late', { at: '2026-11-20T12:59:00.000Z', cid }))
  // One of the two came by the one click, as /kpi says it of the moment.
  expect(await ana.run('moment recap', { moment: id })).toMatch(/Orders +2[\s\S]*Conversion +100\.0 %/)
  w.at('2026-11-20T13:01:00Z')
  expect(await ana.run('kpi', { of: id })).toMatch(/CVR +100\.0 % .* 1 \/ 1 /)
})

test('it ends by itself: the post says so, the channel reads no amounts, managers do', async () => {
  w.at('2026-11-20T14:00:01Z')
  await w.tick()
  w.at('2026-11-20T14:01:01Z')
  const seen = await mia.sees('missions')
  expect(seen).toMatch(/This moment is over\.[\s\S]*1 joined · 1 click · 2 orders · 1 piece/)
  expect(seen).toMatch(/How it went: Serum is back[\s\S]*Orders +2/)
  expect(seen).not.toContain('€')
  expect(await ana.sees('managers')).toMatch(/How it went: Serum is back[\s\S]*Net revenue +€160\.00/)
  expect((await w.within((ctx) => ctx.db.moment.findFirstOrThrow())).endsAt).toEqual(new Date('2026-11-20T14:00:00Z'))
  expect(await ana.run('moment end', { moment: id })).toContain('is over already')
  // Numbers that come in later are in the report too, and nothing else has to change for that.
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { momentId: id } }))
  await ana.run('metrics add', { submission, shares: '9' })
  w.at('2026-11-21T15:00:00Z')
  await w.tick()
  expect(await ana.sees('managers')).toMatch(/How it went: Serum is back[\s\S]*Shares +9/)
  w.at('2026-11-22T14:00:01Z')
  expect(await mia.run('submit', { moment: id, url: 'https://site.example/x', caption: '#ad' })).toContain(
    'ended more than 48 hours ago',
  )
})

test('who turns out to be another keeps the seat', async () => {
  await w.within((ctx) => follow(ctx, { from: mia.creatorId, to: ben.creatorId }))
  expect(await w.within((ctx) => ctx.db.momentSeat.findMany())).toMatchObject([{ creatorId: ben.creatorId }])
})
