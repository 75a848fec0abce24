import { describe, expect, test } from 'vitest'
import { isThrowaway } from '../../src/trust/persons.ts'
import { checkAppeal, checkJudge, checkVerdict, numbersIn, score, toldWhy } from '../../src/trust/rules.ts'
import { type DaySeen, daySignals, type ProgramSeen } from '../../src/trust/rules-days.ts'
import { type ClickSeen, type OrderSeen, orderSignals } from '../../src/trust/rules-orders.ts'
import { adMarkIn, couponSiteOf, isServerAddress, withAdMark } from '../../src/trust/rules-sources.ts'
import { weights } from '../../src/trust/rules-weights.ts'

const at = new Date('2026-11-20T10:00:00Z')
const click: ClickSeen = {
  at,
  ip: '84.1.2.0',
  agent: 'Mozilla/5.0 (iPhone) Safari/605',
  referer: 'https://www.instagram.com/',
  country: 'DE',
  bot: false,
  byVisitor: 1,
  byAddress: 1,
  visitorsAtAddress: 1,
  all: 1,
}
const order: OrderSeen = {
  orderId: 'o',
  lineId: 'l',
  creatorId: 'c',
  number: '#1',
  at: new Date(at.getTime() + 600_000),
  rule: 'click',
  ownPurchase: false,
  throwaway: false,
  shopperEmail: null,
  click,
  shopperOrders: [],
}
const rulesOf = (more: Partial<OrderSeen>, adsAllowed = false) =>
  orderSignals({ ...order, ...more }, { adsAllowed, demo: false }).map(({ rule, strong }) => (strong ? `${rule}!` : rule))
const clicked = (more: Partial<ClickSeen>) => ({ click: { ...click, ...more } })
const after = (seconds: number) => ({ at: new Date(at.getTime() + seconds * 1_000) })

test.each<[string, Partial<OrderSeen>, string[]]>([
  ['an ordinary order', {}, []],
  ['an own purchase', { ownPurchase: true }, ['own_purchase!']],
  ['15 clicks of a visitor', clicked({ byVisitor: 15, byAddress: 15, all: 200 }), ['click_flood']],
  ['14 clicks of a visitor', clicked({ byVisitor: 14, byAddress: 14, all: 14 }), []],
  ['an address that stands alone', clicked({ byAddress: 100, visitorsAtAddress: 100, all: 110 }), ['click_flood!']],
  ['a carrier’s address in a viral post', clicked({ byAddress: 100, visitorsAtAddress: 95, all: 900 }), []],
  ['a script', clicked({ bot: true, agent: 'curl/8.5' }), ['machine_clicks!']],
  ['a browser that looks ahead', clicked({ bot: true }), []],
  ['an order 5 seconds after its click', after(5), ['quick_order!']],
  ['an order 15 seconds after its click', after(15), ['quick_order']],
  ['an order before its click', after(-5), []],
  ['a coupon site', clicked({ referer: 'https://m.retailmenot.com/x' }), ['coupon_site']],
  ['a paid click', clicked({ referer: '?gclid=' }), ['ad_traffic']],
  ['three orders of a shopper', { shopperEmail: 'h', shopperOrders: ['a', 'b', 'o'] }, []],
  ['six orders of a shopper', { shopperEmail: 'h', shopperOrders: ['a', 'b', 'c', 'd', 'e', 'o'] }, ['repeat_shopper!']],
])('%s', (_what, more, found) => expect(rulesOf(more)).toEqual(found))

test('a program that allows ads hears nothing of them', () => expect(rulesOf(clicked({ referer: '?gclid=' }), true)).toEqual([]))

describe('days', () => {
  const day: DaySeen = {
    creatorId: 'c',
    country: 'DE',
    day: '2026-11-20',
    orders: Array.from({ length: 10 }, (_, n) => ({ ...order, orderId: `o${n}` })),
    clicks: 200,
    duplicates: 10,
    browser: { agent: 'A', clicks: 20, networks: 20 },
    countries: new Map([['DE', 200]]),
    couponClicks: 0,
    code: { id: 'cod', code: 'MIA10' },
    codePerDay: 1,
    week: { unique: 500, orders: 20 },
  }
  const program: ProgramSeen = {
    countries: new Map([
      ['DE', 900],
      ['TH', 10],
    ]),
    peers: { count: 9, rate: 0.06 },
    emails: new Map([['x', 'other']]),
  }
  const found = (more: Partial<DaySeen>, beside: Partial<ProgramSeen> = {}) =>
    daySignals({ ...day, ...more }, { ...program, ...beside })
  const orders = (n: number, more: Partial<OrderSeen>) => day.orders.map((one, i) => (i < n ? { ...one, ...more } : one))
  const byCode = { rule: 'code', click: null }

  test.each<[string, Partial<DaySeen>, string]>([
    [
      'datacenter',
      { orders: orders(6, clicked({ ip: '5.9.1.0' })) },
      '6 of 10 orders of a day came by clicks from addresses that are rented to servers; usual is below 5 %.',
    ],
    [
      'throwaway_email',
      { orders: orders(4, { throwaway: true }) },
      '4 of 10 orders of a day have e-mail addresses that exist for minutes; usual is below 3 %.',
    ],
    [
      'same_browser',
      { browser: { agent: 'A', clicks: 190, networks: 80 } },
      '190 of 200 clicks of a day came from one and the same browser in 80 networks, from no page; usual is below 30 %.',
    ],
    [
      'duplicate_clicks',
      { duplicates: 130 },
      '130 of 200 clicks of a day (65 %) were made again by the same visitor within the hour; usual is below 30 %.',
    ],
    [
      'leaked_code',
      { orders: orders(10, byCode), couponClicks: 4 },
      'MIA10 was used on 10 orders of a day without a click; usual is 1 a day, and coupon sites sent 4 visitors.',
    ],
    [
      'conversion',
      { week: { unique: 40, orders: 30 } },
      '30 of 40 visitors of a week ordered (75 %); nine of ten creators stay below 6 %.',
    ],
    [
      'geography',
      {
        countries: new Map([
          ['TH', 150],
          ['DE', 50],
        ]),
      },
      '150 of 200 clicks of a day (75 %) came from TH; usual in this program is 1 %.',
    ],
    [
      'fellow_purchase',
      { orders: orders(2, { shopperEmail: 'x' }) },
      '2 orders of a day were placed by other creators of this program; usual is none.',
    ],
  ])('%s', (rule, more, says) => expect(found(more).map((one) => [one.rule, one.says])).toEqual([[rule, says]]))

  test('is silent about an ordinary day, an audience at home and where there is nothing to compare with', () => {
    expect(found({})).toEqual([])
    expect(found({ country: 'TH', countries: new Map([['TH', 200]]) })).toEqual([])
    expect(found({ countries: new Map([['TH', 200]]) }, { countries: new Map() })).toEqual([])
    expect(found({ week: { unique: 40, orders: 30 } }, { peers: { count: 3, rate: 0.06 } })).toEqual([])
    expect(found({ orders: [], clicks: 0, duplicates: 0, browser: null, countries: new Map() })).toEqual([])
  })
})

test('scores add up as independent hints, a rule once', () => {
  expect(score([])).toBe(0)
  expect(
    score([
      { rule: 'a', weight: 40 },
      { rule: 'b', weight: 40 },
    ]),
  ).toBe(64)
  expect(
    score([
      { rule: 'a', weight: 40 },
      { rule: 'a', weight: 30 },
    ]),
  ).toBe(40)
  expect(Object.values(weights).every(({ weight, strong }) => weight > 0 && weight <= strong && strong <= 100)).toBe(true)
})

test('sources: coupon sites with their subdomains, servers, marks of paid clicks; a free fbclid is none', () => {
  expect(couponSiteOf('https://www.gutscheine.de/a')).toBe('gutscheine.de')
  expect(['https://notretailmenot.com/', 'retailmenot.com', null].map((from) => couponSiteOf(from))).toEqual([null, null, null])
  expect(['5.9.1.0', '84.1.2.0', '2001:db8:1::', null].map(isServerAddress)).toEqual([true, false, false, false])
  expect(
    [
      'https://g.co/?x=1&GCLID=a',
      'https://l.facebook.com/?fbclid=a',
      '?fbclid=a&utm_medium=paid_social',
      'https://x.y/?q=gclid',
    ].map(adMarkIn),
  ).toEqual(['gclid', null, 'fbclid', null])
  expect(withAdMark('https://a.b/?c=d', '/mia?msclkid=secret')).toBe('https://a.b/?c=d&msclkid=')
  expect(adMarkIn(withAdMark('', '/mia?fbclid=a&utm_medium=cpc'))).toBe('fbclid')
  expect(['a@mailinator.com', 'a@sub.mailinator.com', 'a@gmail.com', 'nonsense'].map(isThrowaway)).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('who decides, what and when', () => {
  const dispute = { kind: 'dispute', state: 'open', appeal: null }
  expect(() => checkVerdict(dispute, 'uphold', null)).toThrow('cannot be decided')
  expect(() => checkVerdict({ ...dispute, state: 'released' }, 'credit', 'Ana')).toThrow('Ana has decided')
  expect(() => checkAppeal({ ...dispute, state: 'upheld' })).toThrow('no decision against you')
  const bench = { creatorPersonId: 'mia', appeal: 'open', decidedBy: 'ana', judges: ['ana', 'mia'] }
  expect(() => checkJudge({ personId: 'ana', role: 'manager' }, bench)).not.toThrow()
  expect(() => checkJudge({ personId: 'ana', role: 'manager' }, { ...bench, judges: ['ana', 'ben'] })).toThrow('appealed')
  expect(() => checkJudge({ personId: 'mia', role: 'manager' }, bench)).toThrow('about you')
  expect(toldWhy(['click_flood', 'quick_order', 'coupon_site'])).toHaveLength(2)
  expect(numbersIn('#1042, 1043;#1044 ')).toEqual(['1042', '1043', '1044'])
})
