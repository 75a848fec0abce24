import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readRecords } from '../../src/creators/rules-import-file.ts'
import { readOrders } from '../../src/orders/rules-import.ts'
import { isAmazon, readAmazon } from '../../src/orders/rules-import-amazon.ts'
import { dayOrderOf, plainDay, plainNumber } from '../../src/orders/rules-import-words.ts'
import { csv } from '../roster.ts'

const amazon = (name: string) => {
  const sheet = readRecords(readFileSync(new URL(`../fixtures/amazon/${name}.csv`, import.meta.url)), 5)
  expect(isAmazon(sheet)).toBe(true)
  return readAmazon(sheet)
}

test('numbers tell by themselves which sign is the decimal one', () => {
  const read: [string, string][] = [
    ['1.234,50 €', '1234.50'],
    ['1,234.50', '1234.50'],
    ['−12,5', '-12.5'],
    ['(3.00)', '-3.00'],
    ['￥1,200', '1200'],
    ['$-25.00', '-25.00'],
    ['-$25.00', '-25.00'],
    ['0,125', '0.125'],
    ['1.234.567', '1234567'],
    ['CDN$ 12.50', '12.50'],
    ['1 234,56 €', '1234.56'],
    ['1,200円', '1200'],
  ]
  for (const [typed, number] of read) expect(plainNumber(typed, 'x'), typed).toBe(number)
  for (const typed of ['', 'abc', 'NaN', '1e5', '1,2,3', '12..5', '1.23.4', '--1', '(-1)', '1,23.456,7', '(1'])
    expect(() => plainNumber(typed, 'x'), typed).toThrow('is no number')
})

test('dates in many languages; of three numbers the whole file says which is the day', () => {
  const read: [string, string][] = [
    ['09/16/2026', '2026-09-16'],
    ['September 15 2026', '2026-09-15'],
    ['15 de septiembre de 2026', '2026-09-15'],
    ['15. März 2026', '2026-03-15'],
    ['1er juin 2026', '2026-06-01'],
    ['2 juillet 2026', '2026-07-02'],
    ['2026年1月15日', '2026-01-15'],
    ['2026/01/15', '2026-01-15'],
    ['15 août 2026', '2026-08-15'],
    ['Sep 5, 2026', '2026-09-05'],
    ['16-Sep-2026', '2026-09-16'],
    ['2026-01-15 10:00:00', '2026-01-15'],
  ]
  for (const [typed, day] of read) expect(plainDay(typed, 'month first', 'date'), typed).toBe(day)
  expect(plainDay('03/04/2026', 'day first', 'date')).toBe('2026-04-03')
  for (const typed of ['', '2026-02-30', '13/13/2026', 'soon', '15 2026'])
    expect(() => plainDay(typed, 'month first', 'date'), typed).toThrow('is no date')
  expect([['01/15/2026', '01/02/2026'], ['15/01/2026'], ['01/02/2026'], ['15/01/2026', '01/15/2026']].map(dayOrderOf)).toEqual([
    'month first',
    'day first',
    undefined,
    undefined,
  ])
})

const facts = (reading: ReturnType<typeof readAmazon>) => reading.rows.flatMap((row) => ('fact' in row ? [row.fact] : []))
const backs = (reading: ReturnType<typeof readAmazon>) => reading.rows.flatMap((row) => ('back' in row ? [row.back] : []))

test('earnings of Amazon in America: a title, two of the same, a return, a total', () => {
  const us = amazon('earnings-us')
  expect(us.problems).toEqual([])
  const usd = (minor: string) => ({ minor, currency: 'USD' })
  expect(facts(us)[0]).toEqual({
    type: 'order.placed',
    orderId: expect.stringMatching(/^brandmaya-20\/B000TEST01\/2026-01-15\/[0-9a-f]{24}\/1$/),
    number: 'Amazon B000TEST01',
    at: '2026-01-15T12:00:00.000Z',
    paid: true,
    test: false,
    base: usd('2500'),
    components: { total: usd('2500') },
    codes: [],
    shopper: {},
    items: [{ sku: 'B000TEST01', quantity: 2, net: usd('2500') }],
    mirror: { commission: usd('100'), creatorKey: 'brandmaya-20' },
  })
  const ids = facts(us).map((fact) => fact.orderId)
  expect(ids).toHaveLength(3)
  expect(ids[1]).toBe(ids[0]!.replace(/1$/, '2'))
  expect(facts(us)[2]).toMatchObject({ base: usd('125000') })
  expect(backs(us)).toMatchObject([{ under: 'brandmaya-20/B000TEST01/', at: '2026-01-20T12:00:00.000Z', base: usd('1250') }])
})

test('in German, Spanish, Japanese and French; what is only ordered is not paid', () => {
  const eur = (minor: string) => ({ minor, currency: 'EUR' })
  const de = amazon('earnings-de')
  expect(facts(de).map((fact) => [fact.at.slice(0, 10), 'base' in fact && fact.base])).toEqual([
    ['2026-01-16', eur('2500')],
    ['2026-01-16', eur('2500')],
    ['2026-01-17', eur('123450')],
  ])
  expect(facts(de)[2]).toMatchObject({ mirror: { commission: eur('6173'), creatorKey: 'brandmaya-21' } })
  expect(backs(de)).toMatchObject([{ base: eur('3750') }])
  const es = amazon('earnings-es')
  expect(facts(es)).toMatchObject([{ at: '2026-09-15T12:00:00.000Z' }, { mirror: { creatorKey: 'nadie-21' } }])
  expect(es.problems).toMatchObject([{ line: 5, field: 'date', says: '“pronto” is no date.' }])
  expect(facts(amazon('earnings-jp'))).toMatchObject([
    { at: '2026-01-15T12:00:00.000Z', base: { minor: '2400', currency: 'JPY' } },
  ])
  expect(facts(amazon('orders-fr'))).toMatchObject([
    { paid: false, at: '2026-01-15T12:00:00.000Z', base: eur('2500'), mirror: { commission: eur('0') } },
  ])
})

test('a row is the same in every language, and no other', () => {
  const first = (head: string, row: string) => facts(readAmazon(readRecords(csv(head, row), 5)))[0]?.orderId
  const row = (date: string, price: string, word: string) =>
    `${word},${word},B000TEST01,${word},brandmaya-20,${date},${price},2,0,${price},1.00,${word},${word}`
  const english =
    'Category,Name,ASIN,Seller,Tracking ID,Date Shipped,Price(€),Items Shipped,Returns,Revenue(€),Ad Fees(€),Device,Direct'
  const spanish =
    'Categoría,Nombre,ASIN,Vendedor,ID de seguimiento,Fecha de envío,Precio(€),Artículos enviados,Devoluciones,Ingresos(€),Comisiones(€),a,b'
  const one = first(english, row('2026-01-15', '12.50', 'x'))
  expect(one).toBeDefined()
  expect(first(spanish, row('15 de enero de 2026', '"12,50"', 'p'))).toBe(one)
  expect(first('A,B,ASIN,C,D,E,F(€),G,H,I(€),J(€),K,L', row('15.01.2026', '12.50', 'q'))).toBe(one)
  expect(first(english, row('2026-01-16', '12.50', 'x'))).not.toBe(one)
})

const options = { zone: 'Europe/Berlin', source: 'csv', hash: (text: string) => `#${text}` }
const head = 'Type,Order ID,Number,Date,Currency,Total,Tax,Shipping,Base,Codes,E-mail,Refund,Items,Paid,Note'
const read = (...lines: string[]) => readOrders(readRecords(csv(head, ...lines)), options)

test('our own list: orders, refunds, cancellations and leads', () => {
  const eur = (minor: string) => ({ minor, currency: 'EUR' })
  const all = read(
    'order,1,#1,2026-09-16 14:30,eur,"1.234,50",100,34.50,,maya15 x10,Ann@example.com,,TEE*2=1000; MUG,yes,',
    'refund,1,,2026-09-17,EUR,,,,"50,00",,,r1,,,',
    'cancellation,2,,2026-09-17T10:00:00Z,,,,,,,,,,,',
    'lead,L1,,2026-09-17,,,,,,maya15,,,,,',
    'rejected lead,L2,,2026-09-17,,,,,,,,,,,spam',
  )
  expect(all.problems).toEqual([])
  expect(facts(all)).toEqual([
    {
      type: 'order.placed',
      orderId: '1',
      number: '#1',
      at: '2026-09-16T12:30:00.000Z',
      paid: true,
      test: false,
      base: eur('110000'),
      components: { total: eur('123450'), tax: eur('10000'), shipping: eur('3450') },
      codes: ['MAYA15', 'X10'],
      shopper: { email: '#ann@example.com' },
      items: [
        { sku: 'TEE', quantity: 2, net: eur('100000') },
        { sku: 'MUG', quantity: 1 },
      ],
    },
    { type: 'order.refunded', refundId: 'r1', orderId: '1', at: '2026-09-17T10:00:00.000Z', base: eur('5000') },
    { type: 'order.cancelled', orderId: '2', at: '2026-09-17T10:00:00.000Z' },
    {
      type: 'lead.qualified',
      orderId: 'L1',
      number: 'L1',
      at: '2026-09-17T10:00:00.000Z',
      test: false,
      codes: ['MAYA15'],
      shopper: {},
    },
    { type: 'lead.rejected', orderId: 'L2', at: '2026-09-17T10:00:00.000Z', reason: 'spam' },
  ])
})

test.each<[string, string, string]>([
  ['type', 'gift,1,,2026-09-16,EUR,10,,,,,,,,,', '“gift” is no type.'],
  ['order', 'order,,,2026-09-16,EUR,10,,,,,,,,,', 'There is no order id.'],
  ['order', 'order,5.00E+12,,2026-09-16,EUR,10,,,,,,,,,', '“5.00E+12” lost digits in a spreadsheet.'],
  ['date', 'order,1,,,EUR,10,,,,,,,,,', 'There is no date.'],
  ['date', 'order,1,,03/04/2026,EUR,10,,,,,,,,,', '“03/04/2026” can be read in two ways.'],
  ['currency', 'order,1,,2026-09-16,QQQ,10,,,,,,,,,', '“QQQ” is no currency.'],
  ['total', 'order,1,,2026-09-16,EUR,-10,,,,,,,,,', 'It is below zero.'],
  ['total', 'order,1,,2026-09-16,EUR,NaN,,,,,,,,,', '“NaN” is no number.'],
  ['total', 'order,1,,2026-09-16,EUR,,,,,,,,,,', 'There is no amount.'],
  ['total', 'order,1,,2026-09-16,EUR,99999999999999999999,,,,,,,,,', '"99999999999999999999" is not an amount of money.'],
  ['base', 'order,1,,2026-09-16,EUR,10,,,11,,,,,,', 'It is more than the total.'],
  ['base', 'refund,1,,2026-09-16,EUR,,,,,,,r1,,,', 'What was given back is missing.'],
  ['refund', 'refund,1,,2026-09-16,EUR,,,,5,,,,,,', 'There is no refund id.'],
  ['email', 'order,1,,2026-09-16,EUR,10,,,,,nobody,,,,', 'That is no e-mail address.'],
  ['paid', 'order,1,,2026-09-16,EUR,10,,,,,,,,maybe,', '“maybe” is neither yes nor no.'],
])('a wrong %s is named with its line: %s', (field, line, says) => {
  const { rows, problems } = read(line)
  expect(rows).toEqual([])
  expect(problems).toMatchObject([{ line: 2, field, says }])
  expect(problems[0]?.fix).not.toBe('')
})

test.each([
  ['12.500', 12_500],
  ['1,234.500', 1_234_500],
  ['1.234,500', 1_234_500],
  ['0,250', 250],
  ['7.5', 7_500],
])('dinars have three decimals: %s is %i fils', (typed, minor) => {
  const { rows, problems } = read(`order,1,,2026-09-16,KWD,,,,"${typed}",,,,,,`)
  expect(problems).toEqual([])
  expect(rows).toMatchObject([{ fact: { base: { minor: String(minor), currency: 'KWD' } } }])
})

test('of dinars a comma before three digits is not guessed', () => {
  const { rows, problems } = read('order,1,,2026-09-16,TND,,,,"12,500",,,,,,')
  expect(rows).toEqual([])
  expect(problems).toMatchObject([{ field: 'base', says: '“12,500” can be read in two ways.', fix: 'Write it like 1234.500.' }])
})

test('the same order twice in one file is named; a list without headings is none', () => {
  const line = 'order,1,,2026-09-16,EUR,10,,,,,,,,,'
  expect(read(line, line).problems).toMatchObject([{ line: 3, field: 'order', says: 'It stands in line 2 too.' }])
  expect(() => readOrders(readRecords(csv('a,b', '1,2')), options)).toThrow('No heading says')
})
