import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { dashboardPath, signedInTo } from '../../src/http/session.ts'
import { hours, minutes } from '../../src/kernel/time.ts'
import { offerLogin, spendLogin } from '../../src/people/login.ts'
import { Browser, loginPath, words } from '../browser.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let signedIn: { programId: string; personId: string } | undefined
beforeAll(async () => {
  w = await world({
    mounts: (app) => [
      dashboard(app),
      async (server) => {
        server.get('/whose', async (request) => {
          signedIn = await signedInTo(app)(request)
          return 'seen'
        })
      },
    ],
  })
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const browser = async () => new Browser((await w.serve()).server)

describe('the link from the chat', () => {
  test('a preview only looks, as often as it likes; Continue signs in', async () => {
    const path = await loginPath(mia)
    const { server } = await w.serve()
    for (const method of ['GET', 'HEAD', 'GET'] as const) {
      const seen = await server.inject({ method, url: path })
      expect(seen.statusCode).toBe(200)
      expect(seen.headers['set-cookie']).toBeUndefined()
      expect(seen.headers['cache-control']).toBe('no-store')
    }
    const mine = await browser()
    await mine.get(path)
    expect(words(mine.page.html)).toMatch(/Open the dashboard as Mia \?.*Glow|Glow.*Open the dashboard as Mia \?/)
    await mine.post(path, {})
    expect(mine.page).toMatchObject({ status: 200, url: '/dashboard' })
    expect(mine.page.html).toContain('My numbers')
  })

  test('a browser that keeps no cookies is told what helps, and not only to come again', async () => {
    const none = await browser()
    await none.get('/dashboard')
    expect(words(none.page.html)).toContain('If that leads here as well, allow cookies for this page.')
  })

  test('it says what opens: a file is no dashboard', async () => {
    const asked = async (page: string) => {
      const mine = await browser()
      await mine.get(await w.within((ctx) => offerLogin(ctx, mia.personId, page)))
      return words(mine.page.html)
    }
    expect(await asked('/papers/fil_1')).toMatch(/Open the file as Mia \?/)
    expect(await asked('/privacy/export')).toMatch(/Open the file as Mia \?/)
    expect(await asked('/setup/shop')).toMatch(/Open the page as Mia \?/)
  })

  test('of two who use it one gets in; afterwards it is over for look and use', async () => {
    const path = await loginPath(mia)
    const both = await Promise.all([browser(), browser()])
    const answers = await Promise.all(both.map((one) => one.post(path, {})))
    expect(answers.map((a) => a.status).sort()).toEqual([200, 410])
    expect(both.filter((one) => one.cookies.troupe_session)).toHaveLength(1)
    expect((await both[0]!.get(path)).status).toBe(410)
    expect((await both[0]!.post(path, {})).status).toBe(410)
    expect(words(both[0]!.page.html)).toMatch(/used before, or its time is over.*\/dashboard/)
  })

  test('after ten minutes it is over', async () => {
    const path = await loginPath(mia)
    const start = w.now
    w.at(minutes(start, 10))
    const late = await browser()
    expect((await late.get(path)).status).toBe(410)
    expect((await late.post(path, {})).status).toBe(410)
    expect(late.cookies.troupe_session).toBeUndefined()
    w.at(minutes(start, 9))
    expect((await late.get(path)).status).toBe(200)
    w.at(start)
  })

  test.each([
    'x',
    'prg_01',
    'prg_01KAFPTC00AAAAAAAAAAAAAAAA.short',
    `prg_01KAFPTC00AAAAAAAAAAAAAAAA.${'A'.repeat(43)}`,
    '%00.%00',
  ])('an address that is no link is refused: %s', async (pass) => {
    expect((await (await browser()).get(`/login/${pass}`)).status).toBe(410)
    expect((await (await browser()).post(`/login/${pass}`, {})).status).toBe(410)
  })

  test('another page can not sign someone in unseen', async () => {
    const path = await loginPath(mia)
    const lured = await browser()
    expect((await lured.post(path, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await lured.post(path, {}, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await lured.post(path, {}, { origin: 'null' })).status).toBe(403)
    expect((await lured.post(path, {}, { origin: 'https://go.glow.example' })).status).toBe(200)
  })

  test('a link that another program gave opens nothing here', async () => {
    const token = (await loginPath(mia)).split('.').at(-1)!
    const other = await w.neighbour()
    expect((await (await browser()).get(`/login/${other}.${token}`)).status).toBe(410)
    expect((await (await browser()).post(`/login/${other}.${token}`, {})).status).toBe(410)
  })
})

describe('the session', () => {
  test('its cookie is out of reach for scripts and other sites, and only its hash is kept', async () => {
    const { server } = await w.serve()
    const answer = await server.inject({ method: 'POST', url: await loginPath(mia) })
    expect(answer.statusCode).toBe(303)
    const [cookie] = answer.cookies
    expect(cookie).toMatchObject({
      name: 'troupe_session',
      httpOnly: true,
      sameSite: 'Lax',
      secure: true,
      path: '/',
      maxAge: 12 * 3_600,
    })
    const token = cookie!.value.split('.')[1]!
    const [row] = await w.within(
      (ctx) =>
        ctx.db.$queryRaw<
          { found: bigint }[]
        >`SELECT count(*) AS found FROM "Session" WHERE to_jsonb("Session")::text LIKE ${`%${token}%`}`,
    )
    expect(row!.found).toBe(0n)
  })

  test('signing in makes a new token and ends what the browser held before', async () => {
    const one = await browser()
    one.cookies.troupe_session = `${w.programId}.${'A'.repeat(43)}`
    await one.signIn(mia)
    const first = one.cookies.troupe_session!
    expect(first).not.toContain('AAAA')
    await one.signIn(mia)
    expect(one.cookies.troupe_session).not.toBe(first)
    const stale = await browser()
    stale.cookies.troupe_session = first
    expect((await stale.get('/dashboard')).status).toBe(401)
  })

  test('it lasts twelve hours', async () => {
    const one = await browser()
    await one.signIn(mia)
    const start = w.now
    w.at(new Date(hours(start, 12).getTime() - 1))
    expect((await one.get('/dashboard')).status).toBe(200)
    w.at(hours(start, 12))
    expect((await one.get('/dashboard')).status).toBe(401)
    w.at(start)
  })

  test('a token of one program is nothing in another', async () => {
    const one = await browser()
    await one.signIn(mia)
    const [, token] = one.cookies.troupe_session!.split('.')
    const other = await w.neighbour()
    one.cookies.troupe_session = `${other}.${token}`
    expect((await one.get('/dashboard')).status).toBe(401)
    const visit = await w.app.within(other, async (ctx) => ctx.db.session.count())
    expect(visit).toBe(0)
  })

  test.each(['', 'x', '.', 'p'.repeat(300), 'prg_01KAFPTC00AAAAAAAAAAAAAAAA.%00', "' OR 1=1 --"])(
    'an odd cookie is no session: %s',
    async (value) => {
      const one = await browser()
      one.cookies.troupe_session = value
      const page = await one.get('/dashboard')
      expect(page.status).toBe(401)
      expect(words(page.html)).toMatch(/Type \/dashboard in the chat/)
    },
  )

  test('logging out ends it in the database, so that a copied cookie is worth nothing', async () => {
    const one = await browser()
    await one.signIn(mia)
    const copied = one.cookies.troupe_session!
    const page = await one.post('/logout', one.button('Log out'))
    expect(words(page.html)).toContain('You are logged out')
    expect(one.cookies.troupe_session).toBeUndefined()
    one.cookies.troupe_session = copied
    expect((await one.get('/dashboard')).status).toBe(401)
  })

  test('it says whose media may be seen', async () => {
    const one = await browser()
    await one.get('/whose')
    expect(signedIn).toBeUndefined()
    await one.signIn(mia)
    await one.get('/whose')
    expect(signedIn?.programId).toBe(w.programId)
  })

  test('a page beside the dashboard opens it with a path of the same server', async () => {
    const path = await dashboardPath(w.app)(w.programId, mia.personId)
    const one = await browser()
    await one.get(path)
    expect((await one.post(path, {})).url).toBe('/dashboard')
  })

  test('old links and sessions of a person go when new ones come', async () => {
    const noor = await w.creator('Noor')
    const start = w.now
    const enter = () =>
      w.within(async (ctx) =>
        spendLogin(ctx, { programId: w.programId, token: (await offerLogin(ctx, noor.personId, '/dashboard')).split('.')[1]! }),
      )
    await enter()
    w.at(hours(start, 13))
    await enter()
    const left = await w.within(async (ctx) => [
      await ctx.db.loginLink.count({ where: { personId: noor.personId } }),
      await ctx.db.session.count({ where: { personId: noor.personId } }),
    ])
    expect(left).toEqual([1, 1])
    w.at(start)
  })
})
