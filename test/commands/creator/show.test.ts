import { afterAll, beforeAll, expect, test } from 'vitest'
import { purse } from '../../../src/ledger/rules.ts'
import { move } from '../../../src/ledger/service.ts'
import type { Persona } from '../../chat.ts'
import { click, enlist, order, refund, tell } from '../../rooms/shop.ts'
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

test('what was given back, the tier, money in a batch and whoever paused: the figures are those of the other cards', async () => {
  const kim = await enlist(w, 'Kim')
  const root = await w.admin('Root')
  await root.ask('tier set', { steps: 'Silver 50 12 %' })
  await root.press('Confirm')
  // Clicked on the local day before the first of thirty, within thirty times 24 hours.
  await click(w, kim, new Date('2026-10-21T21:00:00Z'))
  await click(w, kim, new Date('2026-11-20T11:00:00Z'))
  await tell(w, order('kept', { codes: [kim.code] }))
  await tell(w, order('back', { codes: [kim.code] }))
  await tell(w, refund('back', 'r1', 80_00))
  await w.within((ctx) =>
    move(ctx, {
      from: purse(kim.creatorId, 'payable'),
      to: purse(kim.creatorId, 'paying'),
      money: { minor: 7_00n, currency: 'EUR' },
      key: 'test:paying',
      because: {},
    }),
  )
  const shown = await ana.run('creator show', { creator: kim.creatorId })
  for (const line of [
    /Rate +12 %/,
    /Tier +Silver/,
    /Sales +2, 1 of them given back or cancelled\n/,
    /Sold, net +€80\.00/,
    /Clicks, 30 days +1 \(1 unique\)/,
    /In payment +€7\.00/,
  ])
    expect(shown).toMatch(line)
  await ana.ask('creator pause', { creator: kim.creatorId })
  const later = await ana.run('creator show', { creator: kim.creatorId })
  for (const line of [/Status +paused/, /Sold, net +€80\.00/, /Pending +€8\.00/]) expect(later).toMatch(line)
})
