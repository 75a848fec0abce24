import type { Context } from '../context.ts'
import { wasGiven } from '../creators/rules-given.ts'
import { stateAt } from '../creators/rules-standing.ts'
import { standardsOf } from '../creators/service.ts'
import type { Creator } from '../db/generated/client.ts'
import type { OrderFact } from '../kernel/fact.ts'
import { days } from '../kernel/time.ts'
import { commissionAccount, commissionKey, earn, partsToJson, purse, refundKey } from '../ledger/rules.ts'
import { price } from '../ledger/rules-rates.ts'
import { policyAt, policyOf } from '../programs/rules.ts'
import { orderSignals } from '../trust/rules-orders.ts'
import { bought } from './as-paid.ts'
import { type Ground, layGround } from './bulk-ground.ts'
import { credit, type Judged, type Verdict } from './rules.ts'
import { becauseOf, rateOfAll, saleToPrice } from './rules-book.ts'
import { type Group, groupsOf, type Plain, plainOf, type Refunded, takenOf } from './rules-bulk.ts'
import { record } from './service.ts'
import type { Outcome } from './settle.ts'
import { codeTouches, offerOfTouch, upper } from './touches.ts'

type Row = Record<string, unknown>
const tables = ['Order', 'Touch', 'Line', 'Transfer', 'Hold', 'Refund'] as const
type Rows = Record<(typeof tables)[number], Row[]>

/**
 * Takes in many facts of a shop, in their order, and gives for each what `record` would give. What depends on nothing else is taken in
 * with a few statements for all, everything else one by one; the books are the same either way, and nobody is told of single sales.
 * One unit of work: some two thousand facts at once are a good size. Refuses like `record`.
 */
export async function recordMany(ctx: Context, source: string, facts: readonly OrderFact[]): Promise<Outcome[][]> {
  const outcomes: Outcome[][] = facts.map(() => [{ kind: 'nothing' }])
  const ground = await layGround(ctx, source, facts)
  const groups = new Map(groupsOf(facts).map((group) => [group.orderId, group]))
  const rows = noRows()
  const write = async () => {
    for (const table of tables) await insertAll(ctx, table, rows[table])
    Object.assign(rows, noRows())
  }
  const done = new Set<string>()
  for (const [i, fact] of facts.entries()) {
    if (done.has(fact.orderId)) continue
    const group = groups.get(fact.orderId)
    const plain = group?.facts[0]?.at === i ? plainFor(ctx, group, ground) : null
    if (group && plain && lay(ctx, source, plain, ground, rows, outcomes)) {
      done.add(fact.orderId)
      continue
    }
    // Whoever sells for the first time is marked so, and both ways must agree who that is.
    if (fact.type === 'order.placed' && rows.Line.some(isFirst)) await write()
    outcomes[i] = await record(ctx, source, fact, { quiet: true, listed: true })
    for (const one of outcomes[i]) if (one.kind === 'credited') ground.unsold.delete(one.creatorId)
  }
  await write()
  return outcomes
}

const isFirst = ({ because }: Row): boolean => (because as { first: boolean }).first

const noRows = (): Rows => ({ Order: [], Touch: [], Line: [], Transfer: [], Hold: [], Refund: [] })

/** A group that may be taken in with others; null for what the program's policy, its shopper or its past make depend on others. */
function plainFor(ctx: Context, group: Group, ground: Ground): Plain | null {
  if (ground.known.has(group.orderId) || ground.reported.has(group.orderId)) return null
  const plain = plainOf(group, ctx.program.currency)
  if (!plain) return null
  const { caps, tiers } = policyAt(ctx.program, plain.at)
  if (tiers || Object.values(caps).some((cap) => cap !== null)) return null
  const { email, id, address } = plain.placed.shopper
  const hashes = [email, id, address].filter((hash) => hash !== undefined)
  return hashes.some((hash) => ground.regulars.has(hash) || ground.ownHashes.has(hash)) ? null : plain
}

/** Adds the rows of one order. False, with nothing added, when it must be recorded by itself. */
function lay(ctx: Context, source: string, plain: Plain, ground: Ground, rows: Rows, outcomes: Outcome[][]): boolean {
  const verdict = verdictOn(ctx, plain, ground)
  const creatorId = verdict.winner?.creatorId ?? null
  const creator = creatorId === null ? undefined : ground.creators.get(creatorId)
  if (creator && (wasGiven(creator) || creator.earnedTier !== null)) return false
  const order = orderOf(ctx, source, plain, verdict)
  if (creator && suspicious(ctx, order, creator.id)) return false
  rows.Order.push(order)
  rows.Touch.push(...verdict.touches.map((touch) => touchOf(ctx, order.id, touch)))
  const refundIds = plain.refunds.map(() => ctx.id('refund'))
  if (creator)
    layLine(ctx, { plain, order, creator, offer: verdict.winner?.offer?.name ?? null, refundIds }, ground, rows, outcomes)
  else outcomes[plain.place] = [{ kind: 'uncredited', orderId: order.id, reason: verdict.rule }]
  const { taken } = takenOf(plain, 0n, [])
  rows.Refund.push(
    ...plain.refunds.map(({ externalId, base, currency, whole, cumulative, at }, i) => ({
      id: refundIds[i],
      programId: ctx.program.id,
      source,
      externalId,
      orderExternalId: order.externalId,
      base,
      currency,
      whole,
      cumulative,
      taken: taken.get(externalId),
      at,
      appliedAt: ctx.now,
      createdAt: ctx.now,
    })),
  )
  return true
}

function verdictOn(ctx: Context, { placed, at }: Plain, ground: Ground) {
  const used = upper(placed.codes.slice(0, 20))
  const known = used.flatMap((code) => ground.codes.get(code) ?? [])
  const candidates = codeTouches(known, used, at).flatMap((touch) => {
    const creator = ground.creators.get(ground.owners.get(touch.creatorId) ?? '')
    const offer = creator ? offerOfTouch(ground.offers, touch, creator) : null
    return creator ? [{ ...touch, creatorId: creator.id, creatorState: stateAt(creator, at), own: false, offer }] : []
  })
  const bought = { firstBought: null, firstCredited: null }
  return credit(candidates, policyAt(ctx.program, at), { at, test: false, zone: ctx.program.zone, unconverted: null, ...bought })
}

type OrderRow = ReturnType<typeof orderOf>

function orderOf(ctx: Context, source: string, { placed, at, cancelledAt }: Plain, { rule, winner }: Verdict) {
  const { kind, base, components, items } = bought(placed)
  return {
    id: ctx.id('order'),
    programId: ctx.program.id,
    source,
    externalId: placed.orderId,
    number: placed.number.slice(0, 100),
    at,
    kind,
    currency: base.currency,
    base: base.minor,
    components,
    items,
    codes: placed.codes.slice(0, 20),
    shopperId: placed.shopper.id ?? null,
    shopperEmail: placed.shopper.email ?? null,
    shopperAddress: placed.shopper.address ?? null,
    exchange: null,
    exchangeDay: null,
    paidAt: at,
    cancelledAt,
    creatorId: winner?.creatorId ?? null,
    offerId: winner?.offer?.id ?? null,
    rule,
    createdAt: ctx.now,
  }
}

const touchOf = (ctx: Context, orderId: string, { kind, creatorId, what, at, won, reason, offer }: Judged): Row => ({
  id: ctx.id('touch'),
  programId: ctx.program.id,
  orderId,
  kind,
  creatorId,
  what,
  at,
  won,
  reason,
  offerId: offer?.id ?? null,
})

/** Whether what one order says by itself would open a case. */
function suspicious(ctx: Context, { id, number, at, rule, shopperEmail }: OrderRow, creatorId: string): boolean {
  const { adsAllowed } = policyOf(ctx.program)
  const about = { ownPurchase: false, throwaway: false, shopperEmail, click: null, shopperOrders: [id] }
  return (
    orderSignals({ orderId: id, lineId: '', creatorId, number, at, rule, ...about }, { adsAllowed, demo: ctx.program.demo })
      .length > 0
  )
}

type Sale = { plain: Plain; order: OrderRow; creator: Creator; offer: string | null; refundIds: string[] }

/** The line of a credited order with all that was booked and taken back of it. */
function layLine(ctx: Context, sale: Sale, ground: Ground, rows: Rows, outcomes: Outcome[][]): void {
  const { plain, order, creator, offer } = sale
  const { id: programId, currency } = ctx.program
  const policy = policyAt(ctx.program, order.at)
  const base = { minor: order.base, currency }
  const priced = saleToPrice(order, base, { returning: false, tier: null, tags: creator.tags, offer })
  const rules = ground.rules.filter((rule) => rule.from <= order.at && (rule.to === null || rule.to > order.at))
  const { earned, parts } = earn(price(priced, rules, [standardsOf(policy, creator, order.at)]), currency)
  const because = becauseOf(order, { base, parts, earned, tier: null, returning: false, offer, cappedBy: null })
  const [line, rateBps] = [ctx.id('line'), rateOfAll(parts, base.minor)]
  const first = ground.unsold.delete(creator.id)
  const taken = takenOf(plain, earned.minor, parts)
  rows.Line.push({
    id: line,
    programId,
    orderId: order.id,
    creatorId: creator.id,
    base: base.minor,
    rateBps,
    minor: earned.minor,
    currency,
    at: order.at,
    because: { ...because, first },
    parts: partsToJson(parts),
    leftBase: taken.leftBase,
    leftMinor: taken.leftMinor,
  })
  outcomes[plain.place] = [
    { kind: 'credited', creatorId: creator.id, orderId: order.id, lineId: line, commission: earned, first },
  ]
  const availableAt = days(order.at, policy.holdDays)
  rows.Hold.push({ line, programId, creatorId: creator.id, kind: 'commission', availableAt, createdAt: ctx.now })
  if (earned.minor === 0n) return
  const pending = purse(creator.id, 'pending')
  const booked = { line, ...because, rateBps }
  rows.Transfer.push(transferOf(ctx, [commissionAccount, pending], earned.minor, commissionKey(line), booked))
  for (const { refund, place, left, minor } of taken.takings) {
    if (minor === 0n) continue
    const why = refund ? { refund: refund.externalId } : { cancelled: true }
    const about = { left: left.part.toString(), of: left.of.toString(), order: order.id, number: order.number, ...why }
    const key = refundKey(refund ? nameOf(refund, sale) : order.id, line)
    rows.Transfer.push(transferOf(ctx, [pending, commissionAccount], minor, key, { line, rule: 'refund', ...about }))
    outcomes[place] = [{ kind: 'refunded', creatorId: creator.id, orderId: order.id, reversal: { minor, currency } }]
  }
}

/** A sum so far may grow, and what it grew by is taken under a name of its own. */
function nameOf(refund: Refunded, { plain, refundIds }: Sale): string {
  const id = refundIds[plain.refunds.indexOf(refund)]!
  return refund.cumulative ? `${id}-${refund.base}` : id
}

const transferOf = (ctx: Context, [from, to]: [string, string], minor: bigint, key: string, because: object): Row => ({
  id: ctx.id('transfer'),
  programId: ctx.program.id,
  from,
  to,
  minor,
  currency: ctx.program.currency,
  key,
  because,
  at: ctx.now,
})

/** All rows of a table by one statement; PostgreSQL reads them from one JSON value, whatever their number. */
async function insertAll(ctx: Context, table: (typeof tables)[number], rows: readonly Row[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = Object.keys(first)
    .map((name) => `"${name}"`)
    .join(', ')
  const values = JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
  const sql = `INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::"${table}", $1::jsonb)`
  await ctx.db.$executeRawUnsafe(sql, values)
}
