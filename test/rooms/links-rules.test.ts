import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../src/kernel/refusal.ts'
import { clickAt, clickIds, openClick, pooled, sealClick } from '../../src/links/click-id.ts'
import {
  checkDestination,
  checkSlug,
  isBot,
  looksSafe,
  makeSlug,
  markUnique,
  parseSlug,
  truncateAddress,
  withClick,
} from '../../src/links/rules.ts'

const random = pooled(randomBytes)
const fixed = () => Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])

describe('slugs', () => {
  test.each([
    ['Mia Lind', 'mia-lind-2345'],
    ['Zoë Müller', 'zoe-muller-2345'],
    ['Søren Bjørn', 'soren-bjorn-2345'],
    ['Łukasz Straße', 'lukasz-strasse-2345'],
    ["D'Arcy  O’Neil", 'darcy-o-neil-2345'],
    ['ＭＩＡ', 'mia-2345'],
    ['миа', '234567'],
    ['🔥🔥', '234567'],
    ['-.-', '234567'],
  ])('%s becomes %s', (name, slug) => expect(makeSlug(name, fixed)).toBe(slug))

  test('a bare name stays bare, unless it is one of our pages', () => {
    expect(makeSlug('Mia', fixed, 0)).toBe('mia')
    expect(makeSlug('Login', fixed, 0)).toBe('login-2345')
    expect(makeSlug('x', fixed, 0)).toBe('x-2345')
  })

  test('whatever the name, the slug is one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 0, max: 8 }), (name, extra) => {
        const slug = makeSlug(name, random, extra)
        expect(parseSlug(slug)).toBe(slug)
        expect(checkSlug(slug)).toBe(slug)
      }),
    )
  })

  test.each(['Mia', 'mia-7k', 'ab', 'a'.repeat(40)])('%s is read', (raw) => expect(parseSlug(raw)).toBe(raw.toLowerCase()))
  test.each(['a', '', 'a'.repeat(41), 'mіa', 'mia%20', 'mia/x', 'mia.js', 'mia ', 'ｍia', 'mia\n', '..', 'ſtart'])(
    '%j is refused',
    (raw) => expect(parseSlug(raw)).toBeNull(),
  )
  test.each([
    'health',
    'hooks',
    'simulator',
    'dashboard',
    'shop',
    'login',
    'assets',
    'metrics',
    'gallery',
    'share',
    'static',
    'r',
    'api',
    'START',
  ])('%s is ours', (raw) => expect(parseSlug(raw)).toBeNull())
  test('a chosen slug may not begin or end with a hyphen', () => {
    for (const raw of ['-mia', 'mia-', 'login', 'mi a']) expect(() => checkSlug(raw)).toThrow(Refusal)
  })
})

describe('destinations', () => {
  const hosts = ['shop.example', 'brand.example:8443']

  test.each([
    ['https://shop.example', 'https://shop.example/'],
    ['https://www.shop.example/a?b=1#c', 'https://www.shop.example/a?b=1#c'],
    ['HTTPS://SHOP.EXAMPLE/A', 'https://shop.example/A'],
    ['https://shop.example:443/', 'https://shop.example/'],
    ['https://brand.example:8443/x', 'https://brand.example:8443/x'],
    ['https://shop.example/ä', 'https://shop.example/%C3%A4'],
    ['https://shop.example//evil.example', 'https://shop.example//evil.example'],
    ['https://shop.example/%2f%2fevil.example', 'https://shop.example/%2f%2fevil.example'],
  ])('%s is kept', (raw, href) => {
    expect(checkDestination(raw, hosts)).toBe(href)
    expect(looksSafe(href)).toBe(true)
  })

  const evil = [
    'evil.example',
    'shop.example.evil.example',
    'evilshop.example',
    'shop.exаmple',
    'sh0p.example',
    '127.0.0.1',
    '[::1]',
    'localhost',
    'example',
  ]
  const shapes = [
    (host: string) => `https://${host}/`,
    (host: string) => `https://${host}:443`,
    (host: string) => `//${host}`,
    (host: string) => `///${host}`,
    (host: string) => `https:\\\\${host}`,
    (host: string) => `https:/\\${host}`,
    (host: string) => `https:${host}`,
    (host: string) => `https:/${host}`,
    (host: string) => `https:///${host}`,
    (host: string) => `https://shop.example@${host}/`,
    (host: string) => `https://shop.example:x@${host}/`,
    (host: string) => `https://shop.example%40${host}`,
    (host: string) => `https://${host}\\@shop.example`,
    (host: string) => `https://${host}\\.shop.example`,
    (host: string) => `https://${host}#@shop.example`,
    (host: string) => `https://${host}?shop.example`,
    (host: string) => `https://${host}%23.shop.example`,
    (host: string) => `https://${host}%2f.shop.example`,
    (host: string) => `https://${host}.`,
    (host: string) => `javascript://${host}/%0aalert(1)`,
    (host: string) => `ftp://${host}`,
    (host: string) => `http://${host}`,
    (host: string) => ` https://${host}`,
    (host: string) => `https://${host}/\r\nSet-Cookie: a=b`,
  ]
  const more = [
    'http://shop.example/',
    'https://shop.example./',
    'https://shop.example:8443/',
    'https://brand.example/',
    'https://user@shop.example/',
    'https://shop.example\t.evil.example/',
    'https://shop.example/\nx',
    'https://shop.example/\u0000',
    'https://shop.example/a b',
    'https://shop.example\u3002evil.example/',
    'https://xn--shp-fma.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    'shop.example/x',
    '/x',
    '',
    '?to=https://evil.example',
    `https://shop.example/${'a'.repeat(2000)}`,
    `https://shop.example/${'ä'.repeat(500)}`,
  ]
  const vectors = [...evil.flatMap((host) => shapes.map((shape) => shape(host))), ...more]

  test(`${vectors.length} addresses that lead elsewhere are refused`, () => {
    expect(vectors.length).toBeGreaterThanOrEqual(200)
    for (const raw of vectors) expect(() => checkDestination(raw, hosts), raw).toThrow(Refusal)
  })

  test('localhost only where the demo shop is', () => {
    expect(checkDestination('http://localhost:3000/shop', [], { allowLocal: true })).toBe('http://localhost:3000/shop')
    expect(checkDestination('http://127.0.0.1:3000/shop', [], { allowLocal: true })).toBe('http://127.0.0.1:3000/shop')
    expect(() => checkDestination('http://localhost:3000/shop', ['localhost:3000'])).toThrow(Refusal)
    expect(() => checkDestination('http://localhost.evil.example/', [], { allowLocal: true })).toThrow(Refusal)
  })

  test('an international host is compared in punycode', () => {
    expect(checkDestination('https://bücher.example/', ['bücher.example'])).toBe('https://xn--bcher-kva.example/')
    expect(() => checkDestination('https://bücher.example/', ['bucher.example'])).toThrow(Refusal)
  })

  test('whatever is accepted is parsed again to an allowed host', () => {
    const part = fc.constantFrom(
      'https://',
      'shop.example',
      'evil.example',
      '@',
      '\\',
      '/',
      '.',
      ':',
      '?',
      '#',
      '%',
      '\t',
      'а',
      '8443',
      '[',
      ']',
      '//',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 7 }), (parts) => {
        let href = ''
        try {
          href = checkDestination(`https://${parts.join('')}`, hosts)
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
          return
        }
        expect(new URL(href).host).toMatch(/(^|\.)(shop\.example|brand\.example:8443)$/)
        expect(looksSafe(href)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['https://s.example/', 'https://s.example/?cid=X'],
    ['https://s.example/?', 'https://s.example/?cid=X'],
    ['https://s.example/?a=1&b=%20', 'https://s.example/?a=1&b=%20&cid=X'],
    ['https://s.example/p#top?x', 'https://s.example/p?cid=X#top?x'],
    ['https://s.example/?cid=old&a=1&cid#f', 'https://s.example/?a=1&cid=X#f'],
    ['https://s.example/?acid=1', 'https://s.example/?acid=1&cid=X'],
  ])('%s with a click is %s', (destination, followed) => expect(withClick(destination, 'X')).toBe(followed))
})

describe('machines', () => {
  const safari =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
  const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
  const people = [
    safari,
    chrome,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 380.0.0.20.77 (iPhone15,3; iOS 18_5)',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 BytedanceWebview/d8a21c6 musical_ly_39.1.0 TikTok',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/520.0.0;]',
    'Mozilla/5.0 (X11; Linux x64; rv:143.0) Gecko/20100101 Firefox/143.0',
  ]
  const machines = [
    '',
    'curl/8.5.0',
    'python-requests/2.32',
    'Googlebot/2.1 (+http://www.google.com/bot.html)',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
    'facebookexternalhit/1.1',
    'WhatsApp/2.23.20.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36',
  ]
  test.each(people)('a person: %s', (agent) => expect(isBot(agent, 'GET', {})).toBe(false))
  test.each(machines)('a machine: %s', (agent) => expect(isBot(agent, 'GET', {})).toBe(true))
  test('looking ahead is not following', () => {
    expect(isBot(safari, 'HEAD', {})).toBe(true)
    expect(isBot(chrome, 'GET', { 'sec-purpose': 'prefetch;prerender' })).toBe(true)
    expect(isBot(chrome, 'GET', { purpose: 'prefetch' })).toBe(true)
    expect(isBot(chrome, 'GET', { 'x-moz': 'prefetch' })).toBe(true)
    expect(isBot(safari, 'GET', { 'x-purpose': 'preview' })).toBe(true)
  })

  test.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:abcd:12::7', '2001:db8:abcd::'],
    ['2001:db8::7', '2001:db8:0::'],
    ['::1', '0:0:0::'],
    ['fe80::1%eth0', 'fe80:0:0::'],
    ['', ''],
    ['nonsense', ''],
  ])('%s is kept as %s', (ip, kept) => expect(truncateAddress(ip)).toBe(kept))
})

describe('unique clicks', () => {
  const minute = 60_000
  const click = (minutes: number, visitor = 'v', bot = false, linkId = 'l') => ({ linkId, visitor, at: minutes * minute, bot })

  test('one an hour for each visitor and link; machines never', () => {
    const clicks = [
      click(0),
      click(59),
      click(60),
      click(90),
      click(121),
      click(1, 'w'),
      click(2, 'x', true),
      click(3, 'v', false, 'm'),
    ]
    expect(markUnique(clicks, [])).toEqual([true, false, true, false, true, true, false, true])
    expect(markUnique([click(30)], [click(0)])).toEqual([false])
    expect(markUnique([click(30)], [click(70)])).toEqual([false])
    expect(markUnique([click(30)], [click(90)])).toEqual([true])
  })

  test('in whatever order and in whatever batches, no two lie within an hour and none is forgotten', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.constantFrom('v', 'w')), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 7 }), (all, size) => {
        const unique: ReturnType<typeof click>[] = []
        for (let i = 0; i < all.length; i += size) {
          const batch = all.slice(i, i + size).map(([minutes, visitor]) => click(minutes, visitor))
          const marks = markUnique(batch, unique)
          unique.push(...batch.filter((_, n) => marks[n]))
        }
        for (const visitor of ['v', 'w']) {
          const times = unique.filter((one) => one.visitor === visitor).map((one) => one.at)
          const sorted = [...times].sort((a, b) => a - b)
          expect(sorted.every((at, n) => n === 0 || at - sorted[n - 1]! >= 60 * minute)).toBe(true)
          const missed = all.filter(
            ([minutes, who]) => who === visitor && !times.some((at) => Math.abs(at - minutes * minute) < 60 * minute),
          )
          expect(missed).toEqual([])
        }
      }),
    )
  })
})

describe('click ids', () => {
  const key = Buffer.alloc(32, 1)
  const at = Date.parse('2026-11-21T12:00:00.123Z')

  test('unique, well-formed, opened by their own key only, and they tell their time', () => {
    const make = clickIds(key, random)
    const made = Array.from({ length: 5000 }, (_, i) => make(at + Math.floor(i / 100)))
    expect(new Set(made.map((one) => one.id)).size).toBe(5000)
    for (const [i, { id, cid }] of made.entries()) {
      expect(id).toMatch(/^clk_[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
      expect(openClick(cid, key)).toBe(id)
      expect(sealClick(id, key)).toBe(cid)
      expect(clickAt(id).getTime()).toBe(at + Math.floor(i / 100))
    }
    expect(new Set(made.map((one) => one.cid.slice(31))).size).toBe(5000)
    expect(openClick(made[0]!.cid, Buffer.alloc(32, 2))).toBeNull()
  })

  test('no forgery opens', () => {
    const make = clickIds(key, random)
    const { id, cid } = make(at)
    const other = make(at)
    const seal = cid.slice(31)
    const forged = [
      id,
      `${id}.`,
      `${id}.${'0'.repeat(16)}`,
      `${other.id}.${seal}`,
      `${cid}0`,
      cid.toUpperCase(),
      ` ${cid}`,
      `${cid}\n`,
      cid.replace('clk', 'crt'),
      '',
    ]
    for (const one of forged) expect(openClick(one, key), one).toBeNull()
    for (let i = 0; i < cid.length; i++) {
      for (const digit of '0123456789abcdefABCDEFXYZ.') {
        const changed = cid.slice(0, i) + digit + cid.slice(i + 1)
        if (changed !== cid) expect(openClick(changed, key), changed).toBeNull()
      }
    }
  })
})
