import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Offer } from '../../src/platforms/web/deps.ts'
import { readLine } from '../../src/platforms/web/line.ts'
import { billFor, changed, priced, products, readBag, writeBag } from '../../src/platforms/web/till.ts'

const option = (name: string): Offer['options'][number] => ({ name, label: name, kind: 'text', required: true, suggests: false })
const offers: Offer[] = [
  { name: 'link', description: '', options: [option('to'), option('slug')] },
  { name: 'review reject', description: '', options: [option('submission'), option('note')] },
  { name: 'help', description: '', options: [] },
]

test.each([
  ['/help', { run: 'help', given: {} }],
  ['  /help  ', { run: 'help', given: {} }],
  ['/link to:https://a.example/x?y=1 slug:mia', { run: 'link', given: { to: 'https://a.example/x?y=1', slug: 'mia' } }],
  ['/link https://a.example/x', { run: 'link', given: { to: 'https://a.example/x' } }],
  ['/link https://a.example/x slug:mia', { run: 'link', given: { to: 'https://a.example/x', slug: 'mia' } }],
  [
    '/review  reject submission:sub_1 note:too dark: really, please',
    { run: 'review reject', given: { submission: 'sub_1', note: 'too dark: really, please' } },
  ],
  ['/review reject sub_1', { run: 'review reject', given: { submission: 'sub_1' } }],
  ['/link foo:bar', { run: 'link', given: { foo: 'bar' } }],
  ['/link to:', { run: 'link', given: { to: '' } }],
  ['/nonsense a:b', { run: 'nonsense', given: {} }],
  ['hello', undefined],
  ['/', undefined],
  ['', undefined],
])('the line %j', (line, wanted) => expect(readLine(line, offers)).toEqual(wanted))

test('any line is read without an error', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (line) => void readLine(`/${line}`, offers)))
})

test('the bill of a bag', () => {
  const bag = readBag('dew-serum.1,clay-mask.1')
  expect(billFor(bag, { percent: 10 }, 'EUR')).toEqual({
    subtotal: priced(56, 'EUR'),
    discount: { minor: 560n, currency: 'EUR' },
    shipping: { minor: 0n, currency: 'EUR' },
    tax: { minor: 403n, currency: 'EUR' },
    total: { minor: 5443n, currency: 'EUR' },
  })
  expect(billFor(readBag('silk-mist.1'), undefined, 'EUR').shipping.minor).toBe(490n)
  expect(billFor(readBag('silk-mist.1'), undefined, 'JPY').subtotal.minor).toBe(1900n)
  expect(billFor(readBag('silk-mist.1'), undefined, 'KWD').subtotal.minor).toBe(19_000n)
  expect(billFor(readBag(''), undefined, 'EUR').total.minor).toBe(0n)
})

test('a bag reads what it wrote, and nothing else', () => {
  const bags = fc.array(fc.tuple(fc.constantFrom(...products.map((p) => p.sku)), fc.integer({ min: 1, max: 9 })))
  fc.assert(fc.property(bags, (lines) => void expect(readBag(writeBag(new Map(lines)))).toEqual(new Map(lines))))
  expect([...readBag('dew-serum.0,unknown.2,clay-mask.10,silk-mist.3,x')]).toEqual([['silk-mist', 3]])
  expect(changed(readBag('silk-mist.9'), 'silk-mist', 1).get('silk-mist')).toBe(9)
  expect(changed(readBag('silk-mist.1'), 'silk-mist', -1).size).toBe(0)
})
