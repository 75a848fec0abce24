import { describe, expect, test } from 'vitest'
import { amountToPay, batchState, differences, missingFor, type Standing } from '../../src/payouts/rules.ts'
import { accountKey, readBic, readIban, readRouting, showAccount } from '../../src/payouts/rules-accounts.ts'
import { changes, holdsPayouts, type PayeeDetails, readPayee } from '../../src/payouts/rules-payee.ts'
import { closedCountries, readVatId, taxFormFor, taxFormLasts } from '../../src/payouts/rules-tax.ts'
import { german, ibans } from './payees.ts'

const eur = (minor: number) => ({ minor: BigInt(minor), currency: 'EUR' })
const now = new Date('2026-12-15T09:00:00Z')

describe('accounts', () => {
  test('an IBAN is right to the digit: real ones pass however they are typed, and every single wrong sign is found', () => {
    for (const iban of ibans) {
      expect(readIban(iban.toLowerCase().replace(/(.{4})/g, '$1 '))).toBe(iban)
      for (let i = 2; i < iban.length; i++) {
        const other = /\d/.test(iban[i]!) ? String((Number(iban[i]) + 1) % 10) : iban[i] === 'A' ? 'B' : 'A'
        expect(readIban(iban.slice(0, i) + other + iban.slice(i + 1))).toBeUndefined()
      }
      expect(readIban(iban.slice(0, -1))).toBeUndefined()
    }
    expect(readIban('XX89370400440532013000')).toBeUndefined()
  })

  test('BIC and routing numbers', () => {
    expect([readBic('cobadeff'), readBic('COBADEFFXXX'), readBic('COBADEF')]).toEqual(['COBADEFF', 'COBADEFFXXX', undefined])
    expect([readRouting('021000021', 'US'), readRouting('021000022', 'US'), readRouting('000000000', 'US')]).toEqual([
      '021000021',
      undefined,
      undefined,
    ])
    expect(readRouting('20-00-00', 'GB')).toBe('200000')
  })

  test('what is shown holds no more than the last four signs, and the key is the same for the same account', () => {
    expect(showAccount({ method: 'bank', iban: ibans[0]! })).toBe('IBAN DE that ends in 3000')
    expect(showAccount({ method: 'paypal', email: 'mia.lind@example.com' })).toBe('PayPal m…@example.com')
    expect(accountKey({ method: 'bank', iban: ibans[0]! }, 'a')).toBe(accountKey({ method: 'wise', iban: ibans[0]! }, 'b'))
    expect(accountKey({ method: 'credit' }, 'a')).not.toBe(accountKey({ method: 'credit' }, 'b'))
  })
})

describe('tax', () => {
  test('the form by the countries of payer and payee, and how long it lasts', () => {
    expect([
      taxFormFor('US', 'US'),
      taxFormFor('US', 'DE'),
      taxFormFor('DE', 'DE'),
      taxFormFor('DE', 'US'),
      taxFormFor('', 'FR'),
    ]).toEqual(['w9', 'w8ben', 'none', 'w9', 'none'])
    const signed = { taxForm: 'w8ben', taxSignedAt: new Date('2026-03-01T00:00:00Z') }
    expect(taxFormLasts('w8ben', signed, new Date('2029-12-31T12:00:00Z'))).toBe(true)
    expect(taxFormLasts('w8ben', signed, new Date('2030-01-02T12:00:00Z'))).toBe(false)
    expect(taxFormLasts('w9', signed, now)).toBe(false)
  })

  test('VAT ids as each country writes them', () => {
    expect(readVatId('de 123.456.789', 'DE')).toBe('DE123456789')
    expect(readVatId('123456789', 'DE')).toBe('DE123456789')
    expect(readVatId('EL123456789', 'GR')).toBe('EL123456789')
    expect(readVatId('DE12345678', 'DE')).toBeUndefined()
    expect(readVatId('ATU12345678', 'DE')).toBeUndefined()
  })
})

describe('the page', () => {
  const reading = {
    before: undefined,
    countries: new Set(['DE', 'US', 'IR']),
    blocked: closedCountries,
    methods: ['bank', 'paypal', 'wise'] as const,
    payer: 'DE',
    now,
  }
  const details = (typed: Record<string, string>, before?: PayeeDetails): PayeeDetails => {
    const read = readPayee(typed, { ...reading, before })
    if ('errors' in read) throw new Error(JSON.stringify(read.errors))
    return read.details
  }
  const errorsIn = (typed: Record<string, string>) => {
    const read = readPayee(typed, reading)
    return 'errors' in read ? Object.keys(read.errors).sort() : []
  }

  test('what is wrong is said at its field', () => {
    expect(errorsIn({})).toEqual(['city', 'country', 'line', 'method', 'name'])
    expect(errorsIn(german('Mia', { iban: 'DE89370400440532013001' }))).toEqual(['iban'])
    expect(errorsIn(german('Mia', { country: 'IR' }))).toEqual(['country'])
    expect(errorsIn(german('Mia', { method: 'stripe' }))).toEqual(['method'])
    expect(errorsIn(german('Mia', { method: 'paypal', iban: '', email: 'nobody' }))).toEqual(['email'])
    expect(errorsIn(german('Mia', { vat: 'DE123456789' }))).toEqual(['billing'])
    expect(errorsIn(german('Mia', { country: 'US' }))).toEqual(['certify', 'signed', 'tin'])
    expect(errorsIn(german('Mia', { country: 'US', tin: '123456789', signed: 'Mia Lind', certify: 'yes' }))).toEqual(['tin'])
  })

  test('an account that is not typed again stays, and only what moves money holds payouts', () => {
    const before = details(german('Mia Lind'))
    const { iban: _, ...without } = german('Mia Lind')
    expect(details(without, before).account).toEqual({ method: 'bank', iban: ibans[0] })
    expect(changes(undefined, before)).toEqual(['first'])
    expect(changes(before, details(without, before))).toEqual([])
    const moved = changes(before, details(german('Mia Lind', { city: 'Kiel' }), before))
    expect([moved, holdsPayouts(moved)]).toEqual([['address'], false])
    const elsewhere = changes(before, details(german('Mia Lind', { iban: ibans[1]! }), before))
    expect([elsewhere, holdsPayouts(elsewhere)]).toEqual([['account'], true])
    expect(changes(before, details(german('Mia Lund', { method: 'paypal', email: 'm@example.com' }), before))).toEqual([
      'method',
      'name',
    ])
    expect(holdsPayouts(['first'])).toBe(false)
  })
})

describe('who is paid', () => {
  const fine: Standing = {
    amount: eur(5_000),
    minimum: eur(2_000),
    leaves: false,
    payee: { country: 'DE', taxForm: 'none', taxSignedAt: null, heldUntil: null },
    blocked: closedCountries,
    payer: 'DE',
    openCases: 0,
    at: now,
  }
  const kinds = (more: Partial<Standing>) =>
    missingFor(
      { ...fine, ...more },
      (m) => String(m.minor),
      (d) => d.toISOString(),
    ).map((one) => one.kind)

  test('whoever has all that is needed', () => {
    expect(kinds({})).toEqual([])
    expect(kinds({ amount: eur(1_999) })).toEqual(['minimum'])
    expect(kinds({ amount: eur(1), leaves: true })).toEqual([])
    expect(kinds({ payee: undefined })).toEqual(['details'])
    expect(kinds({ payee: { ...fine.payee!, country: 'KP' } })).toEqual(['country'])
    expect(kinds({ payer: 'US' })).toEqual(['tax'])
    expect(kinds({ payer: 'US', payee: { ...fine.payee!, taxForm: 'w8ben', taxSignedAt: now } })).toEqual([])
    expect(kinds({ payee: { ...fine.payee!, heldUntil: new Date(now.getTime() + 1) } })).toEqual(['held'])
    expect(kinds({ payee: { ...fine.payee!, heldUntil: now } })).toEqual([])
    const [held] = missingFor({ ...fine, openCases: 1 }, String, String)
    expect(held).toMatchObject({ kind: 'case', blocks: false })
  })

  test('never more than was there the day before, nor than is there now', () => {
    expect([amountToPay(100n, 70n), amountToPay(70n, 100n), amountToPay(-5n, 20n)]).toEqual([70n, 70n, -5n])
  })

  test('what differs: first, changed, unusual, shared, own', () => {
    const none = { changedLately: false, shared: false, own: false }
    const past = [900n, 1_000n, 1_100n].map((minor) => ({ minor, accountHash: 'a' }))
    expect(differences({ minor: 1_000n, accountHash: 'a' }, past, none)).toEqual([])
    expect(differences({ minor: 1_000n, accountHash: 'a' }, [], none)).toEqual(['first'])
    expect(differences({ minor: 3_001n, accountHash: 'b' }, past, none)).toEqual(['changed', 'unusual'])
    expect(differences({ minor: 1n, accountHash: 'a' }, past, { changedLately: true, shared: true, own: true })).toEqual([
      'changed',
      'shared',
      'own',
    ])
  })

  test('a batch is as far as its slowest payment', () => {
    expect(batchState(['prepared', 'cancelled'])).toBe('prepared')
    expect(batchState(['confirmed', 'sent'])).toBe('confirmed')
    expect(batchState(['unknown', 'settled'])).toBe('confirmed')
    expect(batchState(['sent', 'settled', 'failed'])).toBe('sent')
    expect(batchState(['settled', 'failed', 'cancelled'])).toBe('settled')
    expect(batchState(['cancelled', 'cancelled'])).toBe('cancelled')
  })
})
