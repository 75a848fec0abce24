import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { payee } from '../../src/http/payee.ts'
import { openDetails, payeeOf } from '../../src/payouts/payees.ts'
import { Browser, words } from '../browser.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { MemoryDoor } from '../door.ts'
import { german, ibans } from '../rooms/payees.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
beforeAll(async () => {
  w = await world({ mounts: (app) => [dashboard(app), payee(app)] })
  mia = await enlist(w, 'Mia')
})
afterAll(() => w.close())

const browser = async () => new Browser((await w.serve()).server)
const linkOf = async (person: Persona): Promise<string> => {
  const { card } = await person.ask('details')
  const button = buttonsOf(card!).find((one) => 'url' in one)!
  return 'url' in button ? new URL(button.url).pathname : ''
}
const opened = async (person: Persona) => {
  const one = await browser()
  const path = await linkOf(person)
  await one.get(path)
  await one.post(path, {})
  return one
}
const tokenIn = (html: string) => /name="token" value="([^"]+)"/.exec(html)![1]!
const asForm = (typed: Record<string, string>) =>
  Object.fromEntries(Object.entries(typed).map(([name, value]) => [`o.${name}`, value]))
const send = (one: Browser, typed: Record<string, string>) =>
  one.post('/details/form', { token: tokenIn(one.page.html), ...asForm(typed) })
const kept = (creatorId: string) =>
  w.within(async (ctx) => {
    const row = await payeeOf(ctx, creatorId)
    return row && { row, details: openDetails(ctx, row.sealed) }
  })

describe('the link', () => {
  test('one that names a program which is not there is over like any other', async () => {
    const { server } = await w.serve()
    const url = `/details/prg_01J00000000000000000000000.${'A'.repeat(43)}`
    const cookies = { troupe_details: url.slice('/details/'.length) }
    const asked = [{ url }, { url: '/details/form', cookies }, { url: '/details/stripe/return', cookies }]
    for (const one of asked) expect((await server.inject(one)).statusCode).toBe(410)
  })

  test('a preview only sees a name; Continue opens it once, in that browser alone', async () => {
    const path = await linkOf(mia)
    const { server } = await w.serve()
    const seen = await server.inject({ method: 'GET', url: path })
    expect([seen.statusCode, seen.headers['set-cookie'], seen.headers['cache-control']]).toEqual([200, undefined, 'no-store'])
    expect(seen.body).not.toContain('IBAN')
    const mine = await browser()
    await mine.post(path, {})
    expect(words(mine.page.html)).toContain('How you are paid')
    const other = await browser()
    expect((await other.post(path, {})).status).toBe(410)
    expect((await other.get('/details/form')).status).toBe(410)
    // Where no cookie is kept this comes after each link.
    expect(words(other.page.html)).toContain('allow cookies for this page')
  })

  test('it ends after half an hour, with a newer one, and it is no login; a login opens no details', async () => {
    const first = await linkOf(mia)
    const second = await linkOf(mia)
    expect((await (await browser()).get(first)).status).toBe(410)
    expect((await (await browser()).get(second.replace('/details/', '/login/'))).status).toBe(410)
    const signedIn = await browser()
    await signedIn.signIn(mia)
    signedIn.cookies.troupe_details = signedIn.cookies.troupe_session!
    expect((await signedIn.get('/details/form')).status).toBe(410)
    const { now } = w
    w.at(new Date(now.getTime() + 31 * 60_000))
    expect((await (await browser()).get(second)).status).toBe(410)
    w.at(now)
  })

  test('a form of another site, another browser or an older page is refused', async () => {
    const one = await opened(mia)
    const fields = { token: tokenIn(one.page.html), ...asForm(german('Mia Lind')) }
    expect((await one.post('/details/form', fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await one.post('/details/form', { ...fields, token: 'x' })).status).toBe(403)
    expect((await (await browser()).post('/details/form', fields)).status).toBe(410)
    expect(await kept(mia.creatorId)).toBeNull()
  })
})

describe('the form', () => {
  test('what is wrong is said at its field and nothing is kept; then it is saved, sealed, and once', async () => {
    const one = await opened(mia)
    await send(one, german('<b>Mia</b>', { iban: 'DE89370400440532013001' }))
    expect(one.page.status).toBe(400)
    expect(words(one.page.html)).toContain('This IBAN has a mistake')
    expect(one.page.html.includes('aria-describedby="p-iban-hint p-iban-error"')).toBe(true)
    expect(one.page.html.includes('<b>Mia')).toBe(false)
    expect(one.page.html.includes('DE89370400440532013001')).toBe(false)
    const fields = { token: tokenIn(one.page.html), ...asForm(german('Mia Lind')) }
    const twice = await Promise.all([one.post('/details/form', fields), one.post('/details/form', fields)])
    expect(twice.map((answer) => answer.status).sort()).toEqual([200, 410])
    const { row, details } = (await kept(mia.creatorId))!
    expect(details.account).toEqual({ method: 'bank', iban: ibans[0] })
    expect([row.shown, row.heldUntil, row.taxForm]).toEqual(['IBAN DE that ends in 3000', null, 'none'])
    expect(JSON.stringify(row)).not.toContain('Lind')
    expect(await w.within((ctx) => ctx.db.payeeChange.count())).toBe(1)
  })

  test('opened again it shows names and addresses, and of an account its end alone; empty keeps it', async () => {
    const one = await opened(mia)
    expect([one.page.html.includes('value="Hauptstraße 1"'), one.page.html.includes(ibans[0]!)]).toEqual([true, false])
    const { iban: _, ...rest } = german('Mia Lind', { city: 'Kiel' })
    await send(one, rest)
    expect(words(one.page.html)).toContain('Changed: the address.')
    expect((await kept(mia.creatorId))!.details).toMatchObject({ account: { iban: ibans[0] }, address: { city: 'Kiel' } })
  })

  test('a changed account is told at every door the person is known at, and holds payouts', async () => {
    const discord = new MemoryDoor('discord')
    w.app.platforms.set('discord', discord)
    await w.within(async (ctx) => {
      const space = { id: ctx.id('space'), programId: w.programId, platform: 'discord', workspace: 'guild', createdAt: ctx.now }
      await ctx.db.space.create({ data: space })
      await ctx.db.identity.create({
        data: {
          id: ctx.id('identity'),
          personId: mia.personId,
          platform: 'discord',
          workspace: 'guild',
          externalId: 'mia#1',
          name: 'Mia',
          createdAt: ctx.now,
        },
      })
    })
    const one = await opened(mia)
    await send(one, german('Mia Lind', { city: 'Kiel', iban: ibans[1]! }))
    expect(words(one.page.html)).toMatch(/nothing is paid before Mon, Nov 23, 2026, 1:00 PM GMT\+1/)
    expect(await mia.sees()).toMatch(/Your payment details were changed[\s\S]*Changed +the account[\s\S]*If this was not you/)
    await w.app.runJob('deliver')
    expect(discord.messages.map((message) => message.card.title)).toEqual(['Your payment details were changed'])
    expect(JSON.stringify(discord.messages)).not.toContain(ibans[1]!.slice(4, -4))
  })

  test('an American signs a W-9: the last four digits are kept, and nothing else of the number', async () => {
    const amy = await enlist(w, 'Amy')
    const one = await opened(amy)
    const typed = german('Amy Fox', {
      country: 'US',
      iban: '',
      number: '000123456789',
      routing: '021000021',
      tin: '6789',
      signed: 'Amy Fox',
    })
    await send(one, typed)
    expect(words(one.page.html)).toContain('Tick that what you state is true')
    await send(one, { ...typed, certify: 'yes' })
    expect((await kept(amy.creatorId))!.details.tax).toEqual({
      form: 'w9',
      last4: '6789',
      signedName: 'Amy Fox',
      signedAt: w.now.toISOString(),
    })
  })
})
