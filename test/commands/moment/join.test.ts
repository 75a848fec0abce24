import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { enlist, type Member } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const plan = { kind: 'flash', headline: 'Serum for a day', hours: '24', seats: '5', percent: '25' }

test('twenty who join at once have five seats between them, and each of the five an offer on code and link', async () => {
  const creators: Member[] = []
  for (let n = 0; n < 20; n++) creators.push(await enlist(w, `C${n}`))
  await ana.ask('moment start', plan)
  const { id } = await w.within((ctx) => ctx.db.moment.findFirstOrThrow())
  const said = await Promise.all(creators.map((one) => one.run('moment join', { moment: id })))
  expect(said.filter((text) => text.startsWith('You are in: Serum for a day'))).toHaveLength(5)
  expect(said.filter((text) => text.includes('All 5 seats of “Serum for a day” are taken.'))).toHaveLength(15)
  const seats = await w.within((ctx) => ctx.db.momentSeat.findMany())
  expect(seats).toHaveLength(5)
  const { offerId } = await w.within((ctx) => ctx.db.moment.findFirstOrThrow())
  const offer = await w.within((ctx) => ctx.db.offer.findFirstOrThrow({ where: { id: offerId! } }))
  expect(offer).toMatchObject({ percent: 25, endsAt: new Date('2026-11-21T12:00:00Z') })
  const on = await w.within((ctx) => ctx.db.offerFor.findMany({ where: { offerId: offerId! } }))
  expect(on.map(({ target, links, codes }) => [target, links, codes]).sort()).toEqual(
    seats.map(({ creatorId }) => [creatorId, true, true]).sort(),
  )
  const first = creators.find((one) => one.creatorId === seats[0]!.creatorId)!
  expect(said[creators.indexOf(first)]).toContain(`${first.code} takes off 25 %`)
  expect(await first.run('moment join', { moment: id })).toMatch(/You are in already\.[\s\S]*Hand in content/)
  expect(await first.sees('missions')).toMatch(/Flash sale: Serum for a day[\s\S]*Seats +All taken[\s\S]*5 joined/)
  w.at('2026-11-21T12:00:00Z')
  expect(await creators[0]!.run('moment join', { moment: id })).toContain('“Serum for a day” is over.')
})

test('a moment beside an offer: the code takes off less for its time, then what the offer says; the name is the headline', async () => {
  const lou = await enlist(w, 'Lou')
  await ana.ask('offer create', { name: 'BF', discount: '30 %', ends: '2026-11-30', on: 'codes' })
  w.at(new Date(w.now.getTime() + 60_000))
  // The same headline as before, whose offer has the name already.
  await ana.ask('moment start', plan)
  const { id } = await w.within((ctx) => ctx.db.moment.findFirstOrThrow({ orderBy: { startsAt: 'desc' } }))
  const said = await lou.run('moment join', { moment: id })
  expect(said).toContain('Until now your code took 30 % off by “BF”.')
  expect(said).toMatch(/After .* the code takes 30 % off by “BF”\./)
  expect(await lou.run('code')).toMatch(
    /LOU10 takes 25 % off[\s\S]*That is “Serum for a day \(2\)”, until [^.]*\. After that it takes 30 % off by “BF”\./,
  )
  // What begins before the moment is over takes its place, for the newest one counts.
  await ana.ask('offer create', { name: 'Early', discount: '40 %', starts: '2026-11-22', ends: '2026-11-25' })
  expect(await lou.run('code')).toMatch(/until Sat, Nov 21, 2026, 10:59 PM UTC\. After that it takes 40 % off by “Early”\./)
  w.at('2026-11-23T12:00:00Z')
  expect(await lou.run('code')).toContain('After that it takes 30 % off by “BF”.')
  w.at('2026-11-27T12:00:00Z')
  expect(await lou.run('code')).toMatch(/That is “BF”.*After that it takes 10 % off again\./)
})

test('a code that came from the shop keeps its own discount, and its creator is told no other', async () => {
  const zoe = await enlist(w, 'Zoe')
  await w.within((ctx) => ctx.db.code.updateMany({ where: { creatorId: zoe.creatorId }, data: { adopted: true } }))
  await ana.ask('moment start', { ...plan, headline: 'Cream for a day' })
  const { id } = await w.within((ctx) => ctx.db.moment.findFirstOrThrow({ where: { headline: 'Cream for a day' } }))
  const said = await zoe.run('moment join', { moment: id })
  expect(said).toContain('ZOE10 takes off 10 %')
  expect(said).toContain('Your code came from the shop and keeps what it takes off there.')
  expect(await zoe.run('code')).toContain('ZOE10 takes 10 % off')
  await ana.ask('moment start', { kind: 'trend', headline: 'Slugging', hours: '24', seats: '2' })
  const trend = await w.within((ctx) => ctx.db.moment.findFirstOrThrow({ where: { headline: 'Slugging' } }))
  expect(await zoe.run('moment join', { moment: trend.id })).not.toMatch(/takes off|came from the shop/)
})

test('a moment whose offer a manager ended goes on without it: it says so, takes more in, and can be ended', async () => {
  const [pia, rob] = [await enlist(w, 'Pia'), await enlist(w, 'Rob')]
  await ana.ask('moment start', { ...plan, headline: 'Short offer', page: '/dew-serum' })
  const { id } = await w.within((ctx) => ctx.db.moment.findFirstOrThrow({ where: { headline: 'Short offer' } }))
  expect(await pia.run('moment join', { moment: id })).toContain('PIA10 takes off 25 %')
  const { offerId } = await w.within((ctx) => ctx.db.moment.findUniqueOrThrow({ where: { id } }))
  w.at(new Date(w.now.getTime() + 60_000))
  expect(await ana.run('offer end', { offer: offerId! })).toContain('Short offer')
  expect((await pia.sees('missions')).split('Short offer').at(-1)).not.toMatch(/takes off 25 %|leads here/)
  const said = await rob.run('moment join', { moment: id })
  expect(said).toContain('You are in: Short offer')
  expect(said).not.toContain('25 %')
  expect(await ana.run('moment end', { moment: id })).not.toContain('This offer is over.')
  expect((await w.within((ctx) => ctx.db.moment.findUniqueOrThrow({ where: { id } }))).state).toBe('ended')
})
