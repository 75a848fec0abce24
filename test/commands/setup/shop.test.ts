import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttonsOf } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('without a shop: what it is for, and a page that opens once for the admin alone; nothing is typed in the chat', async () => {
  const root = await w.admin('Root')
  const { card, text } = await root.ask('setup shop')
  expect(text).toMatch(/^No shop is connected[\s\S]*Not connected: Shopify, Stripe, WooCommerce\.[\s\S]*never here/)
  const page = buttonsOf(card!).find((button) => button.label === 'Open shop page')
  expect(page).toMatchObject({ url: expect.stringMatching(/^https:\/\/go\.glow\.example\/login\/prg_/) })
  expect(w.app.commands.get('setup shop')!.options).not.toHaveProperty('token')
})

test('a shop that is not connected cannot be asked for codes', async () => {
  const root = await w.admin('Rosa')
  expect(await root.run('setup shop', { codes: 'stripe' })).toContain('Stripe is not connected.')
})

test('managers are told that it is for admins', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('setup shop')).toContain('/setup shop is for admins.')
})

test('how long codes go on is a setting', async () => {
  const root = await w.admin('Rita')
  expect(await root.run('setup shop', { grace_days: '30', leak_hours: '2' })).toMatch(
    /goes on for 30 days[\s\S]*still counts for 2 hours/,
  )
  expect(await root.run('setup shop', { grace_days: '0' })).toMatch(
    /A renamed code\s+ends at once\s+A leaked code\s+still counts for 2 hours/,
  )
})
