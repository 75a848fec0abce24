import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import type { World } from '../world.ts'
import { event, openSimulator, postOf, type Simulator } from './simulator-door.ts'

let w: World
let origin: string
let web: Platform
let sit: Simulator['sit']
beforeAll(async () => {
  ;({ w, origin, web, sit } = await openSimulator())
})
afterAll(() => w.close())

describe('the door', () => {
  test('posts once per nonce, and edits what it posted', async () => {
    const place = `${w.programId}:wins`
    const first = await web.post(w.programId, place, postOf('n1', card('One'), true))
    const again = await web.post(w.programId, place, postOf('n1', card('Two'), true))
    expect(again).toEqual(first)
    expect(await web.edit(w.programId, first, postOf('n1', card('Three')))).toBe(true)
    expect(await web.edit(w.programId, { place, message: 'pst_unknown' }, postOf('n1', card('Four')))).toBe(false)
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
    await web.answerLate(call, card('A late answer'), new Date('2026-11-20T12:00:00Z'))
    await web.answerLate(call, card('A late answer'), new Date('2026-11-20T12:00:00Z'))
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
    await web.post(w.programId, place, postOf('secret', card('For managers only')))
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
    await web.post(w.programId, `${w.programId}:missions`, postOf('m1', card('A mission')))
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
