/** What is owed, from every single transfer, one after the other: the long way, which the report has to agree with. */
import type { Context } from '../../src/context.ts'
import { monthRange } from '../../src/kernel/time.ts'
import type { Owed } from '../../src/ledger/reports.ts'
import { ageBuckets } from '../../src/ledger/rules-books.ts'

type Row = Omit<Owed, 'name'>

export async function owedLong(ctx: Context, month: string | null): Promise<Row[]> {
  const programId = ctx.program.id
  const end = month === null ? null : monthRange(month, ctx.program.zone).to
  const at = end !== null && end < ctx.now ? end : ctx.now
  const until = at === end ? { lt: at } : { lte: at }
  const merged = await ctx.db.creator.findMany({ where: { programId, mergedInto: { not: null } } })
  const own = new Map(merged.map(({ id, mergedInto }) => [id, mergedInto!]))
  const moved = await ctx.db.transfer.findMany({ where: { programId, at: until }, orderBy: [{ at: 'desc' }, { id: 'desc' }] })
  const rows = new Map<string, Row & { came: { at: Date; minor: bigint }[] }>()
  for (const { key, from, to, minor, currency, at } of moved) {
    if (key.startsWith('merge:')) continue
    for (const [account, change] of [[to, minor] as const, [from, -minor] as const]) {
      const [whose, id, purse] = account.split(':')
      if (whose !== 'creator') continue
      const creatorId = own.get(id!) ?? id!
      const empty = { creatorId, currency, pending: 0n, payable: 0n, paying: 0n, negative: 0n, ages: [], came: [] }
      const row = rows.get(`${currency} ${creatorId}`) ?? empty
      rows.set(`${currency} ${creatorId}`, row)
      if (purse === 'pending' || purse === 'payable' || purse === 'paying') row[purse] += change
      const back = from.endsWith(':paying') || from.endsWith(':paid')
      if (purse === 'payable' && change > 0n && !back) row.came.push({ at, minor })
    }
  }
  return [...rows.values()]
    .filter(({ pending, payable, paying }) => pending !== 0n || payable !== 0n || paying !== 0n)
    .map(({ came, ...row }) => {
      const negative = row.payable < 0n ? -row.payable : 0n
      return { ...row, payable: row.payable + negative, negative, ages: agesOf(came, row.payable, at) }
    })
}

/** What is left of payable money, filled up from the youngest on. */
function agesOf(came: { at: Date; minor: bigint }[], payable: bigint, now: Date): bigint[] {
  const ages = ageBuckets.map(() => 0n)
  let rest = payable
  for (const { at, minor } of came) {
    const took = rest > minor ? minor : rest > 0n ? rest : 0n
    const old = (now.getTime() - at.getTime()) / 86_400_000
    const bucket = ageBuckets.findIndex(({ to }) => to === null || old <= to)
    ages[bucket] = ages[bucket]! + took
    rest -= took
  }
  return ages
}

/** A report without what only words it, in an order that no sorting of a database decides. */
export const bare = (rows: readonly Row[]): Row[] =>
  rows
    .map(({ creatorId, currency, pending, payable, paying, negative, ages }) => {
      return { creatorId, currency, pending, payable, paying, negative, ages }
    })
    .sort((a, b) => (`${a.currency} ${a.creatorId}` < `${b.currency} ${b.creatorId}` ? -1 : 1))
