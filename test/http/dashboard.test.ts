import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pages } from '../../src/http/dashboard-page.ts'
import { plain } from '../../src/kernel/plain.ts'
import { setRole } from '../../src/people/service.ts'
import { dispatch, look } from '../../src/platforms/dispatch.ts'
import { type Browser, words } from '../browser.ts'
import type { Persona } from '../chat.ts'
import type { World } from '../world.ts'
import { browserOf, countRows, openDashboard, signedIn } from './dashboard-door.ts'

let w: World
let mia: Persona
let ana: Persona
let creator: Browser
let manager: Browser
beforeAll(async () => {
  ;({ w, mia, ana } = await openDashboard())
})
beforeEach(async () => {
  creator = await signedIn(w, mia)
  manager = await signedIn(w, ana)
})
afterAll(() => w.close())

const evil = `<script>alert(1)</script><img src=x onerror="alert(2)">`

describe('pages', () => {
  test('a creator finds the numbers with charts of clicks and earnings, the money, the board and the content', async () => {
    expect(words(creator.page.html)).toMatch(/Glow Demo M Mia Log out My numbers Money Board Content/)
    expect(words(creator.page.html)).not.toMatch(/KPIs|Queue/)
    expect([...creator.page.html.matchAll(/<figure class="chart"[^>]*aria-label="(\w+)/g)].map((m) => m[1])).toEqual([
      'Clicks',
      'Earned',
    ])
    expect(words((await creator.get('/dashboard/money')).html)).toContain('Your earnings')
    expect(words((await creator.get('/dashboard/board')).html)).toContain('Leaderboard, this week')
    expect((await creator.get('/dashboard/content')).status).toBe(200)
  })

  test('a manager finds the worklist, the review queue, the program in charts and the creators', async () => {
    expect(words(manager.page.html)).toMatch(/Queue KPIs Creators/)
    expect(words(manager.page.html)).not.toMatch(/My numbers|Money/)
    const kpis = await manager.get('/dashboard/kpis')
    expect([...kpis.html.matchAll(/<figure class="chart"[^>]*aria-label="(\w+)/g)].map((m) => m[1])).toEqual(['Net', 'Clicks'])
    expect(words((await manager.get('/dashboard/creators')).html)).toContain('Mia')
  })

  test('every tile is a command that runs without writing, and looking leaves no trace', async () => {
    const before = await Promise.all([countRows(w, 'inbox'), countRows(w, 'audit'), countRows(w, 'outbox')])
    for (const { key, for: role } of pages) {
      const { status, html } = await (role === 'creator' ? creator : manager).get(`/dashboard/${key}`)
      expect(status, key).toBe(200)
      expect(words(html), key).not.toMatch(/Something broke|Not allowed|Please check/)
    }
    const after = await Promise.all([countRows(w, 'inbox'), countRows(w, 'audit'), countRows(w, 'outbox')])
    // Signing in twice came before; opening seven pages added nothing.
    expect(after).toEqual(before)
  })

  test('a page of another role leads to the own first page, and someone who does both has both', async () => {
    expect((await creator.get('/dashboard/kpis')).url).toBe('/dashboard')
    expect(words(creator.page.html)).toContain('Your numbers')
    const both = await w.creator('Bo')
    await w.within((ctx) => setRole(ctx, both.personId, 'manager'))
    const page = await (await browserOf(w)).signIn(both)
    expect(words(page.html)).toMatch(/Queue KPIs Creators Missions Reports My numbers Money Board Content/)
  })

  test('a role that was taken back counts at once', async () => {
    const leaving = await w.manager('Lea')
    const one = await browserOf(w)
    await one.signIn(leaving)
    await w.within((ctx) => setRole(ctx, leaving.personId, 'anyone'))
    expect(words((await one.get('/dashboard/kpis')).html)).toContain('Nothing to see here yet')
  })

  test('without a session there is only how to get one', async () => {
    const page = await (await browserOf(w)).get('/dashboard/money')
    expect(page.status).toBe(401)
    expect(words(page.html)).toMatch(/Type \/dashboard in the chat/)
  })

  test('nothing is kept by browsers, and no page needs an inline script or style', async () => {
    const stranger = await browserOf(w)
    const seen = [
      await creator.get('/dashboard'),
      await manager.get('/dashboard'),
      await manager.get('/dashboard/kpis'),
      await stranger.get('/dashboard'),
    ]
    for (const { html, headers } of seen) {
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['content-security-policy']).not.toContain('unsafe')
      expect(html).not.toMatch(/<script(?![^>]*\ssrc="\/assets\/)|<style|\sstyle="|\son\w+="/)
    }
  })

  test('someone who came through another door is known here by their own account', async () => {
    const space = 'guild-1'
    await w.within((ctx) =>
      ctx.db.space.create({
        data: { id: ctx.id('space'), programId: w.programId, platform: 'discord', workspace: space, createdAt: ctx.now },
      }),
    )
    const call = { ...ana.call('help', {}), platform: 'discord', workspace: space, user: 'd-77', userName: 'Dana' }
    await dispatch(w.app, call)
    const { personId } = await w.app.database.across((db) => db.identity.findFirstOrThrow({ where: { externalId: 'd-77' } }))
    await w.within((ctx) => setRole(ctx, personId, 'manager'))
    const { card } = await dispatch(w.app, { ...call, run: 'dashboard', eventId: 'dana-1' })
    const path = new URL(
      plain(card)
        .match(/https:\S+login\S+/)![0]
        .replace(/[)\]>.]+$/, ''),
    ).pathname
    const one = await browserOf(w)
    await one.post(path, {})
    await one.get('/dashboard/kpis')
    expect(words(one.page.html)).toMatch(/Dana[\s\S]*The program/)
    const web = await w.app.database.across((db) => db.identity.findMany({ where: { personId, platform: 'web' } }))
    expect(web.map((i) => i.externalId)).toEqual([personId])
  })
})

describe('looking', () => {
  const seen = async (who: typeof ana, run: string, given = {}) => {
    const cards = await look(w.app, who.call(run, given), [{ run, given }])
    return cards.map((card) => plain(card)).join()
  }

  test('a command that writes fails, and nothing of it stays', async () => {
    w.app.log.level = 'silent'
    const before = await w.within((ctx) => ctx.db.loginLink.count())
    const card = await seen(ana, 'dashboard')
    expect(card).toMatch(/Something broke[\s\S]*err_/)
    expect(await w.within((ctx) => ctx.db.loginLink.count())).toBe(before)
    w.app.log.level = 'error'
  })

  test('asks for the role as dispatch does', async () => {
    expect(await seen(mia, 'kpi')).toMatch(/Not allowed[\s\S]*is for managers/)
    expect(await seen(mia, 'nonsense')).toMatch(/no command called/)
    expect(await seen(mia, 'stats', { period: '5d' })).toMatch(/Please check/)
  })
})

describe('words of people', () => {
  test('names, handles and captions stay words wherever they are shown', async () => {
    const eve = await w.creator('Eve')
    await w.within(async (ctx) => {
      await ctx.db.membership.updateMany({ where: { personId: eve.personId }, data: { name: evil } })
      await ctx.db.creator.update({ where: { id: eve.creatorId }, data: { name: evil, handle: evil } })
    })
    await eve.ask('submit', { url: 'https://www.instagram.com/p/abc123/', caption: `#ad ${evil}` })
    const own = await browserOf(w)
    const seen = [await own.signIn(eve), await own.get('/dashboard/content'), await own.get('/dashboard/board')]
    seen.push(await manager.get('/dashboard'), await manager.get('/dashboard/creators'))
    for (const { html, status } of seen) {
      expect(status).toBe(200)
      expect(html).not.toMatch(/<script>|<img src=x|onerror="/)
    }
    expect(seen[0]!.html).toContain('&#60;script&#62;')
    expect(words(seen[3]!.html)).toContain('<script>alert(1)</script>')
  })
})
