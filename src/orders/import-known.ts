/**
 * What a list of orders tells that is here already. What is here stays as it is: an order that is here with another amount is remarked
 * and never changed, unless it is not paid here yet: then what was paid counts. What the shop told of a time before it was connected is
 * counted now.
 */
import type { Context } from '../context.ts'
import { fromBefore } from './rules.ts'
import type { Finding, ImportRow } from './rules-import.ts'

/** The rows under the ids that their orders are kept under here, where a shop has several for one. */
export async function underNames(ctx: Context, source: string, rows: ImportRow[]): Promise<ImportRow[]> {
  const names = rows.flatMap((row) => ('fact' in row ? (row.names ?? []) : []))
  if (names.length === 0) return rows
  const found = await ctx.db.orderName.findMany({ where: { programId: ctx.program.id, source, name: { in: names } } })
  const kept = new Map(found.map((row) => [row.name, row.orderExternalId]))
  return rows.map((row) => {
    const known = 'fact' in row ? row.names?.map((name) => kept.get(name)).find((id) => id !== undefined) : undefined
    return 'fact' in row && known !== undefined ? { ...row, fact: { ...row.fact, orderId: known } } : row
  })
}

/** Which of these rows are here already, by the ids of their orders and refunds. */
export async function hereOf(ctx: Context, source: string, rows: ImportRow[]) {
  // One list each: thousands of parameters take a driver longer than the database.
  const given = (ids: (string | undefined)[]) => ids.filter((id) => id !== undefined)
  const programId = ctx.program.id
  const orders = await ctx.db.$queryRaw<
    { externalId: string; base: bigint; currency: string; paidAt: Date | null; rule: string }[]
  >`
    SELECT "externalId", base, currency, "paidAt", rule FROM "Order"
    WHERE "programId" = ${programId} AND source = ${source} AND "externalId" = ANY(${given(rows.map(orderIn))}::text[])`
  const refunds = await ctx.db.$queryRaw<{ externalId: string; orders: string[] }[]>`
    SELECT r."externalId", r."orderExternalId"::text || ARRAY(SELECT n.name::text FROM "OrderName" n
      WHERE n."programId" = r."programId" AND n.source = r.source AND n."orderExternalId" = r."orderExternalId") AS orders
    FROM "Refund" r
    WHERE r."programId" = ${programId} AND r.source = ${source} AND r."externalId" = ANY(${given(rows.map(refundIn))}::text[])`
  const byId = new Map(orders.map((order) => [order.externalId, order]))
  const refunded = new Map(refunds.map((refund) => [refund.externalId, refund.orders]))
  /** What is only sent back names no order. */
  const hasRefund = (row: ImportRow): boolean => {
    const orders = refunded.get(refundIn(row) ?? '')
    return orders !== undefined && (!('fact' in row) || orders.includes(row.fact.orderId))
  }
  const restated = (row: ImportRow, { paidAt, rule }: { paidAt: Date | null; rule: string }): boolean =>
    (paidAt === null || rule === fromBefore) && !('fact' in row && row.fact.type === 'order.placed' && !row.fact.paid)
  return {
    has: (row: ImportRow): boolean => byId.has(orderIn(row) ?? '') || hasRefund(row),
    /** Whether there is nothing new in it: not even that the order was paid. */
    settled: (row: ImportRow): boolean => {
      const order = byId.get(orderIn(row) ?? '')
      return hasRefund(row) || (order !== undefined && !restated(row, order))
    },
    /** What else is here under the id of a row, if anything. */
    remark: (row: ImportRow): Finding | undefined => {
      const [other] = refunded.get(refundIn(row) ?? '') ?? []
      if (other !== undefined && !hasRefund(row)) return sameId(row, other)
      const order = byId.get(orderIn(row) ?? '')
      if (!order || restated(row, order) || !('fact' in row) || row.fact.type !== 'order.placed') return undefined
      const { minor, currency } = row.fact.base
      return order.currency === currency && order.base.toString() === minor ? undefined : differs(row)
    },
  }
}

const orderIn = (row: ImportRow): string | undefined =>
  'fact' in row && (row.fact.type === 'order.placed' || row.fact.type === 'lead.qualified') ? row.fact.orderId : undefined
const refundIn = (row: ImportRow): string | undefined =>
  'back' in row ? row.back.id : row.fact.type === 'order.refunded' ? row.fact.refundId : undefined

const differs = ({ line, what }: ImportRow): Finding => ({
  line,
  what,
  field: 'base',
  says: 'It is here already with another amount.',
  fix: 'What is here stays. Tell what was given back as a refund.',
})

const sameId = ({ line, what }: ImportRow, order: string): Finding => ({
  line,
  what,
  field: 'refund',
  says: `The refund of order ${order} has this id.`,
  fix: 'Give each refund an id that no other has.',
})

/** How many of some rows are here already, with remarks on those that are here with another amount or of another order. */
export async function knownIn(ctx: Context, source: string, some: ImportRow[]): Promise<{ known: number; remarks: Finding[] }> {
  const rows = await underNames(ctx, source, some)
  const here = await hereOf(ctx, source, rows)
  return { known: rows.filter(here.has).length, remarks: rows.map(here.remark).filter((one) => one !== undefined) }
}
