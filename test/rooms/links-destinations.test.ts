import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Refusal } from '../../src/kernel/refusal.ts'
import { aroundClick, checkDestination, looksSafe } from '../../src/links/rules.ts'

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
])('%s with a click is %s', (destination, followed) => {
  const { before, after } = aroundClick(destination)
  expect(`${before}X${after}`).toBe(followed)
})
