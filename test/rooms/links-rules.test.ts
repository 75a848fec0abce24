import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../src/kernel/refusal.ts'
import { pooled } from '../../src/links/click-id.ts'
import { checkSlug, isBotAgent, looksAhead, makeSlug, markUnique, parseSlug, truncateAddress } from '../../src/links/rules.ts'

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
  test.each(people)('a person: %s', (agent) => expect(isBotAgent(agent)).toBe(false))
  test.each(machines)('a machine: %s', (agent) => expect(isBotAgent(agent)).toBe(true))
  test('looking ahead is not following', () => {
    expect(['prefetch', 'prefetch;prerender', 'Prefetch', 'preview'].every(looksAhead)).toBe(true)
    expect(['', 'navigate'].some(looksAhead)).toBe(false)
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
