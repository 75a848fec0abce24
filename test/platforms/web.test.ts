import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { card, choice } from '../../src/kernel/card.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import { openLive } from '../../src/platforms/web/live.ts'
import { freePort, Visitor } from '../browse.ts'
import { type World, world } from '../world.ts'

let w: World
let origin: string
let web: Platform
let port: number

beforeAll(async () => {
  port = await freePort()
  origin = `http://localhost:${port}`
  w = await world({
    port,
    program: { demo: true, policy: { shopUrl: `${origin}/shop/x`, allowedHosts: ['localhost'] } },
    mounts: (app) => openWebDoor(app, true),
  })
  await w.creator('Mia')
  await w.manager('Ana')
  const { server } = await w.serve()
  await server.listen({ port, host: 'localhost' })
  web = w.app.platforms.get('web')!
})
afterAll(() => w.close())

/** Sits down at the simulator as someone. */
async function sit(user?: string): Promise<Visitor> {
  const visitor = new Visitor(origin)
  await visitor.go('/simulator')
  if (user) await visitor.post('/simulator/persona', { user })
  return visitor
}

let events = 0
const event = () => `test-${++events}`
const tell = (visitor: Visitor, line: string, key = 'start-here') =>
  visitor.post('/simulator/run', { in: key, event: event(), line })

describe('the door', () => {
  test('posts once per nonce, and edits what it posted', async () => {
    const place = `${w.programId}:wins`
    const first = await web.post(place, { nonce: 'n1', card: card('One'), pin: true })
    const again = await web.post(place, { nonce: 'n1', card: card('Two'), pin: true })
    expect(again).toEqual(first)
    expect(await web.edit(first, { nonce: 'n1', card: card('Three'), pin: false })).toBe(true)
    expect(await web.edit({ place, message: 'pst_unknown' }, { nonce: 'n1', card: card('Four'), pin: false })).toBe(false)
    const mia = await sit('mia')
    await mia.go('/simulator?in=wins')
    expect(mia.words).toContain('Three')
    expect(mia.words).not.toContain('One')
    expect(mia.words).toContain('edited')
  })

  test('a private place belongs to one person of one program', async () => {
    expect(await web.privatePlace(w.programId, 'per_1', 'mia')).toBe(`${w.programId}:person:per_1`)
  })

  test('an answer after a restart comes once, and only to who asked', async () => {
    const call = {
      platform: 'web',
      workspace: w.programId,
      place: `${w.programId}:start-here`,
      user: 'mia',
      userName: 'Mia',
      eventId: 'late-1',
      run: 'help',
      given: {},
      by: 'slash' as const,
    }
    await web.answerLate(call, card('A late answer'))
    await web.answerLate(call, card('A late answer'))
    const [mia, ana] = [await sit('mia'), await sit('ana')]
    expect((await mia.go('/simulator?in=start-here')).split('A late answer</bdi>')).toHaveLength(2)
    expect(await ana.go('/simulator?in=start-here')).not.toContain('A late answer')
  })
})

describe('the page', () => {
  test('shows each role its own channels, and says that the program is a demo', async () => {
    const visitor = await sit()
    await visitor.post('/simulator/persona', { name: 'Noor Haddad' })
    expect(visitor.words).toContain('Noor Haddad Visitor')
    expect(visitor.page).toContain('id="to-start-here"')
    expect(visitor.page).not.toContain('id="to-wins"')
    expect(visitor.page).toContain('class="demo"')
    const mia = await sit('mia')
    expect(mia.page).toContain('id="to-wins"')
    expect(mia.page).not.toContain('id="to-applications"')
    expect((await sit('ana')).page).toContain('id="to-applications"')
  })

  test('a channel one may not see is not shown when asked for by name', async () => {
    const place = `${w.programId}:managers`
    await web.post(place, { nonce: 'secret', card: card('For managers only'), pin: false })
    const mia = await sit('mia')
    expect(await mia.go('/simulator?in=managers')).not.toContain('For managers only')
    const fragment = await (await mia.fetch('/simulator/fragment?in=managers')).text()
    expect(fragment).not.toContain('For managers only')
  })

  test('carries no inline script and no inline style', async () => {
    const mia = await sit('mia')
    expect(mia.page).not.toMatch(/<script(?![^>]* src=)/)
    expect(mia.page).not.toMatch(/\sstyle="/)
    expect(mia.headers.get('content-security-policy')).toContain("script-src 'self'")
  })

  test('marks what is new, until it is read', async () => {
    const ana = await sit('ana')
    await ana.go('/simulator?in=missions')
    await ana.go('/simulator?in=start-here')
    w.at(new Date(w.now.getTime() + 60_000))
    await web.post(`${w.programId}:missions`, { nonce: 'm1', card: card('A mission'), pin: false })
    await ana.go('/simulator?in=start-here')
    expect(ana.page).toMatch(/id="to-missions"[^>]*>.*?<span class="count">1<span class="sr"> new/)
    await ana.go('/simulator?in=missions')
    await ana.go('/simulator?in=start-here')
    expect(ana.page).not.toMatch(/id="to-missions"[^>]*>(?:(?!<\/li>).)*class="count"/)
  })

  test('serves its assets, and says when they have not changed', async () => {
    const first = await fetch(`${origin}/assets/app.css`)
    expect(first.headers.get('content-type')).toBe('text/css; charset=utf-8')
    const again = await fetch(`${origin}/assets/app.css`, { headers: { 'if-none-match': first.headers.get('etag')! } })
    expect(again.status).toBe(304)
    expect((await fetch(`${origin}/assets/..%2Findex.ts`)).status).toBe(404)
  })
})

describe('talking', () => {
  test('a command answers its asker only, and the answer can be dismissed', async () => {
    const [mia, ana] = [await sit('mia'), await sit('ana')]
    await tell(mia, '/earnings')
    expect(mia.words).toContain('Mia used /earnings')
    expect(mia.words).toContain('Only you can see this')
    expect(await ana.go('/simulator?in=start-here')).not.toContain('/earnings</code>')
    const message = mia.messages.at(-1)!
    await ana.post('/simulator/dismiss', { in: 'start-here', message })
    await mia.go('/simulator?in=start-here')
    expect(mia.messages).toContain(message)
    await mia.post('/simulator/dismiss', { in: 'start-here', message })
    expect(mia.messages).not.toContain(message)
  })

  test('the same event is the same call', async () => {
    const mia = await sit('mia')
    const once = event()
    await mia.post('/simulator/run', { in: 'start-here', event: once, line: '/home' })
    const count = mia.messages.length
    await mia.post('/simulator/run', { in: 'start-here', event: once, line: '/home' })
    expect(mia.messages.length).toBe(count)
  })

  test('an event id of someone else does not give their answer', async () => {
    const [mia, ana] = [await sit('mia'), await sit('ana')]
    await mia.post('/simulator/run', { in: 'start-here', event: 'shared', line: '/earnings' })
    await ana.post('/simulator/run', { in: 'start-here', event: 'shared', line: '/help' })
    expect(ana.page).not.toContain('Your earnings')
  })

  test('what is not a command gets a sentence, and an unknown one a card', async () => {
    const mia = await sit('mia')
    await tell(mia, 'hello')
    expect(mia.words).toContain('They begin with a slash')
    await tell(mia, '/nonsense')
    expect(mia.words).toContain('There is no command called /nonsense')
  })

  test('apply: the form opens, says what is wrong at the field, and a press takes the card’s place', async () => {
    const noor = await sit()
    await noor.post('/simulator/persona', { name: 'Noor' })
    await tell(noor, '/apply')
    expect(noor.page).toContain('<dialog class="sheet"')
    expect(noor.page).toContain('name="o.email"')
    const answers = {
      form: 'apply',
      in: 'start-here',
      'o.handle': '@noor',
      'o.niche': 'beauty',
      'o.country': 'DE',
      'o.adult_and_consent': 'yes',
    }
    await noor.post('/simulator/run', { ...answers, event: event(), 'o.email': 'not a mail' })
    expect(noor.page).toMatch(/id="o-email-error">.*must be an e-mail address/)
    expect(noor.page).toContain('value="@noor"')
    await noor.post('/simulator/run', { ...answers, event: event(), 'o.email': 'noor@example.com' })
    expect(noor.words).toContain('One step left: the terms')
    const message = noor.messages.at(-1)!
    const count = noor.messages.length
    await noor.post('/simulator/run', { in: 'start-here', event: event(), message, press: JSON.stringify(noor.button('Accept')) })
    expect(noor.messages).toHaveLength(count)
    expect(noor.words).not.toContain('One step left')
    await w.app.runJob('deliver')
    await noor.go('/simulator?in=you')
    expect(noor.words).toContain('We have your application')
  })

  test('a choice sends what was chosen', async () => {
    const ana = await sit('ana')
    await web.post(`${w.programId}:start-here`, {
      nonce: 'pick',
      card: card('Pick', choice('Period', 'leaderboard', 'period', [{ label: 'Month', value: 'month' }])),
      pin: false,
    })
    const chosen = JSON.stringify({ run: 'leaderboard', option: 'period', given: {} })
    await ana.post('/simulator/run', { in: 'start-here', event: event(), choice: chosen, chosen: 'no such period' })
    expect(ana.words).toMatch(/Please check|must be/)
  })

  test('a made-up button is refused', async () => {
    const mia = await sit('mia')
    await mia.post('/simulator/run', { in: 'start-here', event: event(), press: '{"run":5}' })
    expect(mia.status).toBe(400)
    expect(mia.words).toContain('This button is not one of ours.')
  })

  test('suggests commands by role and values by option', async () => {
    const mia = await sit('mia')
    const offers = (await (await mia.fetch('/simulator/commands')).json()) as { name: string }[]
    expect(offers.map((offer) => offer.name)).toContain('earnings')
    expect(offers.map((offer) => offer.name)).not.toContain('review reject')
    const zones = await (await mia.fetch('/simulator/suggest?in=start-here&run=apply&option=country&typed=Germ')).json()
    expect(zones).toEqual([{ label: 'Germany', value: 'DE' }])
  })
})

describe('what other pages try', () => {
  test('a form without the token, or from elsewhere, is refused', async () => {
    const mia = await sit('mia')
    const home = mia.page
    const refused = async (fields: Record<string, string>, headers: Record<string, string> = {}) => {
      mia.page = home
      await mia.post('/simulator/run', { in: 'start-here', event: event(), line: '/help', ...fields }, headers)
      return mia.status
    }
    expect(await refused({ token: 'x' })).toBe(403)
    expect(await refused({}, { 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await refused({}, { 'sec-fetch-site': 'same-site' })).toBe(403)
    expect(await refused({})).toBe(200)
    const body = new URLSearchParams({ token: /name="token" value="([^"]+)"/.exec(home)![1]!, line: '/help' })
    const elsewhere = await mia.fetch('/simulator/run', { method: 'POST', body, headers: { origin: 'https://evil.example' } })
    expect(elsewhere.status).toBe(403)
  })

  test('a cookie that was changed counts for nothing', async () => {
    const mia = await sit('mia')
    const [body, mark] = mia.cookies.get('troupe_sim')!.split('.')
    const forged = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(body!, 'base64url').toString()), user: 'ana' }),
    ).toString('base64url')
    mia.cookies.set('troupe_sim', `${forged}.${mark}`)
    expect((await mia.fetch('/simulator/commands')).status).toBe(403)
  })
})

describe('files', () => {
  // The smallest PNG, made larger than a request body may usually be by what follows its end.
  const png = Buffer.concat([
    Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
    Buffer.alloc(2 * 1024 * 1024),
  ])

  async function handIn(visitor: Visitor, bytes: Buffer, name: string): Promise<Response> {
    const body = new FormData()
    for (const [field, value] of Object.entries({
      token: visitor.token,
      in: 'you',
      event: event(),
      form: 'submit',
      'o.caption': '#ad my morning with the serum',
    }))
      body.set(field, value)
    body.set('o.file', new File([Uint8Array.from(bytes)], name))
    return visitor.fetch('/simulator/run', {
      method: 'POST',
      body,
      headers: { accept: 'application/json', 'sec-fetch-site': 'same-origin' },
    })
  }

  test('an upload reaches the command, and its picture is shown to people of the program only', async () => {
    const mia = await sit('mia')
    const answer = await handIn(mia, png, 'morning.png')
    expect(await answer.json()).toEqual({ said: true })
    const file = await w.within((ctx) => ctx.db.file.findFirstOrThrow({ where: { name: { contains: 'morning' } } }))
    const shown = await mia.fetch(`/media/${file.id}`)
    expect(shown.status).toBe(200)
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await fetch(`${origin}/media/${file.id}`)).status).toBe(404)
    // Nobody else's to see before it is out, though in the same program; managers have to look at it.
    const other = await sit()
    await other.post('/simulator/persona', { name: 'Noor' })
    expect((await other.fetch(`/media/${file.id}`)).status).toBe(404)
    expect((await (await sit('ana')).fetch(`/media/${file.id}`)).status).toBe(200)
    const stranger = await sit()
    await stranger.post('/simulator/programs', { name: 'Elsewhere', currency: 'USD', zone: 'America/New_York' })
    expect((await stranger.fetch(`/media/${file.id}`)).status).toBe(404)
  })
})

describe('a program of one’s own', () => {
  test('is empty, with its maker as admin; a wrong answer names the field and the fix', async () => {
    const maker = await sit()
    await maker.post('/simulator/programs', { name: 'Dune', currency: 'XXX1', zone: 'Europe/Paris' })
    expect(maker.status).toBe(400)
    expect(maker.words).toContain('is not a currency')
    await maker.post('/simulator/programs', { name: 'Dune', currency: 'jpy', zone: 'Asia/Tokyo' })
    expect(maker.words).toContain('Dune')
    expect(maker.words).toContain('Admin')
    expect(maker.page).not.toMatch(/<span class="brand">Dune<\/span><span class="demo"/)
    const glow = /name="program" value="(prg_[^"]+)"[^>]*>(?:(?!<\/button>).)*Glow/.exec(maker.page)![1]!
    await maker.post('/simulator/program', { program: glow })
    expect(maker.page).toContain('<span class="brand">Glow</span>')
  })
})

describe('live', () => {
  /** Reads places from the stream until one is there. */
  async function heardFrom(visitor: Visitor, act: () => Promise<unknown>, wanted: string): Promise<string[]> {
    const stop = new AbortController()
    const answer = await visitor.fetch('/simulator/events', { signal: stop.signal })
    const places: string[] = []
    const reading = (async () => {
      const decoder = new TextDecoder()
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        for (const [, data] of decoder.decode(chunk).matchAll(/^data: (.*)$/gm))
          places.push((JSON.parse(data!) as { place: string }).place)
        if (places.includes(wanted)) return
      }
    })()
    await act()
    await Promise.race([
      reading,
      new Promise((_, reject) => setTimeout(() => reject(new Error(`Nothing was heard of ${wanted}.`)), 5_000).unref()),
    ])
    stop.abort()
    return places
  }

  test('tells of a new message, and not of places that are not one’s own', async () => {
    const mia = await sit('mia')
    const wins = `${w.programId}:wins`
    const heard = await heardFrom(
      mia,
      async () => {
        await web.post(`${w.programId}:managers`, { nonce: 'l1', card: card('Hidden'), pin: false })
        await web.post(wins, { nonce: 'l2', card: card('Seen'), pin: false })
      },
      wins,
    )
    expect(heard).toEqual([wins])
  })

  test('hears another process through the database', async () => {
    const other = openLive(w.app.database, w.app.log, 'another-process')
    const mia = await sit('mia')
    const wins = `${w.programId}:wins`
    // LISTEN begins with the first page that asks; its connection may need a moment.
    const again = setInterval(() => other.tell({ place: wins }), 50)
    expect(await heardFrom(mia, async () => {}, wins)).toContain(wins)
    clearInterval(again)
    await other.stop()
  })
})

describe('the demo shop', () => {
  const code = async () => (await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { state: 'active' } }))).code
  const theOrder = () =>
    w.within((ctx) => ctx.db.order.findFirst({ where: { source: 'generic' }, orderBy: { createdAt: 'desc' } }))

  test('an order with a code and its refunds go through the real webhook', async () => {
    const shopper = new Visitor(origin)
    await shopper.go(`/shop/${w.programId}?bag=dew-serum.1,clay-mask.1&code=${(await code()).toLowerCase()}`)
    expect(shopper.words).toContain('takes 10 % off')
    expect(shopper.words).toContain('Buy for €54.43')
    const { token } = shopper
    const buy = { token, bag: 'dew-serum.1,clay-mask.1', code: await code(), email: 'shopper@example.com', event: event() }
    await shopper.post(`/shop/${w.programId}/orders`, buy)
    expect(shopper.words).toContain('Order #1001 is placed')
    expect(shopper.words).toContain('On its way to Troupe')
    await shopper.post(`/shop/${w.programId}/orders`, buy)
    await w.app.runJob('absorb')
    const order = (await theOrder())!
    expect(order).toMatchObject({ number: '#1001', base: 5040n, currency: 'EUR' })
    expect(order.creatorId).not.toBeNull()
    expect(await w.within((ctx) => ctx.db.order.count())).toBe(1)

    await shopper.go(`/shop/${w.programId}`)
    expect(shopper.words).toContain('Paid')
    await shopper.post(`/shop/${w.programId}/refunds`, { order: order.externalId, part: 'half', event: event() })
    await w.app.runJob('absorb')
    await shopper.go(`/shop/${w.programId}`)
    expect(shopper.words).toContain('€25.20 refunded')
    await shopper.post(`/shop/${w.programId}/refunds`, { order: order.externalId, part: 'all', event: event() })
    await w.app.runJob('absorb')
    await shopper.go(`/shop/${w.programId}`)
    expect(shopper.words).toContain('Refunded')
    const refunds = await w.within((ctx) => ctx.db.refund.findMany({ where: { orderExternalId: order.externalId } }))
    expect(refunds.map((refund) => refund.base)).toEqual([2520n, 2520n])
    await shopper.post(`/shop/${w.programId}/refunds`, { order: order.externalId, part: 'all', token, event: event() })
    expect(shopper.status).toBe(409)
  })

  test('the click id stays with the visit', async () => {
    const shopper = new Visitor(origin)
    await shopper.go(`/shop/${w.programId}?cid=a.b&bag=silk-mist.1`)
    expect(shopper.words).toContain("You came through a creator's link")
    expect(shopper.page).toContain('name="cid" value="a.b"')
    expect(shopper.links).toContain(`/shop/${w.programId}?cid=a.b&bag=silk-mist.2#bag`)
    await shopper.go(`/shop/prg_nobody`)
    expect(shopper.status).toBe(404)
  })

  test('an unknown code takes nothing off and is not sent', async () => {
    const shopper = new Visitor(origin)
    await shopper.go(`/shop/${w.programId}?bag=silk-mist.1&code=NOPE`)
    expect(shopper.words).toContain('NOPE is not an active code')
    expect(shopper.page).toContain('name="code" value=""')
  })
})
