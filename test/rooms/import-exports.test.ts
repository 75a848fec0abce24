// Orders as the exports of shops and other tools write them.
import { expect, test } from 'vitest'
import { readRecords } from '../../src/creators/rules-import-file.ts'
import { readOrders } from '../../src/orders/rules-import.ts'
import { csv } from '../roster.ts'

const options = { zone: 'Europe/Berlin', source: 'csv', hash: (text: string) => `#${text}` }
const facts = (reading: ReturnType<typeof readOrders>) => reading.rows.flatMap((row) => ('fact' in row ? [row.fact] : []))

test('an order that its list says was given back or cancelled is no sale, and one that waits is not paid', () => {
  const rows = (...lines: string[]) =>
    readOrders(readRecords(csv('Id,Created at,Currency,Subtotal,Financial Status,Cancelled at', ...lines)), options)
  const line = (id: string, status: string, cancelled = '') => `${id},2026-09-16 14:30:00 +0200,EUR,50.00,${status},${cancelled}`
  const shopify = rows(
    line('1', 'paid'),
    line('2', 'refunded'),
    line('3', 'partially_refunded'),
    line('4', 'pending'),
    line('5', 'paid', '2026-09-17 10:00:00 +0200'),
    line('6', 'voided'),
    line('7', 'paiid'),
    line('8', ''),
  )
  expect(facts(shopify).map((fact) => [fact.orderId, 'paid' in fact && fact.paid])).toEqual([
    ['1', true],
    ['4', false],
    ['8', true],
  ])
  expect(shopify.problems.map(({ line, field, says }) => [line, field, says])).toEqual([
    [3, 'status', 'The list says “refunded”.'],
    [4, 'status', 'The list says “partially_refunded”.'],
    [6, 'status', 'The list says “cancelled”.'],
    [7, 'status', 'The list says “voided”.'],
    [8, 'status', '“paiid” is no status that we know.'],
  ])
  const woo = readOrders(
    readRecords(
      csv(
        'type,order id,date,currency,total,payment status,order status',
        'order,1,2026-09-16,EUR,10,paid,wc-cancelled',
        'order,2,2026-09-16,EUR,10,Paid,wc-completed',
        'lead,3,2026-09-16,,,,Denied',
        'lead,4,2026-09-16,,,,Pending',
      ),
    ),
    options,
  )
  expect(facts(woo).map(({ orderId }) => orderId)).toEqual(['2'])
  expect(woo.problems.map(({ line, says }) => [line, says])).toEqual([
    [2, 'The list says “wc-cancelled”.'],
    [4, 'The list says “Denied”.'],
    [5, 'It is not decided yet.'],
  ])
})

test('the time of an order is read with its half of the day and its offset, and a zone by name is refused', () => {
  const at = (date: string) => {
    const { rows, problems } = readOrders(readRecords(csv('order,date,currency,total', `1,"${date}",EUR,10`)), options)
    const [row] = rows
    return row && 'fact' in row ? row.fact.at : problems[0]?.says
  }
  const read: [string, string][] = [
    ['2026-09-16 14:30:00 -0500', '2026-09-16T19:30:00.000Z'],
    ['2026-09-16 14:30:00 UTC', '2026-09-16T14:30:00.000Z'],
    ['2026-09-16 14:30', '2026-09-16T12:30:00.000Z'],
    ['9/16/2026 2:30 PM', '2026-09-16T12:30:00.000Z'],
    ['9/16/2026 12:05:00 AM', '2026-09-15T22:05:00.000Z'],
    ['Sep 16, 2026, 12:05 p.m.', '2026-09-16T10:05:00.000Z'],
    ['16.9.2026, 14:30:11', '2026-09-16T12:30:00.000Z'],
    ['16.09.2026 14:30 Uhr', '2026-09-16T12:30:00.000Z'],
    ['2026-09-16', '2026-09-16T10:00:00.000Z'],
  ]
  for (const [date, instant] of read) expect(at(date), date).toBe(instant)
  for (const date of ['2026-09-16 14:30 CST', '2026-09-16 24:30', '2026-09-16 14:30 +9900', '9/16/2026 2:30 XM'])
    expect(at(date), date).toBe(`“${date}” is no time.`)
})

test('a shop’s further lines of one order are no rows that are wrong', () => {
  const list = csv(
    'Name,Email,Financial Status,Currency,Subtotal,Created at,Lineitem name,Id',
    '#1001,ann@example.com,paid,EUR,80.00,2026-09-16 14:30:00 +0200,Tee,501',
    '#1001,ann@example.com,,,,2026-09-16 14:30:00 +0200,Mug,',
    '#1001,ann@example.com,,,,2026-09-16 14:30:00 +0200,Cap,',
    '#1002,bob@example.com,,,,2026-09-17 14:30:00 +0200,Cap,',
  )
  const { rows, problems } = readOrders(readRecords(list), options)
  expect(rows.map(({ line, what }) => [line, what])).toEqual([[2, '#1001']])
  expect(problems).toMatchObject([{ line: 5, what: '#1002', says: 'There is no order id.' }])
})

test('no commission on the tax that a shop has in its subtotals', () => {
  const base = (line: string) => {
    const { rows } = readOrders(
      readRecords(csv('Id,Created at,Currency,Subtotal,Shipping,Taxes,Total', `1,2026-09-16,EUR,${line}`)),
      options,
    )
    const [row] = rows
    return row && 'fact' in row && row.fact.type === 'order.placed' ? row.fact.base.minor : undefined
  }
  // Prices with the tax in them, prices without it, a list without totals, and one without taxes.
  expect(['119.00,0,19.00,119.00', '100.00,5.00,8.00,113.00', '100.00,,,', '80.00,5.00,,85.00'].map(base)).toEqual([
    '10000',
    '10000',
    '10000',
    '8000',
  ])
})
