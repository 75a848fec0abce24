import { randomBytes } from 'node:crypto'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { trustIn } from '../../src/http/proxies.ts'
import { redirect, slugOf } from '../../src/http/redirect.ts'
import { openClick, pooled } from '../../src/links/click-id.ts'
import type { Click } from '../../src/links/click-line.ts'
import { createSlugTable, type SlugTable } from '../../src/links/slugs.ts'
import { at, link, source } from './slug-rows.ts'

const key = Buffer.alloc(32, 5)
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

describe('the redirect', () => {
  let clicks: Click[] = []
  let hold: Promise<void> | undefined
  let slugs: SlugTable
  let links: ReturnType<typeof source>
  let close: () => Promise<unknown>
  let port = 0

  beforeEach(async () => {
    clicks = []
    hold = undefined
    links = source([link('mia'), link('leo', 'https://shop.example/?a=1#top'), link('bad', 'javascript:alert(1)'), link('ÿ')])
    slugs = createSlugTable({ source: links.source, now: () => at, pageRows: 2 })
    await slugs.start()
    const append = async (some: readonly Click[]) => {
      await hold
      clicks.push(...some)
    }
    const { front, routes } = redirect({
      slugs,
      append,
      now: () => at,
      random: pooled(randomBytes),
      key,
      trust: trustIn(1),
      countryHeader: 'cf-ipcountry',
    })
    const app = Fastify({ serverFactory: (handler) => createServer((req, res) => void (front(req, res) || handler(req, res))) })
    app.get('/about', async () => 'our own page')
    await app.register(routes)
    await app.listen({ port: 0, host: '127.0.0.1' })
    port = (app.server.address() as AddressInfo).port
    close = async () => {
      await app.close()
      await slugs.stop()
    }
  })
  afterEach(() => close())

  function ask(
    path: string,
    headers: Record<string, string | string[]> = { 'user-agent': safari },
    method = 'GET',
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (res) => {
        let body = ''
        res.setEncoding('utf8').on('data', (text) => {
          body += text
        })
        res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, body }))
      })
        .on('error', reject)
        .end()
    })
  }

  test('leads to the destination with a sealed click id, and keeps the click', async () => {
    const { status, headers } = await ask('/Mia?utm=x', {
      'user-agent': safari,
      referer: 'https://tiktok.example/',
      'x-forwarded-for': '198.51.100.9, 203.0.113.77',
      'cf-ipcountry': 'DE',
    })
    const cid = new URL(String(headers.location)).searchParams.get('cid')!
    const id = openClick(cid, key)
    expect(status).toBe(302)
    expect(headers.location).toBe(`https://shop.example/mia?cid=${cid}`)
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['referrer-policy']).toBe('strict-origin-when-cross-origin')
    expect(headers['set-cookie']).toBeUndefined()
    expect(id).not.toBeNull()
    expect(clicks).toEqual([
      {
        id,
        programId: 'prg_1',
        linkId: 'lnk_mia',
        at: at.getTime(),
        ip: '203.0.113.0',
        userAgent: safari,
        referer: 'https://tiktok.example/',
        visitor: expect.stringMatching(/^[\w-]{16}$/),
        country: 'DE',
        bot: false,
      },
    ])
  })

  test('answers only after the click is kept', async () => {
    let keep = () => {}
    hold = new Promise((resolve) => {
      keep = resolve
    })
    let answered = false
    const asked = ask('/mia').then((answer) => {
      answered = true
      return answer
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(answered).toBe(false)
    keep()
    expect((await asked).status).toBe(302)
    expect(clicks).toHaveLength(1)
  })

  test('a destination’s own query and fragment stay; nothing in the request changes where it leads', async () => {
    const evil = [
      '?to=https://evil.example',
      '?url=//evil.example',
      '?cid=forged',
      '?next=%0d%0aSet-Cookie:a=b',
      '?',
      '?#x',
      '?a=1?b=2',
    ]
    for (const query of evil) {
      const { status, headers } = await ask(`/leo${query}`)
      expect(status).toBe(302)
      expect(headers.location).toMatch(/^https:\/\/shop\.example\/\?a=1&cid=clk_[0-9A-Z]{26}-[0-9a-f]{16}#top$/)
      expect(headers['set-cookie']).toBeUndefined()
    }
    const paths = [
      '//evil.example',
      '/mia/../evil',
      '/mia%0d%0aLocation:x',
      '/https:evil.example',
      '/mia/',
      '/mia;x',
      '/bad',
      '/%6dia2',
      '/ÿ'.normalize(),
    ]
    for (const path of paths) expect((await ask(encodeURI(decodeURI(path)))).headers.location, path).toBeUndefined()
  })

  test('HEAD and prefetch are answered and marked, never dropped', async () => {
    for (const [method, headers] of [
      ['HEAD', {}],
      ['GET', { 'sec-purpose': 'prefetch;prerender' }],
      ['GET', { Purpose: 'prefetch' }],
      ['GET', { 'X-Moz': 'prefetch' }],
      ['GET', { 'X-Purpose': 'preview' }],
    ] as const) {
      expect((await ask('/mia', { 'user-agent': safari, ...headers }, method)).status).toBe(302)
    }
    expect(clicks.map((click) => click.bot)).toEqual([true, true, true, true, true])
    expect(new Set(clicks.map((click) => click.visitor)).size).toBe(1)
  })

  test('keeps no more of the headers than it needs', async () => {
    await ask('/mia', {
      'user-agent': `x${'y'.repeat(5000)}`,
      referer: 'z'.repeat(5000),
      'x-forwarded-for': 'not an address',
      'cf-ipcountry': 'nowhere',
    })
    expect(clicks[0]).toMatchObject({ ip: '127.0.0.0', country: null })
    expect(clicks[0]!.userAgent).toHaveLength(200)
    expect(clicks[0]!.referer).toHaveLength(300)
    expect((await ask('/mia', { 'user-agent': 'x'.repeat(40_000) })).status).toBe(431)
  })

  test('other methods and our own pages are not links', async () => {
    expect((await ask('/mia', {}, 'POST')).status).toBe(404)
    expect((await ask('/about')).body).toBe('our own page')
    links.state.links.push(link('about'))
    links.state.changed('*')
    expect((await ask('/about')).body).toBe('our own page')
    expect(clicks).toEqual([])
  })

  test('an unknown link is a friendly 404, and is not asked for again at once', async () => {
    const before = links.state.asked
    for (let i = 0; i < 5; i++) {
      const { status, body, headers } = await ask('/nobody')
      expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
      expect(body).toContain('This link leads nowhere')
    }
    expect(links.state.asked).toBe(before + 1)
    expect((await ask('/health')).status).toBe(404)
    expect(links.state.asked).toBe(before + 1)
  })

  test('a link made a moment ago is found, also right after it was asked for in vain', async () => {
    expect((await ask('/new')).status).toBe(404)
    links.state.links.push(link('new'), link('newer'))
    links.state.changed('new')
    expect((await ask('/newer')).status).toBe(302)
    expect((await ask('/new')).status).toBe(302)
    expect(clicks.map((click) => click.linkId)).toEqual(['lnk_newer', 'lnk_new'])
  })

  test('while the database is away known links lead on, and an unknown one is 503', async () => {
    links.state.away = true
    links.state.changed('*')
    links.state.changed('mia')
    expect((await ask('/mia')).status).toBe(302)
    const { status, headers } = await ask('/nobody')
    expect([status, headers['retry-after']]).toEqual([503, '5'])
    links.state.away = false
    expect((await ask('/nobody')).status).toBe(404)
  })

  test('a flood of unknown links asks the database at a bounded rate', async () => {
    const before = links.state.asked
    await Promise.all(Array.from({ length: 300 }, (_, i) => slugs.look(`guess-${i}`)))
    expect(links.state.asked - before).toBe(200)
  })
})

test('the slug of a path', () => {
  expect(['/mia', '/MIA?x', '/a', '/', '/mia/x', '/api', '*', '/m%69a', '/mia.'].map(slugOf)).toEqual([
    'mia',
    'mia',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
  ])
})
