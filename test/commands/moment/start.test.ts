import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const plan = { kind: 'trend', headline: 'Glass skin', hours: '6', seats: '2' }

test('words, discounts and pages that lead nowhere are refused with what to do', async () => {
  const mia = await enlist(w, 'Mia')
  expect((await ana.ask('moment start')).form!.fields.map((field) => field.name).slice(0, 5)).toEqual([
    'kind',
    'headline',
    'hours',
    'seats',
    'percent',
  ])
  expect(await ana.run('moment start', { ...plan, percent: '10' })).toContain('take off 10 % anyway')
  expect(await ana.run('moment start', { ...plan, audience: 'vips' })).toMatch(/Nobody in the program is “vips”\.[\s\S]*beauty/)
  expect(await ana.run('moment start', { ...plan, page: 'https://evil.example/' })).toContain('shop.example.com')
  expect(await mia.run('moment start', plan)).toContain('is for managers')
})

test('it is for those who are named: others read it in the channel and are told kindly', async () => {
  const zoe = await enlist(w, 'Zoe')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: zoe.creatorId }, data: { tags: ['vip'] } }))
  const text = await ana.run('moment start', { ...plan, audience: 'VIP', page: '/serum', prompt: 'Show the shine.' })
  expect(text).toContain('It stands in #missions for 1 creator')
  const { id } = await w.within((ctx) => ctx.db.moment.findFirstOrThrow())
  const ben = await enlist(w, 'Ben')
  expect(await ben.run('moment join', { moment: id })).toContain('is for others this time: tagged vip')
  expect(await ben.run('moment list')).toContain('Nothing runs right now.')
  expect(await zoe.run('moment list')).toMatch(/Trend: Glass skin[\s\S]*2 of 2 seats left/)
  expect((await zoe.press('Join')).text).toContain('You are in: Glass skin')
  expect(await w.within((ctx) => ctx.db.offer.findFirstOrThrow())).toMatchObject({
    percent: null,
    destination: 'https://shop.example.com/serum',
  })
  expect(await zoe.sees()).not.toContain('Glass skin')
})
