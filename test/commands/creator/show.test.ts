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

test('facts, sales, links, code and who decided', async () => {
  const mia = await w.creator('Mia')
  const order = {
    id: '1001',
    number: '#1001',
    at: w.now.toISOString(),
    currency: 'EUR',
    total: '100.00',
    base: '100.00',
    paid: true,
    codes: ['MIA10'],
  }
  expect((await w.hook('generic', { type: 'order.created', data: order })).statusCode).toBe(202)
  const shown = await ana.run('creator show', { creator: mia.creatorId })
  for (const line of [
    /^Mia \(@mia\.glow\)/,
    /Status +approved/,
    /Country +Germany/,
    /E-mail +mia@example\.com/,
    /Rate +10 %/,
    /Sales +1\n/,
    /Sold, net +€100\.00/,
    /Clicks, 30 days +0 \(0 unique\)/,
    /Pending +€10\.00/,
    /Link +https:\/\/go\.glow\.example\/mia-glow-/,
    /Code +MIA10/,
    /Nov 20, 2026 +Judge of Mia +approved/,
  ]) {
    expect(shown).toMatch(line)
  }
  expect(shown).not.toContain('[Approve]')
})

test('an applicant can be decided on from here', async () => {
  const lea = await w.applicant('Lea')
  const form = { handle: '@lea', niche: 'food', country: 'AT', email: 'lea@example.com', adult_and_consent: 'yes' }
  await lea.ask('apply', form)
  const { id } = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: lea.personId } }))
  expect(await ana.run('creator show', { creator: id })).toMatch(/Terms +not accepted yet/)
  await lea.ask('terms read')
  await lea.press('Accept')
  expect(await ana.run('creator show', { creator: id })).toContain('[Approve] [Decline]')
  await ana.press('Decline')
  await ana.fill({ reason: 'incomplete' })
  expect(await ana.run('creator show', { creator: id })).toMatch(/Ana +declined: profile is incomplete/)
})

test('creators do not look one another up', async () => {
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('creator show', { creator: zoe.creatorId })).toContain('Not allowed')
})
