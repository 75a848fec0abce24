import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRoster } from '../../src/creators/rules-import.ts'
import { readSheet } from '../../src/creators/rules-import-file.ts'
import { parseTags, readFilter, sayFilter, writeFilter } from '../../src/creators/rules-roster.ts'
import { csvFile } from '../../src/kernel/csv.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { parsePercent } from '../../src/programs/rules.ts'
import { checkInvite } from '../../src/programs/rules-invites.ts'
import { csv, three } from '../roster.ts'

const reading = { locale: 'en', currency: 'EUR' }
const read = (...lines: string[]) => readRoster(readSheet(csv(...lines)).rows, reading)

describe('a list', () => {
  test('headings of many tools, delimiters and encodings', () => {
    const latin = Buffer.from(
      'Full name;Instagram handle;TikTok;E-Mail Address;Shoe size\r\nJürgen Groß;@jg;@jgtok;j@example.com;44\r\n',
      'latin1',
    )
    const sheet = readSheet(latin)
    expect(sheet.ignored).toEqual(['Shoe size'])
    expect(readRoster(sheet.rows, reading).rows).toMatchObject([
      { line: 2, name: 'Jürgen Groß', handle: '@jg', handles: ['@jgtok'], email: 'j@example.com' },
    ])
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('name\temail\nZoë\tz@example.com', 'utf16le')])
    expect(readRoster(readSheet(wide).rows, reading).rows).toMatchObject([{ name: 'Zoë', email: 'z@example.com' }])
    expect(readSheet(csv('\ufeffname,email', 'A B,a@example.com')).columns).toEqual(['name', 'email'])
  })

  test.each([
    ['empty', csv(''), 'The file is empty.'],
    ['no heading', csv('colour,size', 'red,4'), 'No heading says which column'],
    ['an open quote', csv('name,email', '"Mia,mia@example.com'), 'no list that we can read'],
    ['two e-mails', csv('email,e-mail', 'a@b.example,c@d.example'), 'Two columns seem to hold the email.'],
    ['too many', csv('email', ...Array.from({ length: 2_001 }, (_, i) => `a${i}@example.com`)), 'The file has 2001 rows.'],
  ])('%s is refused with what helps', (_what, bytes, says) => {
    expect(() => readSheet(bytes)).toThrow(Refusal)
    expect(() => readSheet(bytes)).toThrow(says)
  })

  test('of two columns that mean the same both are named', () => {
    expect(() => readSheet(csv('email,Coupon,Code', 'a@example.com,A1,B2'))).toThrow(
      expect.objectContaining({ fix: '“Coupon” and “Code” mean the same: take one out, or give it another heading.' }),
    )
  })

  test('what we write is read back as it was, its guards taken off', () => {
    const back = readSheet(csvFile(['name', 'handle', 'balance'], [['=1+1', '@mia', -12.5]]))
    expect(back.rows[0]!.cells).toEqual({ name: '=1+1', handle: '@mia', balance: '-12.5' })
  })
})

describe('a roster', () => {
  test('each row becomes one creator', () => {
    const { rows, problems, remarks } = readRoster(readSheet(three).rows, reading)
    expect([problems, remarks]).toEqual([[], []])
    expect(rows).toMatchObject([
      {
        line: 2,
        name: 'Mia Lind',
        handle: '@mia.glow',
        country: 'DE',
        niche: 'beauty',
        codes: ['MIA15'],
        destinations: ['https://shop.example.com/serum'],
        rateBps: 1200,
        tier: 'Gold',
        tags: ['vip', 'summer'],
        openingMinor: 5000n,
      },
      { line: 3, handle: '@bo.berg', codes: ['BO10', 'BO20'], rateBps: null, openingMinor: -1250n },
      { line: 4, handle: '', country: 'ZZ', niche: 'other', openingMinor: 0n },
    ])
  })

  test('a balance that a bookkeeper or a spreadsheet wrote in another way is not guessed', () => {
    const { rows, problems } = read(
      'email,balance',
      ...['12.00 DR', '12.00 CR', '1e5', '12.00 kr', 'EUR 12.00'].map((balance, i) => `a${i}@example.com,${balance}`),
    )
    expect(rows.map(({ line, openingMinor }) => [line, openingMinor])).toEqual([
      [5, 1_200n],
      [6, 1_200n],
    ])
    expect(problems.map(({ says }) => says)).toEqual(
      ['DR', 'CR'].map((word) => `“12.00 ${word}” can be read in two ways.`).concat('“1e5” can be read in two ways.'),
    )
  })

  test('what a tool writes where there is nothing is nothing, but in a name', () => {
    const { rows, problems } = read(
      'name,email,handle,code,balance,country',
      'Na,na@example.com,N/A,none,$ -,#N/A',
      'Bo,bo@example.com,none,None,-,null',
    )
    expect(problems).toEqual([])
    expect(rows).toMatchObject([
      { name: 'Na', handle: '', codes: [], openingMinor: 0n, country: 'ZZ' },
      { name: 'Bo', handle: '', codes: [], openingMinor: 0n, country: 'ZZ' },
    ])
  })

  test('whom the earlier tool had blocked or not let in comes in with no list', () => {
    const { rows, problems } = read(
      'name,email,status',
      'Ann,ann@example.com,Active',
      'Bob,bob@example.com,Blocked',
      'Cem,cem@example.com,pending',
      'Dee,dee@example.com,',
      'Eve,eve@example.com,APPROVED',
    )
    expect(rows.map(({ name }) => name)).toEqual(['Ann', 'Dee', 'Eve'])
    expect(problems).toMatchObject([
      { line: 3, name: 'Bob', says: 'The list says “Blocked” of them.' },
      { line: 4, name: 'Cem', says: 'The list says “pending” of them.', fix: expect.stringContaining('Take the line out') },
    ])
  })

  test('every problem is named with its line and its fix, and keeps only its own row out', () => {
    const { rows, problems } = read(
      'name,handle,email,country,code,rate,balance,currency,tags',
      'Good,@good,good@example.com,DE,GOOD1,10,1.00,,',
      'Bad,@b d!,no-mail,Atlantis,A!,120,12.345,,<x>',
      'Foreign,@foreign,,,,,5,USD,',
      'Nobody,,,,,,,,',
      'Twin,@GOOD,,,,,,,',
      'Thief,@thief,,,good1,,,,',
    )
    expect(rows.map((row) => row.name)).toEqual(['Good'])
    const of = (line: number) => problems.filter((one) => one.line === line).map((one) => one.says)
    expect(of(3)).toEqual([
      'That does not look like a handle.',
      '“no-mail” is no e-mail address.',
      'We do not know that country.',
      '“A!” can be no code.',
      'The rate is a percentage from 0 to 100.',
      '“<x>” is no tag.',
      '“12.345” can be read in two ways.',
    ])
    expect(of(4)).toEqual(['The balance is in USD.'])
    expect(of(5)).toEqual(['There is no e-mail and no handle.'])
    expect(of(6)).toEqual(['@good stands in line 2 too.'])
    expect(of(7)).toEqual(['GOOD1 stands in line 2 too.'])
    expect(problems.every((one) => one.fix !== '')).toBe(true)
  })

  test.each([
    ['1,234.50', 123450n],
    ['1.234,50', 123450n],
    ['€ 50', 5000n],
    ['50,5 EUR', 5050n],
    ['1,234', 123400n],
    ['-3.00', -300n],
    ["1'000.00", 100000n],
    ['1.500.000', 150000000n],
    ['12.500', 12_500n, 'KWD'],
    ['1.500.000', 1_500_000n, 'CLP'],
    ['$120.50', 12_050n, 'CAD'],
    ['US$ 120.50', 12_050n, 'USD'],
    ['¥1200', 1_200n, 'JPY'],
  ])('a balance of %s', (typed, minor, currency = 'EUR') => {
    const sheet = [{ line: 2, cells: { email: 'a@example.com', balance: typed } }]
    expect(readRoster(sheet, { ...reading, currency })).toMatchObject({ rows: [{ openingMinor: minor }], problems: [] })
  })

  test.each([
    ['1.500', 'EUR'],
    ['12.000', 'JPY'],
    ['12,500', 'KWD'],
  ])('a balance of %s %s is not guessed', (balance, currency) => {
    const { rows, problems } = readRoster([{ line: 2, cells: { email: 'a@example.com', balance } }], { ...reading, currency })
    expect([rows, problems.map(({ says }) => says)]).toEqual([[], [`“${balance}” can be read in two ways.`]])
  })

  test.each([
    ['$120.50', 'EUR', '$'],
    ['$120.50', 'GBP', '$'],
    ['¥1200', 'USD', '¥'],
    ['€ 50', 'USD', '€'],
  ])('a balance of %s is none in %s', (balance, currency, sign) => {
    const { rows, problems } = readRoster([{ line: 2, cells: { email: 'a@example.com', balance } }], { ...reading, currency })
    expect([rows, problems.map(({ says }) => says)]).toEqual([[], [`The balance is in ${sign}.`]])
  })

  test.each([
    ['0.12', null],
    ['0,5', null],
    ['0.5 %', 50],
    ['1', 100],
    ['0', 0],
  ])('a rate of %s', (rate, rateBps) => {
    const { rows, problems } = readRoster([{ line: 2, cells: { email: 'a@example.com', rate } }], reading)
    expect(rows.map((row) => row.rateBps)).toEqual(rateBps === null ? [] : [rateBps])
    expect(problems.map(({ says }) => says)).toEqual(rateBps === null ? [`“${rate}” can be read in two ways.`] : [])
  })

  test('a long name is cut between two characters and never within one', () => {
    const { rows } = read('name,email,tier', `${'a'.repeat(59)}😀b,a@example.com,${'t'.repeat(29)}😀b`)
    expect(rows).toMatchObject([{ name: `${'a'.repeat(59)}😀`, tier: `${'t'.repeat(29)}😀` }])
  })

  test('nothing that a file may hold breaks the reader', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 6 }), { maxLength: 6 }), (rows) => {
        const bytes = Buffer.from(['name,email,code,balance,rate,country', ...rows.map((row) => row.join(','))].join('\n'))
        try {
          const roster = readRoster(readSheet(bytes).rows, reading)
          for (const row of roster.rows) expect(row.email !== '' || row.handle !== '').toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})

test('tags have one form', () => {
  expect(parseTags(' VIP, #Summer 26;vip ,, ')).toEqual(['vip', 'summer-26'])
  expect(() => parseTags('a"b')).toThrow('is no tag')
  expect(() => parseTags(Array.from({ length: 21 }, (_, i) => `t${i}`).join())).toThrow('more than 20')
})

test('a filter survives a button, and nothing else is read as one', () => {
  const filter = { state: 'approved', tag: 'vip & co', niche: 'food', inactive: 30, sales: 1 }
  expect(readFilter(writeFilter(filter))).toEqual(filter)
  expect(writeFilter({})).toBe('all')
  expect(Object.values(readFilter('all')).filter(Boolean)).toEqual([])
  expect(sayFilter(filter)).toBe('approved, tag or tier vip & co, food, no sale or content for 30 days, at least 1 sale')
  for (const bad of ['state=king', 'sales=x', 'sales=-1', 'who=me']) expect(() => readFilter(bad)).toThrow('can not be read')
})

describe('invitations to a chat', () => {
  test.each([
    ['discord', 'https://discord.gg/AbC'],
    ['discord', 'https://discord.com/invite/AbC'],
    ['slack', 'https://join.slack.com/t/glow/shared_invite/zt-1'],
    ['slack', 'https://glow.slack.com/join/x'],
  ] as const)('%s: %s', (platform, url) => expect(checkInvite(platform, url)).toBe(url))

  test.each([
    ['discord', 'http://discord.gg/AbC'],
    ['discord', 'https://discord.gg.evil.example/AbC'],
    ['discord', 'https://evildiscord.gg/AbC'],
    ['discord', 'https://discord.gg@evil.example/'],
    ['discord', 'https://discord.gg:8443/x'],
    ['discord', 'https://join.slack.com/t/x'],
    ['slack', 'https://slack.com.evil.example/x'],
    ['slack', 'https://evil-slack.com/x'],
    ['slack', 'javascript:alert(1)//join.slack.com/'],
    ['slack', 'https://join.slack.com\\@evil.example/'],
  ] as const)('%s: not %s', (platform, url) => expect(() => checkInvite(platform, url)).toThrow('That is no invitation'))

  test('off takes it away', () => expect(checkInvite('slack', ' OFF ')).toBeUndefined())
})

test('a percentage', () => {
  expect([parsePercent('10'), parsePercent('12,5 %'), parsePercent('0')]).toEqual([1000, 1250, 0])
  for (const bad of ['', '101', '-1', '1.234', 'ten']) expect(() => parsePercent(bad)).toThrow('percentage')
})
