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
