/** Histories of one program told to the real books and to a model of twenty lines; after every step both must say the same. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { foundProgram } from '../../src/app.ts'
import type { Context } from '../../src/context.ts'
import type { OrderFact } from '../../src/kernel/fact.ts'
import { addMonths, days, monthOf } from '../../src/kernel/time.ts'
import { audit } from '../../src/ledger/audit.ts'
import { nextToClose } from '../../src/ledger/close.ts'
import { forfeit } from '../../src/ledger/forfeit.ts'
import { due } from '../../src/ledger/mature.ts'
import { liabilityOf, owedNow, owedTotals } from '../../src/ledger/reports.ts'
import { bonus, move } from '../../src/ledger/service.ts'
import { record } from '../../src/orders/service.ts'
import type { World } from '../world.ts'
import { bare, owedLong } from './owed-long.ts'
import { cancelled, order, refund } from './shop.ts'

export type Step =
  | { do: 'rest' }
  | { do: 'order'; who: number; base: number }
  | { do: 'refund' | 'refunded so far'; of: number; minor: number }
  | { do: 'cancel' | 'forfeit' | 'again'; of: number }
  | { do: 'wait'; days: number }
  | { do: 'bonus'; who: number; minor: number }
  | { do: 'pay' | 'settle' | 'fail'; who: number }

const who = fc.integer({ min: 0, max: 1 })
const of = fc.nat(40)
const minor = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 9 }))
/** The first is what a failing history is cut down with. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'rest' }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('order' as const), who, base: minor }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('refund' as const, 'refunded so far' as const), of, minor }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'forfeit' as const, 'again' as const), of }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('bonus' as const), who, minor }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom('pay' as const, 'settle' as const, 'fail' as const), who }) },
)
export type History = { steps: Step[]; tiers: boolean }
export const histories = (length: number): fc.Arbitrary<History> =>
  fc.record({ steps: fc.array(step, { minLength: length, maxLength: length }), tiers: fc.boolean() })

// ---------------------------------------------------------------- the model
type Sale = {
  who: number
  base: number
  left: number
  rate: number
  now: number
  ripe: number
  earned: boolean
  held: boolean
  gone?: true
}
type Purses = { pending: number; payable: number; paying: number; paid: number }
const [OWN, TIER, FROM, HOLD] = [[1_000, 333], 1_500, 30_000, 14] as const

/** Half to even, of an amount in ten-thousandths. */
const even = (n: number): number => {
  const [whole, rest] = [Math.floor(n / 10_000), n % 10_000]
  return whole + (rest > 5_000 || (rest === 5_000 && whole % 2 === 1) ? 1 : 0)
}

class Model {
  day = 0
  readonly sales: Sale[] = []
  readonly purses: Purses[] = [0, 1].map(() => ({ pending: 0, payable: 0, paying: 0, paid: 0 }))
  private readonly tiers: boolean
  constructor(tiers: boolean) {
    this.tiers = tiers
  }

  order(by: number, base: number): void {
    const rate = Math.max(OWN[by]!, this.above(by) ? TIER : 0)
    const earned = even(base * rate) > 0
    this.sales.push({ who: by, base, left: base, rate, now: 0, ripe: this.day + HOLD, earned, held: earned })
    this.put(this.sales.at(-1)!, even(base * rate))
    if (this.above(by))
      for (const sale of this.sales.filter((one) => one.who === by && one.rate < TIER && !one.gone)) this.raise(sale)
  }
  raise(sale: Sale): void {
    sale.rate = TIER
    const next = Math.max(sale.now, even(sale.left * TIER))
    // What earned nothing was not held, until now.
    if (next > sale.now && !sale.earned) sale.held = sale.ripe > this.day
    this.put(sale, next)
  }
  refund(sale: Sale, left: number): void {
    sale.left = Math.max(0, Math.min(sale.left, left))
    this.put(sale, Math.min(sale.now, even(sale.left * sale.rate)))
  }
  put(sale: Sale, now: number): void {
    this.purses[sale.who]![sale.held ? 'pending' : 'payable'] += now - sale.now
    sale.now = now
  }
  ripen(): void {
    for (const sale of this.sales.filter(({ held, ripe }) => held && ripe <= this.day)) {
      const now = sale.now
      this.put(sale, 0)
      sale.held = false
      this.put(sale, now)
    }
  }
  move(by: number, from: keyof Purses, to: keyof Purses, minor: number): void {
    this.purses[by]![from] -= minor
    this.purses[by]![to] += minor
  }
  private above(by: number): boolean {
    // What an upheld case took counts for no tier.
    const total = this.sales.filter((sale) => sale.who === by && !sale.gone).reduce((sum, { left }) => sum + left, 0)
    this.top[by] ||= this.tiers && total >= FROM
    return this.top[by]
  }
  private readonly top = [false, false]
}

// ---------------------------------------------------------------- the books
const start = new Date('2026-01-01T12:00:00Z')
const PER_TRANSACTION = 25
const codes = ['ADA10', 'BEA10']

type Books = {
  programId: string
  creators: string[]
  model: Model
  payments: (string | null)[]
  said: Map<number, OrderFact[]>
  n: number
}

/** Tells one history in a program of its own. Balances are compared after every step, the laws after every 25th or, if asked, every one. */
export async function live(w: World, { steps, tiers }: History, everyStep = false): Promise<void> {
  const programId = await foundProgram(w.app, { name: 'Model', currency: 'EUR', zone: 'Europe/Berlin' })
  const books: Books = { programId, creators: [], model: new Model(tiers), payments: [null, null], said: new Map(), n: 0 }
  await w.app.within(programId, (ctx) => enlistTwo(ctx, books, tiers))
  for (let at = 0; at < steps.length; at += PER_TRANSACTION) {
    await w.app.within(programId, async (ctx) => {
      for (const one of steps.slice(at, at + PER_TRANSACTION)) {
        if (!(await take(ctx, books, one))) continue
        await compare(ctx, books)
        if (everyStep) expect(await audit(ctx)).toEqual([])
      }
      expect(await audit(ctx)).toEqual([])
      await sayTheSame(ctx)
    })
  }
}

/** The overview of the books reads balances, and only the first transfer; it says what reading all of them says, as does what is owed. */
export async function sayTheSame(ctx: Context): Promise<void> {
  const { owed } = await liabilityOf(ctx, null)
  expect(bare(owed)).toEqual(bare(await owedLong(ctx, null)))
  const before = monthOf(addMonths(ctx.now, -1, ctx.program.zone), ctx.program.zone)
  for (const month of [before, monthOf(ctx.now, ctx.program.zone)])
    expect(bare((await liabilityOf(ctx, month)).owed)).toEqual(bare(await owedLong(ctx, month)))
  expect(await owedNow(ctx)).toEqual(owedTotals(owed).map(({ ages: _, ...rest }) => rest))
  // All money comes over an account of the program's; what only moves between a creator's own begins no books.
  const booked = { OR: [{ from: { startsWith: 'program:' } }, { to: { startsWith: 'program:' } }] }
  const first = await ctx.db.transfer.findFirst({ where: { programId: ctx.program.id, ...booked }, orderBy: { at: 'asc' } })
  expect(await nextToClose(ctx)).toBe(first && monthOf(first.at, ctx.program.zone))
}

async function enlistTwo(ctx: Context, books: Books, tiers: boolean): Promise<void> {
  const steps = [{ name: 'Gold', from: String(FROM), rateBps: TIER }]
  const policy = {
    holdDays: HOLD,
    ...(tiers ? { tiers: { measure: 'revenue', window: 'lifetime', mode: 'retroactive', steps } } : {}),
  }
  await ctx.db.program.update({ where: { id: books.programId }, data: { policy } })
  for (const [i, rateBps] of OWN.entries()) {
    const [creatorId, personId] = [ctx.id('creator'), ctx.id('person')]
    const own = { programId: books.programId, createdAt: start }
    await ctx.db.person.create({ data: { id: personId, name: `Nr ${i}`, createdAt: start } })
    const member = { id: ctx.id('membership'), personId, name: `Nr ${i}`, role: 'creator', alerts: 'none' }
    await ctx.db.membership.create({ data: { ...own, ...member } })
    const words = { name: `Nr ${i}`, handle: `@nr${i}`, niche: 'beauty', country: 'DE', email: `nr${i}@example.com` }
    await ctx.db.creator.create({
      data: { ...own, ...words, id: creatorId, personId, state: 'approved', rateBps, appliedAt: start },
    })
    await ctx.db.code.create({ data: { ...own, id: ctx.id('code'), creatorId, code: codes[i]!, percent: 10 } })
    books.creators.push(creatorId)
  }
}

/** One step, done to both. What is not possible now is passed over by both, and false. */
async function take(outer: Context, books: Books, one: Step): Promise<boolean> {
  const { model, creators, payments } = books
  const now = days(start, model.day)
  const ctx = { ...outer, now }
  const index = 'of' in one && model.sales.length > 0 ? one.of % model.sales.length : -1
  const sale = model.sales[index]
  const tell = async (fact: OrderFact) => {
    books.said.set(index, [...(books.said.get(index) ?? []), fact])
    await record(ctx, 'generic', fact, { quiet: true })
  }
  if (one.do === 'order') {
    const id = String(model.sales.length)
    await record(
      ctx,
      'generic',
      order(id, { at: now.toISOString(), base: eur(one.base), components: {}, codes: [codes[one.who]!] }),
      { quiet: true },
    )
    model.order(one.who, one.base)
  } else if (one.do === 'wait') {
    model.day += one.days
    await due({ ...ctx, now: days(start, model.day) })
    model.ripen()
  } else if (one.do === 'bonus') {
    const money = { minor: BigInt(one.minor), currency: 'EUR' }
    await bonus(ctx, { creatorId: creators[one.who]!, money, key: `bonus:${books.n++}`, because: {} })
    model.move(one.who, 'payable', 'payable', 0)
    model.purses[one.who]!.payable += one.minor
  } else if (one.do === 'pay' || one.do === 'settle' || one.do === 'fail') return pay(ctx, books, one.do, one.who, payments)
  else if (sale && one.do === 'again') {
    // Everything that was told of this order, told again, changes nothing.
    for (const fact of books.said.get(index) ?? []) await record(ctx, 'generic', fact, { quiet: true })
  } else if (sale && one.do === 'cancel') {
    await tell({ ...cancelled(String(index)), at: now.toISOString() } as OrderFact)
    model.refund(sale, 0)
  } else if (sale && one.do === 'forfeit') {
    const line = await ctx.db.line.findFirstOrThrow({ where: { orderId: await orderId(ctx, index) } })
    await forfeit(ctx, { caseId: `case-${index}`, line: line.id, creatorId: line.creatorId, because: {} })
    const named = {
      caseId: `case-${index}`,
      lineId: line.id,
      programId: books.programId,
      orderId: line.orderId,
      outcome: 'forfeited',
    }
    await ctx.db.caseLine.createMany({ data: named, skipDuplicates: true })
    model.put(sale, 0)
    sale.held = false
    sale.gone = true
  } else if (sale && (one.do === 'refund' || one.do === 'refunded so far')) {
    const cumulative = one.do === 'refunded so far'
    const so = sale.base - sale.left
    const told = refund(String(index), `r${books.n++}`, cumulative ? so + one.minor : one.minor)
    // Each told later than the last, so that a sum so far counts what came before it.
    await tell({ ...told, cumulative, at: new Date(now.getTime() + books.n).toISOString() } as OrderFact)
    model.refund(sale, sale.left - one.minor)
  } else return false
  return true
}

const orderId = async (ctx: Context, index: number): Promise<string> =>
  (await ctx.db.order.findFirstOrThrow({ where: { programId: ctx.program.id, externalId: String(index) }, select: { id: true } }))
    .id

async function pay(
  ctx: Context,
  books: Books,
  what: 'pay' | 'settle' | 'fail',
  by: number,
  payments: (string | null)[],
): Promise<boolean> {
  const purses = books.model.purses[by]!
  const account = (purse: string) => `creator:${books.creators[by]}:${purse}`
  const open = payments[by] ?? null
  const [from, to] =
    what === 'pay' ? (['payable', 'paying'] as const) : (['paying', what === 'settle' ? 'paid' : 'payable'] as const)
  const minor = purses[from]
  if (minor <= 0 || (what === 'pay') === (open !== null)) return false
  const payment = open ?? `p${books.n++}`
  const money = { minor: BigInt(minor), currency: 'EUR' }
  await move(ctx, { from: account(from), to: account(to), money, key: `${what}:${payment}`, because: {} })
  books.model.move(by, from, to, minor)
  payments[by] = what === 'pay' ? payment : null
  return true
}

const eur = (minor: number) => ({ minor: String(minor), currency: 'EUR' })

/** Every account as it is kept and as it adds up, in one look. */
async function compare(ctx: Context, { creators, model, programId }: Books): Promise<void> {
  const rows = await ctx.db.$queryRaw<{ account: string; moved: string; kept: string | null }[]>`
    SELECT m.account, SUM(m.minor)::text AS moved, (SELECT "minor"::text FROM "Balance" b WHERE b."programId" = ${programId} AND b."account" = m.account) AS kept
    FROM (SELECT "to" AS account, "minor" AS minor FROM "Transfer" WHERE "programId" = ${programId}
          UNION ALL SELECT "from", -"minor" FROM "Transfer" WHERE "programId" = ${programId}) m GROUP BY 1`
  expect(rows.reduce((sum, { moved }) => sum + Number(moved), 0)).toBe(0)
  for (const { account, moved, kept } of rows) if (account.startsWith('creator:')) expect(kept).toBe(moved)
  const held = new Map(rows.map(({ account, moved }) => [account, Number(moved)]))
  const found = creators.map((id) => {
    const of = (purse: string) => held.get(`creator:${id}:${purse}`) ?? 0
    return { pending: of('pending'), payable: of('payable'), paying: of('paying'), paid: of('paid') }
  })
  expect(found).toEqual(model.purses)
}
