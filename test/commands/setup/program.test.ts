import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepSecret } from '../../../src/programs/secrets.ts'
import type { Persona } from '../../chat.ts'
import { secretOf, type World, world } from '../../world.ts'

let w: World
let root: Persona
beforeAll(async () => {
  w = await world()
  root = await w.admin('Root')
})
afterAll(() => w.close())

test('the overview names the shop, the rates and each webhook address, and no secret', async () => {
  const text = await root.run('setup program')
  for (const line of [
    /^Glow: settings/,
    /Shop +https:\/\/shop\.example\.com\//,
    /Rate +10 %/,
    /Hold +14 days/,
    /Credit order +code, then click, then customer/,
    new RegExp(`https://go\\.glow\\.example/hooks/generic/${w.programId}`),
    new RegExp(`https://go\\.glow\\.example/hooks/shopify/${w.programId}`),
    /\[Rotate generic secret\]/,
    /\[Connect Shopify\]/,
  ]) {
    expect(text).toMatch(line)
  }
  expect(text).not.toContain('whsec_')
  const ana = await w.manager('Ana')
  expect(await ana.run('setup program')).toContain('/setup program is for admins.')
})

test('a rotated secret is shown once; the old and the new one both work, the one before no longer', async () => {
  const oldest = await secretOf(w.app, w.programId, 'generic')
  await root.ask('setup program')
  const { text } = await root.press('Rotate generic secret')
  const shown = /whsec_\S+/.exec(text)?.[0]
  expect(shown).toBe(await secretOf(w.app, w.programId, 'generic'))
  expect(shown).not.toBe(oldest)
  expect(await root.run('setup program')).toContain('Two secrets are valid')
  await Promise.all([root.ask('setup program', { rotate: 'generic' }), root.ask('setup program', { rotate: 'generic' })])
  const row = await w.within((ctx) => ctx.db.connection.findFirstOrThrow({ where: { source: 'generic' } }))
  const kept = (row.secrets as string[]).map((sealed) => w.app.sealer.unseal(Buffer.from(sealed, 'base64')).toString())
  expect(kept).toHaveLength(2)
  expect(kept).not.toContain(oldest)
  expect(kept).not.toContain(shown)
})

test('a former secret ends at once, after a confirmation, and only if nobody changed it meanwhile', async () => {
  const sent = async (secret: string) => {
    const body = JSON.stringify({ type: 'unknown', data: {} })
    const [id, at] = [`evt_${randomUUID()}`, String(Math.floor(w.now.getTime() / 1000))]
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
    const headers = { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` }
    const { server } = await w.serve()
    const url = `/hooks/generic/${w.programId}`
    const json = { 'content-type': 'application/json' }
    return (await server.inject({ method: 'POST', url, headers: { ...json, ...headers }, payload: body })).statusCode
  }
  const leaked = await secretOf(w.app, w.programId, 'generic')
  await root.ask('setup program', { rotate: 'generic' })
  const fresh = await secretOf(w.app, w.programId, 'generic')
  expect(await sent(leaked)).toBe(202)
  const asked = await root.press('End the old generic secret')
  expect(asked.text).toMatch(/^End the former secret of generic\?[\s\S]*is refused from the next delivery on/)
  expect(await sent(leaked)).toBe(202)
  const ina = await w.admin('Ina')
  await ina.ask('setup program', { end_secret: 'generic' })
  expect((await root.press('End now')).text).toContain('One secret of generic is valid: the newest.')
  expect(await sent(leaked)).toBe(401)
  expect(await sent(fresh)).toBe(202)
  expect(await root.run('setup program', { end_secret: 'generic' })).toContain('no former one is valid')
  // What Ina was shown is over, although there is a former secret again.
  await root.ask('setup program', { rotate: 'generic' })
  expect((await ina.press('End now')).text).toContain('The secret was changed again meanwhile.')
  expect(await sent(fresh)).toBe(202)
  const acts = await w.within((ctx) => ctx.db.audit.findMany({ where: { run: 'setup program', personId: root.personId } }))
  expect(acts.filter(({ given }) => (given as Record<string, string>).mark !== undefined)).toMatchObject([
    { given: { end_secret: 'generic' }, outcome: 'done' },
  ])
})

test('a client secret that was pasted anew ends the one before; of Stripe the second endpoint is named', async () => {
  const count = async (source: string) =>
    w.within(async (ctx) => ((await ctx.db.connection.findFirstOrThrow({ where: { source } })).secrets as string[]).length)
  for (const source of ['shopify', 'stripe']) {
    for (const secret of ['one', 'two', 'three']) await w.within((ctx) => keepSecret(ctx, source, `${source} ${secret}`))
  }
  expect([await count('shopify'), await count('stripe')]).toEqual([2, 3])
  const { text } = await root.ask('setup program')
  expect(text).toContain('3 secrets are valid')
  const asked = await root.press('End the old Stripe secret')
  expect(asked.text).toMatch(
    /End the 2 former secrets of Stripe\?[\s\S]*If a second one sends to \?accounts, paste its secret again/,
  )
  await root.press('End now')
  await root.ask('setup program', { end_secret: 'shopify' })
  await root.press('End now')
  expect([await count('shopify'), await count('stripe')]).toEqual([1, 1])
  expect(await secretOf(w.app, w.programId, 'stripe')).toBe('stripe three')
  expect(await root.run('setup program', { end_secret: 'woocommerce' })).toContain('WooCommerce has no secret.')
})

test('shop and hosts: the shop’s own host is always allowed, new links go there', async () => {
  const text = await root.run('setup program', {
    shop: 'https://glow.example/',
    hosts: 'https://Blog.Glow.example/about, shop.example.com',
  })
  expect(text).toMatch(/^Saved/)
  expect(text).toMatch(/Allowed hosts +blog\.glow\.example, shop\.example\.com, glow\.example/)
  const mia = await w.creator('Mia')
  expect(await mia.run('link')).toContain('Leads to glow.example')
})

test('better terms hold at once with a new version; stricter ones are shown, announced, and hold after the notice', async () => {
  const versions = () => w.within((ctx) => ctx.db.termsVersion.count())
  expect(await root.run('setup program', { rate: '12,5' })).toMatch(/Rate +12\.5 %/)
  expect(await versions()).toBe(2)
  expect(await root.run('setup program', { hold_days: '7' })).toMatch(/Hold +7 days/)
  expect(await versions()).toBe(3)
  expect(await root.run('setup program', { code_percent: '20' })).toMatch(/Code discount +20 %/)
  expect(await versions()).toBe(3)
  const asked = await root.ask('setup program', { rate: '5', payday: '20', code_percent: '15' })
  expect(asked.text).toMatch(/Please confirm[\s\S]*Rate +12\.5 % +5 % +Dec \d+, 2026\nPayday +day 15 of the month +day 20/)
  expect(await root.run('setup program')).toMatch(/Rate +12\.5 %[\s\S]*Code discount +15 %/)
  await root.ask('setup program', { rate: '5', payday: '20' })
  expect((await root.press('Confirm')).text).toContain('The change is made')
  const planned = await root.run('setup program')
  expect(planned).toMatch(/Rate +12\.5 %/)
  expect(planned).toMatch(/From Dec \d+, 2026: Rate, Payday change\./)
  // The ring is lost; the sweep tells everyone all the same, and once.
  const news = () => w.within((ctx) => ctx.db.outbox.findMany({ where: { key: { startsWith: 'terms-change:' } } }))
  const creators = await w.within((ctx) => ctx.db.creator.count({ where: { state: 'approved' } }))
  for (let n = 0; n < 2; n++) {
    await w.app.runJob('due')
    expect((await news()).map(({ version }) => version)).toEqual(Array(creators).fill(1))
  }
  // Changed anew, what was announced is taken back, and whoever heard of it hears that.
  expect(await root.run('setup program', { rate: '13' })).toMatch(/Rate +13 %[\s\S]*: Payday change\./)
  await w.app.runJob('announce', { program: w.programId })
  expect(await news()).toHaveLength(2 * creators)
  w.at(new Date(w.now.getTime() + 15 * 86_400_000).toISOString())
  await w.app.runJob('due')
  expect(await root.run('setup program')).toMatch(/Rate +13 %[\s\S]*Payday +day 20/)
})

test.each([
  [{ shop: 'http://glow.example/' }, 'Only https addresses can be linked.'],
  [{ shop: 'glow' }, 'The shop is not a full web address.'],
  [{ hosts: 'localhost' }, '“localhost” is not a host.'],
  [{ hosts: 'a@evil.example' }, 'is not a host.'],
  [{ rate: 'ten' }, 'The rate is a percentage from 0 to 100.'],
  [{ rate: '101' }, 'The rate is a percentage from 0 to 100.'],
  [{ hold_days: '-1' }, 'must be at least 0'],
])('%j is refused: %s', async (given, sentence) => {
  expect(await root.run('setup program', given as Record<string, string>)).toContain(sentence)
})

test('invitations to the chat are kept when they lead there, shown with the page to apply, and taken away', async () => {
  const text = await root.run('setup program', { discord_invite: 'https://discord.gg/GlowCrew' })
  expect(text).toMatch(/Page to apply +https:\/\/go\.glow\.example\/join\/prg_/)
  expect(text).toMatch(/Invitation to Discord +https:\/\/discord\.gg\/GlowCrew/)
  expect(await root.run('setup program', { slack_invite: 'https://join.slack.com/t/glow/x' })).toMatch(
    /Discord +https:\/\/discord\.gg\/GlowCrew\n[\s\S]*Slack +https:\/\/join\.slack\.com/,
  )
  expect(await root.run('setup program', { discord_invite: 'https://discord.gg.evil.example/x' })).toContain(
    'That is no invitation to Discord.',
  )
  expect(await root.run('setup program', { discord_invite: 'off' })).toMatch(/Invitation to Discord +none/)
})
