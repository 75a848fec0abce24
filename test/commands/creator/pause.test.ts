import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('links lead on, new orders earn nothing, and why says so; the creator is told', async () => {
  const mia = await w.creator('Mia')
  const { slug } = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
  const { code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
  expect(await ana.run('creator pause', { creator: mia.creatorId })).toContain('Mia is paused')
  expect(await mia.sees()).toContain('You are paused')
  expect(await w.click(slug)).toMatch(/./)
  await w.hook('generic', {
    type: 'order.created',
    data: {
      id: 'o1',
      number: '#1',
      at: '2026-11-20T12:00:00Z',
      currency: 'EUR',
      total: '50.00',
      codes: [code],
      paid: true,
    },
  })
  expect(await w.within((ctx) => ctx.db.line.count())).toBe(0)
  expect(await ana.run('why', { order: '#1' })).toContain('the creator was paused then')
  expect(await mia.run('earnings')).not.toContain('Not allowed')
})

test('only an approved creator can be paused, by managers alone', async () => {
  const lea = await w.applicant('Lea')
  await lea.ask('apply', { handle: '@lea', niche: 'food', country: 'DE', email: 'lea@example.com', adult_and_consent: 'yes' })
  const { id } = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: lea.personId } }))
  expect(await ana.run('creator pause', { creator: id })).toContain('Lea is applied and cannot be paused.')
  expect(await lea.run('creator pause', { creator: id })).toContain('Not allowed')
})
