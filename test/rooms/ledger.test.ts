import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { audit } from '../../src/ledger/audit.ts'
import { due } from '../../src/ledger/mature.ts'
import { earningsOf } from '../../src/ledger/queries.ts'
import { balanceOf, balances, bookCommission, bookedOf, move, payFee, reverse } from '../../src/ledger/service.ts'
import { type World, world } from '../world.ts'
import { enlist, order, refund, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const eur = (minor: number) => ({ minor: BigInt(minor), currency: 'EUR' })
const held = (w: World) => w.within((ctx) => ctx.db.hold.count())

test('a key moves money once, whoever asks and however often', async () => {
  const pay = (ctx: Context) =>
    move(ctx, { from: 'program:bank', to: 'creator:once:paid', money: eur(500), key: 'once', because: {} })
  const moved = await Promise.all(Array.from({ length: 8 }, () => w.within(pay)))
  expect(moved.filter(Boolean)).toHaveLength(1)
  expect(await w.within((ctx) => balanceOf(ctx, 'creator:once:paid'))).toEqual(eur(500))
  expect(await w.within((ctx) => balanceOf(ctx, 'program:bank'))).toEqual(eur(-500))
})

test('a transfer of nothing or in another currency is a bug, and what was moved can not be edited', async () => {
  const bad = (money: { minor: bigint; currency: string }) =>
    w.within((ctx) => move(ctx, { from: 'program:bank', to: 'creator:x:paid', money, key: 'bad', because: {} }))
  await expect(bad(eur(0))).rejects.toThrow('more than zero')
  await expect(bad(eur(-1))).rejects.toThrow('more than zero')
  await expect(bad({ minor: 1n, currency: 'USD' })).rejects.toThrow('not USD')
  await expect(w.within((ctx) => ctx.db.transfer.updateMany({ data: { minor: 1n } }))).rejects.toThrow(
    /append-only|permission denied/,
  )
  await expect(w.within((ctx) => ctx.db.transfer.deleteMany({}))).rejects.toThrow(/append-only|permission denied/)
})

test('a content fee is payable at once, and once per submission', async () => {
  const fee = { submissionId: 'sub_1', creatorId: 'crt_fee', fee: eur(5_000), because: { mission: 'Glow up' } }
  expect(await w.within((ctx) => payFee(ctx, fee))).toBe(true)
  expect(await w.within((ctx) => payFee(ctx, fee))).toBe(false)
  expect(await w.within((ctx) => payFee(ctx, { ...fee, submissionId: 'sub_2', fee: eur(0) }))).toBe(false)
  expect(await w.within((ctx) => balances(ctx, 'crt_fee'))).toEqual({ pending: eur(0), payable: eur(5_000), paid: eur(0) })
})

describe('a line from booking to payable', () => {
  const parts = [{ base: 8_000n, rateBps: 1_000, fixedMinor: null, minor: 800n, why: 'the rate of the program', of: null }]
  const line = { line: 'oln_1', creatorId: 'crt_line', parts }
  const left = (minor: number) => ({ part: BigInt(minor), of: 8_000n })
  const book = (id: string, availableAt: Date) => (ctx: Context) =>
    bookCommission(ctx, { line: id, creatorId: line.creatorId, commission: eur(800), availableAt, because: {} })

  test('is pending, ripens when its hold ends, and a second bell finds nothing', async () => {
    const mia = await enlist(w, 'Line')
    line.creatorId = mia.creatorId
    await w.within(book('oln_1', new Date('2026-11-20T12:00:00Z')))
    await w.within(book('oln_2', new Date('2026-11-20T12:00:01Z')))
    expect(await w.within(due)).toBe(1)
    expect(await w.within(due)).toBe(0)
    expect(await w.within((ctx) => balances(ctx, mia.creatorId))).toEqual({ pending: eur(800), payable: eur(800), paid: eur(0) })
    expect(await w.within((ctx) => bookedOf(ctx, 'oln_1'))).toEqual({ booked: eur(800), reversed: eur(0), matured: eur(800) })
    expect(await mia.sees()).toContain('Your earnings')
  })

  test('a refund takes from pending while it is held and from payable afterwards, below zero if need be', async () => {
    const half = { ...line, left: left(4_000), refundId: 'rfd_1', because: {} }
    expect(await w.within((ctx) => reverse(ctx, { ...half, line: 'oln_2' }))).toMatchObject({ money: eur(400) })
    expect(await w.within((ctx) => reverse(ctx, half))).toMatchObject({ money: eur(400) })
    expect(await w.within((ctx) => balances(ctx, line.creatorId))).toEqual({ pending: eur(400), payable: eur(400), paid: eur(0) })
    await w.within((ctx) =>
      move(ctx, {
        from: `creator:${line.creatorId}:payable`,
        to: `creator:${line.creatorId}:paid`,
        money: eur(400),
        key: 'pay',
        because: {},
      }),
    )
    expect(await w.within((ctx) => reverse(ctx, { ...half, left: left(0), refundId: 'rfd_2' }))).toMatchObject({
      money: eur(400),
    })
    expect(await w.within((ctx) => balances(ctx, line.creatorId))).toEqual({
      pending: eur(400),
      payable: eur(-400),
      paid: eur(400),
    })
    expect(await w.within((ctx) => reverse(ctx, { ...half, left: left(0), refundId: 'rfd_3' }))).toMatchObject({ money: eur(0) })
  })

  test('a line that earns nothing moves nothing, and its hold ends like any other', async () => {
    const before = [await held(w), await w.within((ctx) => balances(ctx, line.creatorId))]
    await w.within((ctx) =>
      bookCommission(ctx, { ...line, line: 'oln_0', commission: eur(0), availableAt: ctx.now, because: {} }),
    )
    expect(await held(w)).toBe(Number(before[0]) + 1)
    expect(await w.within(due)).toBe(1)
    expect([await held(w), await w.within((ctx) => balances(ctx, line.creatorId))]).toEqual(before)
    expect(await w.within((ctx) => bookedOf(ctx, 'oln_0'))).toEqual({ booked: eur(0), reversed: eur(0), matured: eur(0) })
  })
})

test('refunds and maturing at the same moment, many times: nothing is taken or paid twice', async () => {
  const ava = await enlist(w, 'Ava')
  const orders = Array.from({ length: 12 }, (_, i) => `race-${i}`)
  for (const id of orders) await tell(w, order(id, { codes: [ava.code] }))
  w.at('2026-12-10T12:00:00Z')
  await Promise.all(
    orders.flatMap((id) => [tell(w, refund(id, `r-${id}`, 4_000)), w.within(due), tell(w, refund(id, `s-${id}`, 2_000))]),
  )
  while ((await w.within(due)) > 0);
  expect(await w.within((ctx) => balances(ctx, ava.creatorId))).toEqual({ pending: eur(0), payable: eur(12 * 200), paid: eur(0) })
  w.at('2026-11-20T12:00:00Z')
})

test('what a case holds does not ripen, however long its hold is over', async () => {
  const zoe = await enlist(w, 'Zoe')
  const booking = { line: 'oln_held', creatorId: zoe.creatorId, commission: eur(800), availableAt: w.now, because: {} }
  await w.within(async (ctx) => {
    await bookCommission(ctx, booking)
    await ctx.db.hold.update({ where: { line: 'oln_held' }, data: { caseId: 'cas_1' } })
  })
  await w.within(due)
  expect((await w.within((ctx) => bookedOf(ctx, 'oln_held'))).matured).toEqual(eur(0))
  await w.within((ctx) => ctx.db.hold.delete({ where: { line: 'oln_held' } }))
})

test('600 lines ripen in two rounds, within seconds', async () => {
  const big = await enlist(w, 'Big')
  await w.within(async (ctx) => {
    const ids = Array.from({ length: 600 }, () => ctx.id('line'))
    const own = { programId: ctx.program.id, creatorId: big.creatorId }
    await ctx.db.hold.createMany({
      data: ids.map((line) => ({ line, ...own, kind: 'commission', availableAt: ctx.now, createdAt: ctx.now })),
    })
    await ctx.db.transfer.createMany({
      data: ids.map((line) => ({
        id: ctx.id('transfer'),
        programId: ctx.program.id,
        from: 'program:commission',
        to: `creator:${big.creatorId}:pending`,
        minor: 7n,
        currency: 'EUR',
        key: `commission:${line}`,
        because: {},
        at: ctx.now,
      })),
    })
  })
  expect([await w.within(due), await w.within(due), await w.within(due)]).toEqual([500, 100, 0])
  expect((await w.within((ctx) => balances(ctx, big.creatorId))).payable).toEqual(eur(4_200))
})

test('earnings name the next payday in the program’s zone and the last ten things earned, newest first', async () => {
  const eve = await enlist(w, 'Eve')
  for (let i = 0; i < 11; i++) await tell(w, order(`eve-${i}`, { codes: [eve.code], at: `2026-11-${10 + (i % 10)}T10:00:00Z` }))
  await w.within((ctx) => payFee(ctx, { submissionId: 'sub_eve', creatorId: eve.creatorId, fee: eur(5_000), because: {} }))
  const earnings = await w.within((ctx) => earningsOf(ctx, eve.creatorId))
  expect(earnings.payday.toISOString()).toBe('2026-12-15T11:00:00.000Z')
  expect(earnings.recent).toHaveLength(10)
  expect(earnings.recent[0]).toMatchObject({ kind: 'other', what: 'Content fee', money: eur(5_000) })
  expect(earnings.recent[1]).toMatchObject({ number: '#eve-9', booked: eur(800), availableAt: new Date('2026-12-03T10:00:00Z') })
})

describe('the audit', () => {
  test('finds nothing in honest books, and each kind of tampering', async () => {
    const other = await world()
    try {
      const sam = await enlist(other, 'Sam')
      await tell(
        other,
        order('1', { codes: [sam.code] }),
        refund('1', 'r', 4_000),
        order('2', { codes: [sam.code], at: '2026-10-01T10:00:00Z' }),
      )
      await other.within(due)
      await tell(other, refund('2', 'r2', 1_000))
      expect(await other.within(audit)).toEqual([])
      const line = await other.within((ctx) =>
        ctx.db.line.findFirstOrThrow({ where: { at: { gt: new Date('2026-11-01T00:00:00Z') } } }),
      )
      await other.within((ctx) => ctx.db.line.update({ where: { id: line.id }, data: { minor: 900n } }))
      await other.within((ctx) => ctx.db.hold.deleteMany({ where: { line: line.id } }))
      await other.within((ctx) =>
        move(ctx, { from: 'program:commission', to: 'creator:gone:pending', money: eur(1), key: 'commission:gone', because: {} }),
      )
      expect(await other.within(audit)).toEqual([
        '1 lines whose commission was not booked as they say',
        '1 lines past their hold whose pending part did not ripen to the cent',
        '1 commissions without a line',
        '2 creators whose pending balance is not the sum of their held lines',
      ])
    } finally {
      await other.close()
    }
  })
})
