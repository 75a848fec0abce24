import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/context.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { audit as auditLedger } from '../../src/ledger/audit.ts'
import { commissionAccount } from '../../src/ledger/rules.ts'
import { balanceOf } from '../../src/ledger/service.ts'
import { audit } from '../../src/payouts/audit.ts'
import { batchesWithTotals, batchOf, cancel, confirm, markSent, paymentsOf, review } from '../../src/payouts/batches.ts'
import { expected } from '../../src/payouts/expected.ts'
import { act } from '../../src/payouts/payments.ts'
import { prepare } from '../../src/payouts/prepare.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'
import { actorOf, earn, enter, finance, german, ibans, lose, payable } from './payees.ts'

let w: World
let fay: Actor
let gus: Actor
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z' })
  fay = { ...actorOf(await finance(w, 'Fay'), 'anyone'), finance: true }
  gus = { ...actorOf(await finance(w, 'Gus'), 'anyone'), finance: true }
})
afterAll(() => w.close())

const purse = async (creatorId: string): Promise<number[]> =>
  w.within(async (ctx) => {
    const of = async (which: string) => Number((await balanceOf(ctx, `creator:${creatorId}:${which}`)).minor)
    return [await of('payable'), await of('paying'), await of('paid')]
  })
const broken = () => w.within(async (ctx) => [...(await audit(ctx)), ...(await auditLedger(ctx))])
const preparedBy = (who: Actor) => w.as(who, prepare)
const confirmBy = async (who: Actor, batchId: string) =>
  w.as(who, async (ctx) => confirm(ctx, batchId, (await review(ctx, await batchOf(ctx, batchId))).digest))
/** Everything at once; what a person did wrong is no failure of the test, anything else is. */
async function together(works: (() => Promise<unknown>)[]): Promise<{ done: number; refused: number }> {
  const ends = await Promise.allSettled(works.map((work) => work()))
  // On a busy machine the last of a hundred may wait too long for a connection; that is no answer and no harm.
  const late = (reason: unknown) => (reason as { code?: string }).code === 'P2028'
  const bugs = ends.filter((end) => end.status === 'rejected' && !(end.reason instanceof Refusal) && !late(end.reason))
  expect(bugs).toEqual([])
  const done = ends.filter((end) => end.status === 'fulfilled').length
  return { done, refused: ends.length - done }
}

test('what was payable the day before is paid, what came since waits, and a refund meanwhile is carried', async () => {
  const mia = await payable(w, 'Mia', 5_000)
  w.at('2026-12-14T23:30:00Z')
  await earn(w, mia.creatorId, 700)
  w.at('2026-12-15T09:00:00Z')
  const soon = await w.within((ctx) => expected(ctx, mia.creatorId))
  expect([soon.payday.toISOString(), soon.amount.minor, soon.missing]).toEqual(['2026-12-15T11:00:00.000Z', 5_000n, []])
  const { batch, ready } = await preparedBy(fay)
  expect(ready.map((one) => Number(one.amount.minor))).toEqual([5_000])
  expect(await purse(mia.creatorId)).toEqual([700, 5_000, 0])
  await confirmBy(gus, batch!.id)
  await w.as(fay, (ctx) => markSent(ctx, batch!.id))
  const [payment] = await w.within((ctx) => paymentsOf(ctx, batch!.id))
  await w.as(fay, (ctx) => act(ctx, 'settle', [payment!.id], { providerRef: 'bank-1' }))
  await lose(w, mia.creatorId, 1_500)
  expect(await purse(mia.creatorId)).toEqual([-800, 0, 5_000])
  expect((await w.within((ctx) => batchOf(ctx, batch!.id))).state).toBe('settled')
  const next = await w.within((ctx) => expected(ctx, mia.creatorId))
  expect([next.payday.toISOString(), next.amount.minor]).toEqual(['2027-01-15T11:00:00.000Z', 0n])
  expect(await broken()).toEqual([])
})

test('a hundred who prepare at once make one payment for each creator', async () => {
  const members = await Promise.all(
    ['Ada', 'Ben', 'Cem', 'Dov', 'Eva'].map((name, i) => payable(w, name, 3_000 + i, { iban: ibans[i]! })),
  )
  w.at('2027-01-15T08:00:00Z')
  const { done } = await together(Array.from({ length: 100 }, (_, i) => () => preparedBy(i % 2 ? fay : gus)))
  expect(done).toBeGreaterThan(0)
  const payments = await w.within((ctx) => ctx.db.payment.findMany({ where: { payday: '2027-01-15' } }))
  expect(payments.map((one) => one.creatorId).sort()).toEqual(members.map((one) => one.creatorId).sort())
  expect(new Set(payments.map((one) => one.batchId)).size).toBe(1)
  for (const [i, member] of members.entries()) expect(await purse(member.creatorId)).toEqual([0, 3_000 + i, 0])

  // Two admins at once, and each of them twice.
  const batch = await w.within((ctx) => ctx.db.batch.findFirstOrThrow({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }))
  const other = batch.preparedBy === fay.personId ? gus : fay
  const root: Actor = { ...actorOf(await w.admin('Root'), 'admin') }
  const confirms = await together([other, root, other, root, other, root].map((who) => () => confirmBy(who, batch.id)))
  expect(confirms).toEqual({ done: 1, refused: 5 })
  await w.as(fay, (ctx) => markSent(ctx, batch.id))
  // One says it arrived, another that it came back: only the first counts.
  const ends = await together(
    Array.from(
      { length: 20 },
      (_, i) => () => w.as(fay, (ctx) => act(ctx, i % 2 ? 'settle' : 'fail', [payments[0]!.id], { reason: 'returned' })),
    ),
  )
  expect(ends).toEqual({ done: 1, refused: 19 })
  expect(await broken()).toEqual([])
})

test('the row locks alone keep two from paying the same money: the second key and the database refuse it too', async () => {
  const zoe = await payable(w, 'Zoe', 4_000)
  w.at('2027-02-15T08:00:00Z')
  const { batch } = await preparedBy(fay)
  const [payment] = await w.within((ctx) => paymentsOf(ctx, batch!.id))
  const { id: _, ...again } = payment!
  const data = (ctx: { id: (kind: 'payment') => string }) => ({ ...again, id: ctx.id('payment'), reference: 'P-AGAIN00001' })
  await expect(w.within((ctx) => ctx.db.payment.create({ data: data(ctx) }))).rejects.toThrow(
    /Payment_live_key|Unique constraint/,
  )
  const sql = (statement: string) => w.within((ctx) => ctx.db.$executeRawUnsafe(`${statement} WHERE id = '${payment!.id}'`))
  await expect(sql('UPDATE "Payment" SET minor = 9000')).rejects.toThrow(/never edited/)
  await expect(sql(`UPDATE "Payment" SET "accountHash" = 'other'`)).rejects.toThrow(/never edited/)
  await expect(sql('DELETE FROM "Payment"')).rejects.toThrow(/never deleted/)
  await expect(
    w.within((ctx) => ctx.db.batch.update({ where: { id: batch!.id }, data: { confirmedBy: fay.personId } })),
  ).rejects.toThrow(/Batch_two_people/)
  await expect(w.within((ctx) => ctx.db.paymentEvent.deleteMany({}))).rejects.toThrow()
  await w.as(fay, (ctx) => cancel(ctx, batch!.id, 'wrong day'))
  await expect(sql(`UPDATE "Payment" SET state = 'prepared'`)).rejects.toThrow(/stays so/)
  expect(await purse(zoe.creatorId)).toEqual([4_000, 0, 0])
  expect(await broken()).toEqual([])
})

test('a changed account holds payouts for 72 hours and takes back what nobody sent yet', async () => {
  const kim = await payable(w, 'Kim', 6_000)
  w.at('2027-03-15T08:00:00Z')
  const { batch } = await preparedBy(fay)
  await confirmBy(gus, batch!.id)
  await enter(w, kim, german('Kim Lind', { iban: ibans[1]! }))
  const mine = (await w.within((ctx) => paymentsOf(ctx, batch!.id))).find((one) => one.creatorId === kim.creatorId)
  expect([mine!.state, mine!.reason]).toEqual(['cancelled', 'The payment details were changed.'])
  expect(await purse(kim.creatorId)).toEqual([6_000, 0, 0])
  expect((await preparedBy(fay)).others.find((one) => one.creatorId === kim.creatorId)!.missing.map((one) => one.kind)).toEqual([
    'held',
  ])
  w.at('2027-03-18T08:00:00Z')
  const later = await preparedBy(fay)
  expect(later.ready.map((one) => one.creatorId)).toEqual([kim.creatorId])
  const seen = await w.within((ctx) => review(ctx, later.batch!))
  expect(seen.looked[0]!.differs).toEqual(['first', 'shared'])
  // Once it is in a file it may have been paid, so a change leaves it alone.
  await confirmBy(gus, later.batch!.id)
  await w.within((ctx) => ctx.db.payment.updateMany({ where: { batchId: later.batch!.id }, data: { exportedAt: ctx.now } }))
  await enter(w, kim, german('Kim Lind', { iban: ibans[2]! }))
  expect((await w.within((ctx) => paymentsOf(ctx, later.batch!.id)))[0]!.state).toBe('confirmed')
  const kept = await w.within(
    async ({ db }) =>
      JSON.stringify(await db.payeeChange.findMany()) +
      JSON.stringify(await db.outbox.findMany().then((rows) => rows.map((row) => row.payload))),
  )
  for (const iban of ibans) expect(kept).not.toContain(iban.slice(4, -4))
})

test('whoever has left is paid below the minimum; whoever is here waits for it', async () => {
  const [lea, tim] = [await payable(w, 'Lea', 150), await payable(w, 'Tim', 150)]
  await w.within((ctx) => ctx.db.creator.update({ where: { id: lea.creatorId }, data: { state: 'left' } }))
  w.at('2027-04-15T08:00:00Z')
  const { ready, others } = await preparedBy(fay)
  expect(ready.map((one) => one.creatorId)).toContain(lea.creatorId)
  expect(others.find((one) => one.creatorId === tim.creatorId)!.missing.map((one) => one.kind)).toEqual(['minimum'])
})

describe('whatever is done at once, and in whatever order', () => {
  type Step = {
    do: 'earn' | 'lose' | 'prepare' | 'confirm' | 'cancel' | 'send' | 'settle' | 'fail' | 'change'
    who: number
    minor: number
  }
  const kinds = [
    'earn',
    'lose',
    'prepare',
    'prepare',
    'confirm',
    'confirm',
    'cancel',
    'send',
    'settle',
    'settle',
    'fail',
    'change',
  ] as const
  const step: fc.Arbitrary<Step> = fc.record({
    do: fc.constantFrom(...kinds),
    who: fc.nat(2),
    minor: fc.integer({ min: 1, max: 9_000 }),
  })
  const rounds = fc.array(
    fc.record({ steps: fc.array(step, { minLength: 3, maxLength: 7 }), days: fc.constantFrom(0, 1, 4, 31) }),
    { minLength: 3, maxLength: 5 },
  )
  let life = 0

  test('no payment twice, none beyond the balance, and every cent is payable, in payment or paid', async () => {
    await fc.assert(
      fc.asyncProperty(rounds, async (all) => {
        const name = `L${++life}`
        const members = [
          await payable(w, `${name}a`, 2_500),
          await payable(w, `${name}b`, 8_000, { iban: ibans[3]! }),
          await payable(w, `${name}c`, 0, null),
        ]
        const came = [2_500, 8_000, 0]
        const went = [0, 0, 0]
        let changed = 0
        for (const { steps, days } of all) {
          w.at(new Date(w.now.getTime() + days * 86_400_000 + 60_000))
          const newest = (await w.within(batchesWithTotals))[0]?.id ?? ''
          const open = await w.within((ctx) => ctx.db.payment.findMany({ where: { batchId: newest }, orderBy: { id: 'asc' } }))
          const any = (s: Step) => open[s.minor % Math.max(1, open.length)]?.id ?? 'pay_none'
          const doing: Record<Step['do'], (s: Step, who: Actor) => Promise<unknown>> = {
            earn: async (s) => {
              came[s.who]! += s.minor
              await earn(w, members[s.who]!.creatorId, s.minor)
            },
            lose: async (s) => {
              went[s.who]! += s.minor
              await lose(w, members[s.who]!.creatorId, s.minor)
            },
            prepare: (_s, who) => preparedBy(who),
            confirm: (_s, who) => confirmBy(who, newest),
            cancel: (_s, who) => w.as(who, (ctx) => cancel(ctx, newest, 'no')),
            send: (_s, who) => w.as(who, (ctx) => markSent(ctx, newest)),
            settle: (s, who) => w.as(who, (ctx) => act(ctx, 'settle', [any(s)])),
            fail: (s, who) => w.as(who, (ctx) => act(ctx, 'fail', [any(s)], { reason: 'returned' })),
            change: (s) => enter(w, members[s.who]!, german(`${name} ${++changed}`, { iban: ibans[s.minor % 5]! })),
          }
          await together(steps.map((s, i) => () => doing[s.do](s, i % 2 ? fay : gus)))
          expect(await w.within(audit)).toEqual([])
          for (const [i, member] of members.entries()) {
            const [now, paying, paid] = await purse(member.creatorId)
            expect(now! + paying! + paid!).toBe(came[i]! - went[i]!)
            expect(now).toBeGreaterThanOrEqual(-went[i]!)
          }
          const live = await w.within((ctx) => ctx.db.payment.findMany({ where: { state: { notIn: ['failed', 'cancelled'] } } }))
          expect(new Set(live.map((one) => `${one.creatorId} ${one.payday}`)).size).toBe(live.length)
        }
      }),
      { numRuns: 4, endOnFailure: true },
    )
    expect(await broken()).toEqual([])
  }, 60_000)
})

test('another program sees none of it', async () => {
  const mine = await w.within((ctx) => ctx.db.batch.findFirstOrThrow({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }))
  const other = await w.neighbour()
  await expect(w.app.within(other, (ctx) => batchOf(ctx, mine.id))).rejects.toThrow('There is no such batch.')
  const [payment] = await w.within((ctx) => paymentsOf(ctx, mine.id))
  await expect(w.app.within(other, (ctx) => act(ctx, 'settle', [payment!.id]))).rejects.toThrow('There is no such payment.')
  expect(await w.app.within(other, (ctx) => ctx.db.payee.count())).toBe(0)
})

test('two creators who turn out to be one: their payments and the newer account follow', async () => {
  w.at('2040-03-10T08:00:00Z')
  const one = await payable(w, 'Ida', 5_000)
  w.at(new Date(w.now.getTime() + 60_000))
  const twin = await payable(w, 'Idas twin', 2_500, { iban: ibans[4]! })
  w.at('2040-03-15T08:00:00Z')
  const { batch } = await preparedBy(fay)
  const mine = async () =>
    (await w.within((ctx) => paymentsOf(ctx, batch!.id))).filter((p) => [one.creatorId, twin.creatorId].includes(p.creatorId))
  expect(await mine()).toHaveLength(2)
  const code = async (person: Persona) => /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await person.run('profile connect'))![0]
  expect(await twin.run('profile connect', { code: await code(one) })).toContain('You are one person now')
  const stays = (await mine())[0]!.creatorId
  expect((await mine()).map((p) => p.creatorId)).toEqual([stays, stays])
  await confirmBy(gus, batch!.id)
  for (const payment of await mine()) await w.as(fay, (ctx) => act(ctx, 'settle', [payment.id]))
  expect(await purse(stays)).toEqual([0, 0, 7_500])
  expect(await w.within((ctx) => ctx.db.payee.count({ where: { creatorId: { in: [one.creatorId, twin.creatorId] } } }))).toBe(1)
  expect(await broken()).toEqual([])
})

test('what a refund takes while a batch is being prepared is not paid', async () => {
  w.at('2040-04-10T08:00:00Z')
  const ann = await payable(w, 'Ann', 5_000)
  w.at('2040-04-15T08:00:00Z')
  let preparing: ReturnType<typeof preparedBy> | undefined
  await w.within(async (ctx) => {
    const way = { from: `creator:${ann.creatorId}:payable`, to: commissionAccount }
    const row = {
      id: ctx.id('transfer'),
      programId: ctx.program.id,
      currency: 'EUR',
      key: 'reverse:ann',
      because: {},
      at: ctx.now,
    }
    await ctx.db.transfer.create({ data: { ...row, ...way, minor: 1_000n } })
    preparing = preparedBy(fay)
    // Long enough for it to look at the balance, if nothing made it wait.
    await setTimeout(500)
  })
  const { ready } = await preparing!
  expect(ready.find(({ creatorId }) => creatorId === ann.creatorId)?.amount.minor).toBe(4_000n)
  expect(await purse(ann.creatorId)).toEqual([0, 4_000, 0])
})
