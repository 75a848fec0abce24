import { expect, test } from 'vitest'
import * as c from '../../src/kernel/card.ts'
import { plain, plainText } from '../../src/kernel/plain.ts'

const eur = (minor: bigint) => c.money({ minor, currency: 'EUR' })

test('facts stand in two columns under the title', () => {
  const card = c.card('Your streak', c.facts({ Now: c.text`${2} weeks`, Best: c.text`${12} weeks` }))
  expect(plain(card)).toBe(plain`
    Your streak
    Now   2 weeks
    Best  12 weeks`)
})

test('every block has its line', () => {
  const card = c.card(
    'All of it',
    'Hello <b>you</b> & me',
    c.small('quiet words'),
    c.table(
      ['Who', 'Sales'],
      [
        [c.person('per_1', 'Mia'), eur(123450n)],
        ['Ana', eur(5n)],
      ],
      { caption: 'This week', align: ['left', 'right'] },
    ),
    c.divider,
    c.image({ url: 'https://example.com/a.png' }, 'A jar'),
    c.chart('bar', 'Clicks', [{ name: 'clicks', points: [] }], 'rising'),
    c.choice('Why', 'review reject', 'reason', [
      { label: 'brief', value: 'brief' },
      { label: 'quality', value: 'quality' },
    ]),
    c.buttons({ label: 'Approve', run: 'review approve' }, { label: 'Open', url: 'https://example.com/' }),
  )
  expect(plain(card)).toBe(plain`
    All of it
    Hello <b>you</b> & me
    quiet words
    This week
    Who      Sales
    Mia  €1,234.50
    Ana      €0.05
    ---
    [Picture: A jar]
    [Chart: Clicks. rising]
    Why: brief | quality
    [Approve] [Open: https://example.com/]`)
})

test('moments are said in the zone of the reader', () => {
  const at = new Date('2026-11-20T23:30:00Z')
  expect(plainText([c.moment(at, 'day')])).toBe('Nov 20, 2026')
  expect(plainText([c.moment(at, 'day')], { zone: 'Europe/Berlin' })).toBe('Nov 21, 2026')
  expect(plainText([c.moment(at, 'ago')], { now: new Date('2026-11-21T02:31:00Z') })).toBe('3 hours ago')
  expect(plainText([c.moment(at, 'ago')])).toBe('Fri, Nov 20, 2026, 11:30 PM UTC')
})

test('links, codes and money of another language', () => {
  expect(plainText(c.text`Go ${c.link('home', 'https://a.example/')} with ${c.code('MIA10')}, ${c.strong('now')}`)).toBe(
    'Go home (https://a.example/) with MIA10, now',
  )
  expect(plainText([c.link('https://a.example/', 'https://a.example/')])).toBe('https://a.example/')
  expect(plainText([eur(123450n)], { locale: 'de' }).replace(/\s/g, ' ')).toBe('1.234,50 €')
})

test('a cell with line breaks stays one row', () => {
  expect(plain(c.card('T', c.table(['A', 'B'], [['x\ny', 'z']])))).toBe('T\nA    B\nx y  z')
})

test('the tag takes the common indent off', () => {
  expect(plain`
      a
        b ${1}

      c`).toBe('a\n  b 1\n\nc')
})
