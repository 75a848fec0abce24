/** Currencies that a way of paying carries without decimals. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { balanceOf } from '../../src/ledger/service.ts'
import { audit } from '../../src/payouts/audit.ts'
import { expected } from '../../src/payouts/expected.ts'
import { prepare } from '../../src/payouts/prepare.ts'
import { carriedBy } from '../../src/payouts/rules.ts'
import { formats } from '../../src/payouts/rules-files.ts'
import type { PayeeDetails } from '../../src/payouts/rules-payee.ts'
import { type World, world } from '../world.ts'
import { actorOf, finance, payable } from './payees.ts'

let w: World
beforeAll(async () => {
  w = await world({
    now: '2026-12-10T12:00:00Z',
    program: { currency: 'HUF', policy: { payoutMethods: ['bank', 'paypal'] } },
  })
})
afterAll(() => w.close())

test('PayPal gets whole forints, and what is left over stays payable', async () => {
  const fay = { ...actorOf(await finance(w, 'Fay'), 'anyone'), finance: true }
  const byPayPal = { method: 'paypal', iban: '', email: 'mia@example.com' }
  const mia = await payable(w, 'Mia', 1_234_567, byPayPal)
  const zoe = await payable(w, 'Zoe', 1_234_567)
  w.at('2026-12-15T12:00:00Z')
  const soon = await w.within((ctx) => expected(ctx, mia.creatorId))
  expect(soon.amount.minor).toBe(1_234_500n)
  const { ready } = await w.as(fay, prepare)
  const paid = new Map(ready.map(({ creatorId, amount }) => [creatorId, amount.minor]))
  expect([paid.get(mia.creatorId), paid.get(zoe.creatorId)]).toEqual([1_234_500n, 1_234_567n])
  expect(await w.within((ctx) => balanceOf(ctx, `creator:${mia.creatorId}:payable`))).toEqual({ minor: 67n, currency: 'HUF' })
  expect(await w.within(audit)).toEqual([])
})

test('so little that PayPal cannot carry it keeps nobody from being forgotten', async () => {
  const eve = await payable(w, 'Eve', 67, { method: 'paypal', iban: '', email: 'eve@example.com' })
  const { text } = await eve.ask('privacy delete')
  expect(text).not.toContain('Money is still open')
  await eve.press('Delete my data')
  w.at('2026-12-29T13:00:00Z')
  await w.app.runJob('privacy')
  w.at('2026-12-29T15:00:00Z')
  await w.app.runJob('privacy')
  expect(await w.within((ctx) => ctx.db.erasure.findFirstOrThrow({}))).toMatchObject({ state: 'done' })
  expect(await w.within((ctx) => balanceOf(ctx, `creator:${eve.creatorId}:payable`))).toEqual({ minor: 0n, currency: 'HUF' })
  expect(await w.within(audit)).toEqual([])
})

test('the file for PayPal writes them without decimals', () => {
  const amount = (minor: bigint, currency: string) => ({ minor, currency })
  const paying = (of: ReturnType<typeof amount>) => ({
    id: 'pay_1',
    reference: 'R',
    amount: of,
    details: { account: { method: 'paypal' as const, email: 'mia@example.com' } } as PayeeDetails,
  })
  const { text } = formats.paypal.write(
    [amount(1_234_500n, 'HUF'), amount(1_234_567n, 'HUF'), amount(1_234n, 'EUR')].map(paying),
    {
      program: 'Glow',
      account: undefined,
      now: new Date(),
      batch: 'b',
    },
  )
  expect(text.split(/\r\n/).map((row) => row.split(',')[1])).toEqual(['12345', '12345.67', '12.34', undefined])
})

test('other currencies, other ways and yen are carried as they are', () => {
  const of = (method: string | undefined, currency: string, minor = 1_234n) => carriedBy(method, { minor, currency }).minor
  expect([of('paypal', 'EUR'), of('bank', 'HUF'), of(undefined, 'TWD'), of('paypal', 'JPY'), of('paypal', 'TWD')]).toEqual([
    1_234n,
    1_234n,
    1_234n,
    1_234n,
    1_200n,
  ])
  expect(of('paypal', 'HUF', 99n)).toBe(0n)
})
