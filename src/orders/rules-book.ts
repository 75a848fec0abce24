/**
 * The law of a line: what an order earns is priced part by part from what it says of itself, and the line keeps every number that was
 * used. Orders that are taken in one by one and those that are taken in by the thousand are written by the same words.
 */
import type { Money } from '../kernel/money.ts'
import type { Part } from '../ledger/rules.ts'
import type { Item, Sale } from '../ledger/rules-rates.ts'

/** An order as far as its line needs it. */
export type Booking = {
  id: string
  number: string
  at: Date
  rule: string
  items: unknown
  components: unknown
  exchange: string | null
  exchangeDay: string | null
}

/** The sale that rules of rates are asked about; `base` is in the program's currency. */
export function saleToPrice(
  { at, rule, items }: Pick<Booking, 'at' | 'rule' | 'items'>,
  base: Money,
  about: { returning: boolean; tier: string | null; tags: readonly string[]; offer: string | null },
): Sale {
  const list = (items as { sku: string; quantity: number; net?: string }[]).map(
    ({ sku, quantity, net }): Item => ({ sku, quantity, net: net === undefined ? null : BigInt(net) }),
  )
  return { at, base: base.minor, items: list, via: rule, ...about }
}

export type Priced = {
  base: Money
  parts: readonly Part[]
  earned: Money
  tier: string | null
  returning: boolean
  offer: string | null
  cappedBy: string | null
}

/** Everything that a line's commission was made from. */
export function becauseOf(order: Booking, { base, parts, earned, tier, returning, offer, cappedBy }: Priced) {
  return {
    rule: order.rule,
    base: base.minor.toString(),
    rate: parts[0]!.why,
    ...(tier === null ? {} : { tier }),
    customer: returning ? 'returning' : 'new',
    ...(offer === null ? {} : { offer }),
    order: order.id,
    number: order.number,
    components: order.components,
    ...(order.exchange === null ? {} : { exchange: order.exchange, exchangeDay: order.exchangeDay }),
    ...(cappedBy === null ? {} : { cappedBy, uncapped: earned.minor.toString() }),
  }
}

/** One figure for all parts, for sorting and reading; what counts are the parts. */
export function rateOfAll(parts: readonly Part[], base: bigint): number {
  const [only] = parts
  if (parts.length === 1 && only?.rateBps !== null && only) return only.rateBps
  const minor = parts.reduce((sum, part) => sum + part.minor, 0n)
  return base <= 0n ? 0 : Math.min(10_000, Number((minor * 10_000n) / base))
}

type CodeRow = { code: string; creatorId: string; createdAt: Date; endedAt: Date | null }

/** Codes change hands: the one that was active at the order's time counts, else the newest. `owners` are newest first. */
export function ownerOfCode<Row extends CodeRow>(owners: readonly Row[], at: Date): Row | undefined {
  const open = owners.filter((row) => !row.endedAt || row.endedAt > at)
  return open.find((row) => row.createdAt <= at) ?? open[0] ?? owners[0]
}
