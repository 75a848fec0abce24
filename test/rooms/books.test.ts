import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, breaks } from '../../src/ledger/audit.ts'
import { closeMonth, planClose } from '../../src/ledger/close.ts'
import { due } from '../../src/ledger/mature.ts'
import { journalOf, liabilityOf, liabilitySheet, owedNow, owedTotals } from '../../src/ledger/reports.ts'
import { balanceOf, balances, move, payFee } from '../../src/ledger/service.ts'
import { statementOf } from '../../src/ledger/statement.ts'
import { plansOf } from '../plans.ts'
import { type World, world } from '../world.ts'
import { enter, german } from './payees.ts'
import { enlist, type Member, order, refund, tell } from './shop.ts'

let w: World
let mia: Member
let ben: Member
beforeAll(async () => {
  w = await world({ now: '2026-10-05T10:00:00Z' })
  mia = await enlist(w, 'Mia')
  ben = await enlist(w, 'Ben')
})
afterAll(() => w.close())

const eur = (minor: number) => ({ minor: BigInt(minor), currency: 'EUR' })
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8').replace('\ufeff', '')
const payee = { name: 'Mia Lind', address: ['Väg 1', '111 22 Stockholm'], country: 'SE', vatId: 'SE556000475701' }
const file = (id: string) => w.within(async (ctx) => text((await ctx.read(id)).bytes))

describe('balances beside the transfers', () => {
  test('follow many transfers at once, and equal what moved', async () => {
    const give = (n: number) => ({
      programId: w.programId,
      from: 'program:bank',
      to: `creator:crt_${n % 7}:payable`,
      minor: BigInt(n + 1),
      currency: 'EUR',
      because: {},
    })
    const writers = Array.from({ length: 8 }, (_, writer) =>
      w.within(async (ctx) => {
        const data = Array.from({ length: 100 }, (_, n) => ({
          ...give(n),
          id: ctx.id('transfer'),
          key: `many:${n}:${writer % 4}`,
          at: ctx.now,
        }))
        // Whatever order they come in, and half of them twice.
        await ctx.db.transfer.createMany({ data: writer % 2 ? data.toReversed() : data, skipDuplicates: true })
      }),
    )
    await Promise.all(writers)
    expect(await w.within(async (ctx) => (await balanceOf(ctx, 'creator:crt_0:payable')).minor)).toBe(4n * 750n)
    expect(await w.within((ctx) => balanceOf(ctx, 'program:bank'))).toEqual(eur(-4 * 5_050))
    expect(await w.within(audit)).toEqual([])
  })

  test('are written by the transfers alone', async () => {
    const row = { programId: w.programId, account: 'creator:x:payable', currency: 'EUR', minor: 1n }
    await expect(w.within((ctx) => ctx.db.balance.create({ data: row }))).rejects.toThrow('follows the transfers')
    await expect(w.within((ctx) => ctx.db.balance.updateMany({ data: { minor: 1n } }))).rejects.toThrow('follows the transfers')
    for (const sql of ['DELETE FROM "Balance"', 'TRUNCATE "Balance"', 'UPDATE "Balance" SET minor = 0'])
      await expect(w.app.database.owner.query(sql)).rejects.toThrow('follows the transfers')
    await expect(w.app.database.owner.query('DELETE FROM "Transfer"')).rejects.toThrow('append-only')
  })

  test('that were tampered with are found, with the account', async () => {
    const tamper = (by: number) =>
      w.app.database.owner.query(
        `BEGIN; SET LOCAL session_replication_role = replica;
         UPDATE "Balance" SET minor = minor + ${by} WHERE account = 'creator:crt_3:payable'; COMMIT`,
      )
    await tamper(1)
    expect(await w.within(breaks)).toEqual([
      { law: 'balances that are not the sum of their transfers', count: 1, ids: ['creator:crt_3:payable'] },
      { law: 'currencies whose accounts do not add up to zero', count: 1, ids: ['EUR'] },
    ])
    await tamper(-1)
    expect(await w.within(audit)).toEqual([])
  })
})

describe('a month from its sales to its close', () => {
  test('what is told in October and November', async () => {
    await tell(
      w,
      order('1', { codes: [mia.code], at: '2026-10-04T10:00:00Z' }),
      order('2', { codes: [ben.code], at: '2026-10-04T10:00:00Z' }),
    )
    await tell(w, refund('1', 'r1', 2_000))
    w.at('2026-10-25T10:00:00Z')
    await w.within(due)
    await w.within((ctx) => payFee(ctx, { submissionId: 'sub_1', creatorId: mia.creatorId, fee: eur(5_000), because: {} }))
    w.at('2026-11-02T10:00:00Z')
    await w.within((ctx) => payOut(ctx, mia.creatorId, 5_600))
    await tell(w, refund('1', 'r2', 6_000))
    expect(await w.within((ctx) => balances(ctx, mia.creatorId))).toEqual({
      pending: eur(0),
      payable: eur(-600),
      paid: eur(5_600),
    })
  })

  test('a statement of an open month is provisional and adds up', async () => {
    const { paper, number } = await w.within((ctx) => statementOf(ctx, mia.creatorId, '2026-10', payee))
    expect([number, paper.provisional, paper.opening, paper.closing, paper.payable]).toEqual([
      null,
      true,
      eur(0),
      eur(5_600),
      eur(5_600),
    ])
    expect(paper.rows.map(({ day, what, order: of, arithmetic, minor }) => [day, what, of, arithmetic, Number(minor)])).toEqual([
      ['2026-10-05', 'Commission', '#1', '€80.00 × 10 % = €8.00', 800],
      ['2026-10-05', 'Refund', '#1', '€60.00 of €80.00 is left', -200],
      ['2026-10-25', 'Content fee', '', '', 5_000],
    ])
  })

  test('closing shows first, takes what was shown, and no month that is not over or is closed', async () => {
    await expect(w.within((ctx) => planClose(ctx, '2026-11'))).rejects.toMatchObject({ code: 'invalid' })
    const plan = await w.within((ctx) => planClose(ctx, '2026-10'))
    const { totals } = plan
    expect(totals.reduce((sum, { minor }) => sum + minor, 0n)).toBe(0n)
    expect(totals.find(({ account }) => account === 'program:content-fee')?.minor).toBe(-5_000n)
    await expect(w.within((ctx) => closeMonth(ctx, '2026-10', 'other'))).rejects.toMatchObject({ code: 'conflict' })
    const [first, second] = await Promise.allSettled([1, 2].map(() => w.within((ctx) => closeMonth(ctx, '2026-10', plan.hash))))
    expect([first?.status, second?.status].sort()).toEqual(['fulfilled', 'rejected'])
    await expect(w.app.database.owner.query('UPDATE "Close" SET hash = $1', ['x'])).rejects.toThrow('append-only')
    expect(await w.within(audit)).toEqual([])
  })

  test('a closed month takes no transfer, and its reports stay as they were', async () => {
    const reports = async () =>
      w.within(async (ctx) => [
        text(liabilitySheet(await liabilityOf(ctx, '2026-10'))),
        text((await journalOf(ctx, '2026-10')).sheet),
        (await statementOf(ctx, mia.creatorId, '2026-10', null)).csvId,
      ])
    const before = await reports()
    await tell(w, refund('2', 'late', 8_000), order('3', { codes: [mia.code], at: '2026-10-30T10:00:00Z' }))
    expect(await reports()).toEqual(before)
    const now = w.now
    w.at('2026-10-31T10:00:00Z')
    await expect(
      w.within((ctx) =>
        move(ctx, { from: 'program:bank', to: `creator:${mia.creatorId}:paid`, money: eur(1), key: 'late', because: {} }),
      ),
    ).rejects.toThrow('month is closed')
    w.at(now)
    const { paper } = await w.within((ctx) => statementOf(ctx, mia.creatorId, '2026-11', null))
    expect([paper.opening, paper.rows.map(({ what }) => what).sort(), paper.closing]).toEqual([
      eur(5_600),
      ['Commission', 'Payout', 'Refund'],
      eur(200),
    ])
  })

  test('the liability ages what is owed, and keeps what is below zero apart', async () => {
    const owed = await w.within(async (ctx) => owedTotals((await liabilityOf(ctx, null)).owed))
    expect(owed).toEqual([
      // What the first test gave, and Mia's new sale; of Ben's nothing is left.
      { currency: 'EUR', pending: 800n, payable: 20_200n, paying: 0n, negative: 600n, ages: [20_200n, 0n, 0n, 0n] },
    ])
    expect(await w.within(owedNow)).toEqual(owed.map(({ ages: _, ...rest }) => rest))
    w.at('2027-01-20T10:00:00Z')
    const [later] = await w.within(async (ctx) => owedTotals((await liabilityOf(ctx, null)).owed))
    expect(later?.ages).toEqual([0n, 0n, 0n, 20_200n])
    w.at('2026-11-02T10:00:00Z')
  })

  test('the journal balances, in the brand’s own numbers', async () => {
    const policy = { books: { accounts: { 'creators:payable': '1700' } } }
    await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy } }))
    const rows = text((await w.within((ctx) => journalOf(ctx, '2026-10'))).sheet)
      .trim()
      .split('\r\n')
    expect(rows[0]).toBe('Date,Entry,Account,Name,Debit,Credit,Currency,Transfers')
    expect(rows).toContain('2026-10-25,4,creators:pending,"Creators, pending",14.00,,EUR,2')
    expect(rows).toContain('2026-10-25,4,1700,"Creators, payable",,14.00,EUR,2')
    const cents = (column: number) =>
      rows
        .slice(1, -1)
        .reduce((sum, row) => sum + Math.round(Number(row.replace('"Creators, p', '').split(',').at(column) || 0) * 100), 0)
    expect(cents(-4)).toBe(cents(-3))
    expect(rows.at(-1)).toBe(`,,,Total,${(cents(-4) / 100).toFixed(2)},${(cents(-4) / 100).toFixed(2)},EUR,`)
  })
})

test('invoice numbers have no gap, whoever asks at once, and whatever fails', async () => {
  const many = await Promise.all(Array.from({ length: 4 }, (_, i) => enlist(w, `Self${i}`)))
  for (const one of many)
    await w.within((ctx) => payFee(ctx, { submissionId: one.creatorId, creatorId: one.creatorId, fee: eur(1_000), because: {} }))
  w.at('2026-12-02T10:00:00Z')
  const { hash } = await w.within((ctx) => planClose(ctx, '2026-11'))
  // What is kept is what the hash is of, added up once.
  const plans = await w.within((ctx) => plansOf(ctx, (ctx) => closeMonth(ctx, '2026-11', hash)))
  expect(plans.filter((plan) => plan.includes('"Transfer"'))).toHaveLength(1)
  const ask = (one: Member, fails = false) =>
    w.within(async (ctx) => {
      const given = await statementOf(ctx, one.creatorId, '2026-11', payee)
      if (fails) throw new Error('lost')
      return given.number
    })
  const asked = await Promise.allSettled(many.flatMap((one, i) => [ask(one, i % 2 === 0), ask(one)]))
  const numbers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  expect([...new Set(numbers)].sort()).toEqual(many.map((_, i) => `2026-${String(i + 1).padStart(5, '0')}`))
  expect(await w.within(audit)).toEqual([])
})

test('an invoice names both parties and why it shows no VAT; a name in letters that no font draws is said', async () => {
  const lea = await enlist(w, 'Lea')
  const policy = { books: { legalName: 'Glow GmbH', address: 'Ring 1; 10115 Berlin', country: 'DE', vatId: 'DE123456789' } }
  await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy } }))
  await w.within((ctx) => ctx.db.creator.update({ where: { id: lea.creatorId }, data: { name: '=Łucja مريم' } }))
  await w.within((ctx) => payFee(ctx, { submissionId: 'lea', creatorId: lea.creatorId, fee: eur(1_000), because: {} }))
  w.at('2027-01-02T10:00:00Z')
  await w.within(async (ctx) => closeMonth(ctx, '2026-12', (await planClose(ctx, '2026-12')).hash))
  const given = await w.within((ctx) => statementOf(ctx, lea.creatorId, '2026-12', payee))
  expect(given.number).toBe('2027-00001')
  expect(given.paper.invoice).toMatchObject({
    payer: { name: 'Glow GmbH', address: ['Ring 1', '10115 Berlin'], country: 'DE' },
    note: 'Reverse charge: VAT is due from the recipient (Articles 44 and 196 of Directive 2006/112/EC).',
  })
  const pdf = await w.within(async (ctx) => Buffer.from((await ctx.read(given.pdfId)).bytes))
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  expect(await file(given.csvId)).toContain(`2026-12-02,Content fee,,,10.00,10.00,EUR`)
})

test('a month that took back more than it brought is a credit note: the next number of the row, and what it corrects', async () => {
  const ida = await enlist(w, 'Ida')
  w.at('2027-01-10T10:00:00Z')
  await enter(w, ida, german('Ida Lind', { billing: 'yes' }))
  await tell(w, order('cn', { codes: [ida.code], at: '2027-01-10T09:00:00.000Z' }))
  const close = (month: string) => w.within(async (ctx) => closeMonth(ctx, month, (await planClose(ctx, month)).hash))
  w.at('2027-02-02T10:00:00Z')
  await close('2027-01')
  await w.app.runJob('statements')
  const { number } = await w.within((ctx) => statementOf(ctx, ida.creatorId, '2027-01', payee))
  await tell(w, refund('cn', 'cn-1', 8_000))
  w.at('2027-03-02T10:00:00Z')
  await close('2027-02')
  await w.app.runJob('statements')
  await w.app.runJob('statements')
  const note = await w.within((ctx) => statementOf(ctx, ida.creatorId, '2027-02', payee))
  expect(number).toMatch(/^2027-0000\d$/)
  const next = `2027-${String(Number(number!.slice(5)) + 1).padStart(5, '0')}`
  expect([note.number, note.corrects, note.paper.earned.minor]).toEqual([next, [number], -800n])
  expect(await ida.sees()).toContain(
    `Your credit note of February 2027\nMore was given back than you earned, so credit note ${next} over -€8.00 was written in your name, as you agreed. It corrects invoice ${number}.`,
  )
  const asked = await ida.run('statement', { month: '2027-02' })
  expect(asked).toContain(`Statement of February 2027, credit note ${next}`)
  expect(asked).toMatch(new RegExp(`Corrects +invoice ${number}`))
  expect(await w.within(audit)).toEqual([])
})

async function payOut(ctx: Parameters<typeof move>[0], creatorId: string, minor: number): Promise<void> {
  const money = eur(minor)
  const [payable, paying, paid] = ['payable', 'paying', 'paid'].map((which) => `creator:${creatorId}:${which}`) as [
    string,
    string,
    string,
  ]
  await move(ctx, { from: payable, to: paying, money, key: `pay:${creatorId}`, because: {} })
  await move(ctx, { from: paying, to: paid, money, key: `settle:${creatorId}`, because: { reference: 'TRP-1' } })
}
