/** What points are given for and how it is handed over: a gift card of the shop, a role with an end, a word in #wins. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, minutes } from '../../../src/kernel/time.ts'
import { dropShop } from '../../../src/programs/connections.ts'
import { movePoints } from '../../../src/rewards/points.ts'
import type { Persona } from '../../chat.ts'
import { connectShop } from '../../shops/connected.ts'
import { type LocalShopify, openShopify } from '../../shops/shopify.ts'
import { type World, world } from '../../world.ts'

let shopify: LocalShopify
let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  shopify = await openShopify()
  w = await world({ now: '2026-12-10T12:00:00Z', environment: { FETCH_ALLOW: shopify.origin } })
  w.app.log.level = 'silent'
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  await w.within((ctx) => movePoints(ctx, { creatorId: mia.creatorId, points: 1_000, kind: 'back', key: 'x' }))
})
afterAll(async () => {
  await w.close()
  await shopify.close()
})

const wish = async (given: { kind: string; title: string } & Record<string, string>) => {
  await ana.run('reward add', { cost: '10', approval: 'no', ...given })
  const reward = await w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title: given.title } }))
  const said = await mia.run('reward redeem', { reward: reward.id })
  return { said, ...(await w.within((ctx) => ctx.db.redemption.findFirstOrThrow({ where: { rewardId: reward.id } }))) }
}

test('store credit is one gift card of the connected shop, and its code is for the creator alone', async () => {
  await connectShop(w, 'shopify', shopify.origin)
  const { id } = await wish({ kind: 'credit', title: 'Voucher', worth: '25.00' })
  expect(await ana.run('reward fulfil', { redemption: id, code: 'BY-HAND' })).toContain('The shop is making this gift card.')
  for (let n = 0; n < 3; n++) {
    await w.app.runJob('deliver')
    w.at(minutes(w.now, 1))
  }
  const [made] = shopify.giftCards
  expect(shopify.giftCards).toHaveLength(1)
  expect(made).toMatchObject({ initialValue: '25.00', note: expect.stringContaining(id) })
  expect(await mia.sees()).toMatch(/Voucher: done[\s\S]*Its code is kept sealed/)
  expect((await mia.press('Show the code')).text).toContain(made!.code)
  const told = [await ana.sees('managers'), await mia.sees(), await ana.run('reward code', { redemption: id })].join()
  expect(told).not.toContain(made!.code)
  const ben = await w.creator('Ben')
  expect(await ben.run('reward code', { redemption: id })).toContain('You have no gift code of this reward.')
})

test('whoever leaves still reads the code that they took', async () => {
  const zoe = await w.creator('Zoe')
  await w.within((ctx) => movePoints(ctx, { creatorId: zoe.creatorId, points: 10, kind: 'back', key: 'zoe' }))
  const reward = await w.within((ctx) => ctx.db.reward.findFirstOrThrow({ where: { title: 'Voucher' } }))
  await zoe.run('reward redeem', { reward: reward.id })
  for (let n = 0; n < 3; n++) {
    await w.app.runJob('deliver')
    w.at(minutes(w.now, 1))
  }
  await zoe.run('leave', { sure: 'yes' })
  expect((await zoe.press('Show the code')).text).toContain(shopify.giftCards.at(-1)!.code)
})

const refusal = {
  json: { data: { giftCardCreate: { giftCard: null, userErrors: [{ field: null, message: 'Gift cards are off' }] } } },
}

test('what the shop refuses is told to managers, who hand it over by hand', async () => {
  shopify.faults.push({ when: (asked) => asked.body.includes('giftCardCreate'), gives: refusal })
  const { id } = await wish({ kind: 'credit', title: 'Second voucher', worth: '5.00' })
  await w.app.runJob('deliver')
  expect(await ana.sees('managers')).toMatch(/Store credit could not be made\nSecond voucher for Mia/)
  expect(await ana.run('reward fulfil', { redemption: id, code: 'BY-HAND' })).toContain('done')
  expect((await mia.press('Show the code')).text).toContain('BY-HAND')
  w.at(minutes(w.now, 1))
  // What asked for it says that it is done.
  expect(await ana.sees('managers')).not.toContain('Store credit could not be made')
})

test('early access is a role that ends by itself, with the last of it', async () => {
  const first = await wish({ kind: 'early_access', title: 'Spring drop', access_days: '3' })
  expect(first.said).toMatch(/Spring drop: done[\s\S]*You have it until/)
  const begun = w.now
  w.at(days(begun, 2))
  await wish({ kind: 'early_access', title: 'Summer drop', access_days: '3' })
  const granted = async () => {
    await w.tick()
    return w.door.grants.filter(({ role }) => role === 'Early access').map(({ user, on }) => `${user} ${on}`)
  }
  w.at(days(begun, 4))
  expect((await granted()).at(-1)).toBe('mia true')
  w.at(days(begun, 6))
  expect((await granted()).at(-1)).toBe('mia false')
  expect(await mia.sees()).toContain('Summer drop is over')
  expect(await ana.run('reward add', { kind: 'product', title: 'Serum', cost: '5', access_days: '3' })).toContain(
    'Only early access lasts',
  )
})

test('a feature stands in #wins once a manager has shown it, with the address of the post', async () => {
  const { id } = await wish({ kind: 'feature', title: 'On our front page', words: 'Mia is on our front page this week' })
  expect(await mia.sees('wins')).not.toContain('front page')
  await ana.run('reward fulfil', { redemption: id, note: 'See https://glow.example/mia' })
  expect(await mia.sees('wins')).toMatch(
    /Featured by the brand\nMia: Mia is on our front page this week[\s\S]*https:\/\/glow\.example\/mia/,
  )
})

test('a shop that was disconnected holds up nobody', async () => {
  const { id } = await wish({ kind: 'credit', title: 'Third voucher', worth: '5.00' })
  await w.within((ctx) => dropShop(ctx, 'shopify'))
  expect(await ana.run('reward fulfil', { redemption: id, code: 'FROM-THE-SHELF' })).toContain('done')
  expect((await mia.press('Show the code')).text).toContain('FROM-THE-SHELF')
})
