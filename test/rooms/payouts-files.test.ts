import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { type Cell, csvRows, writeCsv } from '../../src/kernel/csv.ts'
import { fitting, formats, type Paying } from '../../src/payouts/rules-files.ts'
import type { PayeeDetails } from '../../src/payouts/rules-payee.ts'
import { readResults } from '../../src/payouts/rules-results.ts'
import { ibans } from './payees.ts'

const eur = (minor: number) => ({ minor: BigInt(minor), currency: 'EUR' })
const now = new Date('2026-12-15T09:00:00Z')

describe('files', () => {
  const paying = (n: number, account: PayeeDetails['account'], name = 'Mia Lind'): Paying => ({
    id: `pay_01JD0000000000000000000${String(n).padStart(3, '0')}`,
    reference: `P-000000000${n}`,
    amount: eur(1_050 * n),
    details: {
      name,
      country: 'DE',
      address: { line: 'Hauptstraße 1', more: '', postcode: '10115', city: 'Berlin', region: '' },
      account,
      tax: { form: 'none', last4: '', signedName: '', signedAt: '' },
      vatId: '',
      billing: false,
    },
  })
  const payer = {
    program: 'Glow',
    account: { name: 'Glow GmbH & Co', iban: ibans[4]!, bic: 'BKAUATWW' },
    now,
    batch: 'payout-2026-12-15-abcdef',
  }
  const all = [
    paying(1, { method: 'bank', iban: ibans[0]!, bic: 'COBADEFF' }, '=cmd|calc!A1'),
    paying(2, { method: 'bank', accountNumber: '12345678', routing: '021000021' }),
    paying(3, { method: 'paypal', email: 'mia@example.com' }),
    paying(4, { method: 'wise', email: 'mia@example.com' }),
    paying(5, { method: 'credit' }),
  ]

  test('each carries its own payments, amounts as plain numbers and names that run nothing', () => {
    const rows = (name: keyof typeof formats) =>
      parse(formats[name].write(fitting(name, all), payer).text, { bom: true }) as string[][]
    expect(rows('bank')).toHaveLength(3)
    expect(rows('bank')[1]).toEqual(expect.arrayContaining(["'=cmd|calc!A1", ibans[0], '10.50', 'EUR', 'P-0000000001']))
    expect(rows('paypal')).toEqual([['mia@example.com', '31.50', 'EUR', all[2]!.id, 'Your earnings from Glow', 'PAYPAL']])
    expect(rows('wise')[1]!.slice(0, 8)).toEqual([
      'Mia Lind',
      'mia@example.com',
      'P-0000000004',
      'PRIVATE',
      'target',
      '42.00',
      'EUR',
      'EUR',
    ])
    expect(rows('credit')[1]).toEqual(['Mia Lind', '52.50', 'EUR', 'P-0000000005'])
  })

  test('SEPA: one transfer for each IBAN, the sums agree, and names have only signs that banks take', () => {
    const { text } = formats.sepa.write(
      fitting('sepa', [...all, paying(6, { method: 'bank', iban: ibans[1]! }, 'Zoë <Łuna> & Søn')]),
      payer,
    )
    expect(text.match(/<CdtTrfTxInf>/g)).toHaveLength(2)
    expect(text.match(/<NbOfTxs>2<\/NbOfTxs><CtrlSum>73\.50<\/CtrlSum>/g)).toHaveLength(2)
    expect(text).toContain('<Nm>Zoe .Luna. . Son</Nm>')
    expect(text).toContain('<Nm>Glow GmbH . Co</Nm>')
    expect(text).toContain('<InstdAmt Ccy="EUR">63.00</InstdAmt>')
    expect(() => formats.sepa.write([], { ...payer, account: undefined })).toThrow('is not known')
  })

  test('SEPA asks for the day that the banks have, also late in the evening', () => {
    const day = (now: string) =>
      /<ReqdExctnDt><Dt>(.*?)</.exec(formats.sepa.write(fitting('sepa', all), { ...payer, now: new Date(now) }).text)?.[1]
    expect([day('2026-06-30T22:30:00Z'), day('2026-12-31T23:30:00Z'), day('2026-12-31T22:30:00Z')]).toEqual([
      '2026-07-01',
      '2027-01-01',
      '2026-12-31',
    ])
  })

  test('SEPA carries no account beyond it, which the bank list has', () => {
    const abroad = [
      paying(1, { method: 'bank', iban: 'AE070331234567890123456' }),
      paying(2, { method: 'bank', iban: ibans[0]! }),
    ]
    expect(fitting('sepa', abroad)).toEqual([abroad[1]])
    expect(fitting('bank', abroad)).toEqual(abroad)
  })

  test('no text of 100,000 begins a formula, numbers stay numbers, and what was written is what is read', () => {
    const signs = [
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\n',
      '\r\n',
      '＝',
      '＋',
      '－',
      '＠',
      ';',
      ',',
      '"',
      "'",
      '|',
      '%',
      ' ',
      '\u200b',
      '=cmd|',
      'a',
      '7',
      'é',
      '',
    ]
    let seed = 20_261_215
    const next = (n: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((seed / 2 ** 32) * n)
    }
    const word = (): string => Array.from({ length: 1 + next(6) }, () => signs[next(signs.length)]).join('')
    const rows: Cell[][] = Array.from({ length: 10_000 }, (_, i) => [
      `row ${i}`,
      ...Array.from({ length: 10 }, word),
      eur(next(20_000) - 10_000),
    ])
    const text = writeCsv(rows)
    const raw = parse(text, { bom: true }) as string[][]
    const cells = raw.flatMap((row) => row.slice(0, 11))
    expect(cells).toHaveLength(110_000)
    expect(cells.filter((cell) => /^[\s\p{Cf}\p{Cc}]*[=+\-@|%＝＋－＠]/u.test(cell))).toEqual([])
    expect(raw.filter((row) => !/^-?\d+\.\d\d$/.test(row[11]!))).toEqual([])
    expect(raw.some((row) => row[11]!.startsWith('-'))).toBe(true)
    expect(csvRows(text).map(({ cells }) => cells.slice(0, 11))).toEqual(rows.map((row) => row.slice(0, 11)))
  })

  test('an answer of a provider: known words settle or fail, anything else changes nothing and is told', () => {
    const { results, unread } = readResults(
      `Transfer ID;Status;Payment reference;Failure reason\n77;Completed;${all[3]!.reference};\n78;Bounced back;P-0000000001;Account closed\n79;funds converted?;P-0000000002;\n80;completed;unknown;\n81;processing;${all[2]!.id};`,
    )
    expect(results).toEqual([
      { line: 2, payment: 'P-0000000004', outcome: 'settle', reason: '', providerRef: '77' },
      { line: 3, payment: 'P-0000000001', outcome: 'fail', reason: 'Account closed', providerRef: '78' },
      { line: 4, payment: 'P-0000000002', outcome: 'wait', reason: '', providerRef: '79' },
      { line: 6, payment: all[2]!.id, outcome: 'wait', reason: '', providerRef: '81' },
    ])
    expect(unread).toEqual([{ line: 5, why: 'names none of our payments' }])
    expect(readResults('status,ref\nwhatever,P-0000000001').unread).toEqual([
      { line: 2, why: 'says “whatever”, which we do not know' },
    ])
    expect(() => readResults('name,amount\nMia,5')).toThrow('No column')
  })
})
