import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { payee } from '../../src/http/payee.ts'
import { openDetails, payeeOf } from '../../src/payouts/payees.ts'
import { Browser, words } from '../browser.ts'
import { buttonsOf } from '../chat.ts'
import { german } from '../rooms/payees.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { connectShop } from '../shops/connected.ts'
import { type LocalConnect, openConnect } from '../shops/stripe-connect.ts'
import { type World, world } from '../world.ts'

let w: World
let stripe: LocalConnect
let mia: Member
beforeAll(async () => {
  stripe = await openConnect()
  w = await world({
    program: { policy: { payoutMethods: ['bank', 'stripe'] } },
    mounts: (app) => [dashboard(app), payee(app)],
    environment: { FETCH_ALLOW: stripe.origin },
  })
  w.app.log.level = 'silent'
  mia = await enlist(w, 'Mia')
}, 120_000)
afterAll(async () => {
  await w.close()
  await stripe.close()
})

const opened = async () => {
  const { card } = await mia.ask('details')
  const button = buttonsOf(card!).find((one) => 'url' in one) as { url: string }
  const one = new Browser((await w.serve()).server)
  const { pathname } = new URL(button.url)
  await one.get(pathname)
  await one.post(pathname, {})
  return one
}
const tokenIn = (html: string) => /name="token" value="([^"]+)"/.exec(html)![1]!
const asForm = (typed: Record<string, string>) =>
  Object.fromEntries(Object.entries(typed).map(([name, value]) => [`o.${name}`, value]))

test('Stripe makes one account, asks for the bank itself, and is asked how it stands; only then it is where money goes', async () => {
  const one = await opened()
  expect(words(one.page.html)).toContain('The brand has not connected Stripe yet')
  await connectShop(w, 'stripe', stripe.origin)
  const { server } = await w.serve()
  await one.get('/details/form')
  const buttons = (html: string) => /<form[^>]*class="fields[\s\S]*<\/form>/.exec(html)![0].match(/<button[^>]*>/g)!
  // Enter in a field presses the first.
  expect(buttons(one.page.html).map((button) => button.includes('formaction'))).toEqual([false, true, false])
  const press = async () => {
    const headers = {
      host: 'go.glow.example',
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
    }
    const payload = new URLSearchParams({ token: tokenIn(one.page.html), 'o.country': 'AT' }).toString()
    const answer = await server.inject({ method: 'POST', url: '/details/stripe', headers, cookies: one.cookies, payload })
    return { status: answer.statusCode, location: answer.headers.location }
  }
  const typed = asForm(german('Mia Lind', { method: 'stripe', iban: '', country: 'AT' }))
  await one.post('/details/form', { token: tokenIn(one.page.html), ...typed })
  expect(words(one.page.html)).toContain('Your account at Stripe is not set up yet.')

  const led = await press()
  expect([led.status, led.location]).toEqual([303, expect.stringMatching(/^https:\/\/connect\.stripe\.com\/setup\/e\/acct_/)])
  expect((await press()).location).not.toBe(led.location)
  expect(stripe.made).toEqual([expect.objectContaining({ type: 'express', country: 'AT', email: 'mia@example.com' })])
  expect(stripe.links[0]).toMatchObject({
    type: 'account_onboarding',
    return_url: 'https://go.glow.example/details/stripe/return',
  })

  await one.get('/details/stripe/return')
  expect(words(one.page.html)).toContain('The setup with Stripe is not finished.')
  Object.assign(stripe.states, { details_submitted: true, payouts_enabled: true, capabilities: { transfers: 'active' } })
  await one.get('/details/stripe/return')
  expect(words(one.page.html)).toMatch(/Stripe is ready[\s\S]*Transfers: on · Payouts: on · Charges: not yet/)
  await one.post('/details/form', { token: tokenIn(one.page.html), ...typed })
  expect(words(one.page.html)).toContain('Saved')
  const row = await w.within((ctx) => payeeOf(ctx, mia.creatorId))
  const details = await w.within(async (ctx) => openDetails(ctx, row!.sealed))
  expect(details.account).toEqual({ method: 'stripe', stripe: stripe.made[0]!.id })
  const kept = await w.within(async ({ db }) => JSON.stringify([await db.stripeAccount.findMany(), await db.payee.findMany()]))
  expect(kept).not.toContain(stripe.made[0]!.id)

  const stranger = await server.inject({ method: 'GET', url: '/details/stripe/refresh' })
  expect([stranger.statusCode, stripe.links.length]).toEqual([410, 2])
}, 120_000)
