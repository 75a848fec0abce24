/**
 * The law of rates: what a sale pays is decided part by part, where the shop says what each item brought. Candidates are the
 * creator's own rate or else the program's, the rate of their tier, and every rule whose conditions the sale fits on its day; the
 * highest wins and is named. A rule that names SKUs pays for these items, a share or a fixed amount for each piece; a fixed amount
 * without SKUs pays for the whole order and competes with all parts together. Nothing here looks at the clock: a rule that ends
 * later, or begins later, changes nothing about the sales of before.
 */
import { splitUnits } from '../kernel/money.ts'
import type { Part } from './rules.ts'

export type Rule = {
  id: string
  name: string
  tier: string | null
  skus: readonly string[]
  skuPrefix: string | null
  via: string | null
  customer: string | null
  tag: string | null
  /** The name of an offer that the sale came under. */
  offer: string | null
  rateBps: number | null
  fixedMinor: bigint | null
  from: Date
  to: Date | null
}

export type Item = { sku: string; quantity: number; net: bigint | null }

export type Sale = {
  at: Date
  /** In the program's currency. */
  base: bigint
  /** Nets may be in another currency: only their shares count. */
  items: readonly Item[]
  via: string
  returning: boolean
  tier: string | null
  tags: readonly string[]
  offer: string | null
}

/** What holds without a rule: the creator's own rate or the program's, and the tier's. */
export type Standard = { rateBps: number; why: string }

type Unbooked = Omit<Part, 'minor'>
type Pay = { id: string; why: string; rateBps: number | null; fixedMinor: bigint | null }

/** The parts of a sale with what pays for each. There is always one, and the bases add up to the sale's. */
export function price(sale: Sale, rules: readonly Rule[], standards: readonly Standard[]): Unbooked[] {
  const fitting = rules.filter((rule) => fits(rule, sale))
  const standing: Pay[] = standards.map(({ rateBps, why }) => ({ id: why, why, rateBps, fixedMinor: null }))
  const everywhere = [...standing, ...fitting.filter((rule) => !bySku(rule) && rule.fixedMinor === null).map(payOf)]
  const grouped = fitting.filter(bySku)
  const parts = merge(
    itemsOf(sale, grouped).map(({ base, sku, quantity }) => {
      const own = grouped.filter((rule) => sku !== null && names(rule, sku)).map((rule) => pieces(payOf(rule), quantity))
      return { base, pay: best([...everywhere, ...own], base), sku }
    }),
  )
  const whole = fitting.filter((rule) => !bySku(rule) && rule.fixedMinor !== null && sale.base > 0n).map(payOf)
  const lump = whole.reduce<Pay | undefined>((a, b) => (a && a.fixedMinor! >= b.fixedMinor! ? a : b), undefined)
  const together = parts.reduce((sum, part) => sum + worth(part, part.base), 0n)
  if (lump && worth(lump, sale.base) > together) return [partOf(lump, sale.base, null)]
  return parts
}

/** Whether a rule speaks of a sale; which items it names is asked later. */
function fits(rule: Rule, sale: Pick<Sale, 'at' | 'via' | 'returning' | 'tier' | 'tags' | 'offer'>): boolean {
  return (
    rule.from <= sale.at &&
    (rule.to === null || sale.at < rule.to) &&
    (rule.via === null || rule.via === sale.via) &&
    (rule.customer === null || rule.customer === (sale.returning ? 'returning' : 'new')) &&
    (rule.tag === null || sale.tags.includes(rule.tag)) &&
    (rule.offer === null || same(rule.offer, sale.offer ?? '')) &&
    (rule.tier === null || same(rule.tier, sale.tier ?? ''))
  )
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()

const bySku = ({ skus, skuPrefix }: Rule): boolean => skus.length > 0 || skuPrefix !== null

const names = ({ skus, skuPrefix }: Rule, sku: string): boolean =>
  skus.some((one) => same(one, sku)) || (skuPrefix !== null && sku.toLowerCase().startsWith(skuPrefix.toLowerCase()))

const payOf = ({ id, name, rateBps, fixedMinor }: Rule): Pay => ({ id, why: `the rule “${name}”`, rateBps, fixedMinor })

const pieces = (pay: Pay, quantity: number): Pay =>
  pay.fixedMinor === null ? pay : { ...pay, fixedMinor: pay.fixedMinor * BigInt(Math.max(0, quantity)) }

type Share = { base: bigint; sku: string | null; quantity: number }

/**
 * The items with their shares of the base, where a rule asks for them and every item says what it brought. Where they do not say,
 * rules of SKUs hold only if one of them names every item.
 */
function itemsOf({ base, items }: Sale, grouped: readonly Rule[]): Share[] {
  const whole: Share = { base, sku: null, quantity: 1 }
  if (grouped.length === 0 || items.length === 0 || base <= 0n) return [whole]
  const nets = items.flatMap(({ net }) => (net !== null && net >= 0n ? [net] : []))
  if (nets.length === items.length && nets.some((net) => net > 0n)) {
    const shares = splitUnits(base, nets)
    return items.map(({ sku, quantity }, i) => ({ base: shares[i]!, sku, quantity }))
  }
  const alike = grouped.some((rule) => items.every(({ sku }) => names(rule, sku)))
  const quantity = items.reduce((sum, item) => sum + item.quantity, 0)
  return alike ? [{ base, sku: items[0]!.sku, quantity }] : [whole]
}

const worth = ({ rateBps, fixedMinor }: Pick<Pay, 'rateBps' | 'fixedMinor'>, base: bigint): bigint =>
  fixedMinor === null ? (base < 0n ? 0n : base) * BigInt(rateBps ?? 0) : fixedMinor * 10_000n

/** The one that pays most; of equals the first. */
const best = (pays: readonly Pay[], base: bigint): Pay => pays.reduce((a, b) => (worth(b, base) > worth(a, base) ? b : a))

/** Items that the same thing pays for are one part. */
function merge(items: { base: bigint; pay: Pay; sku: string | null }[]): Unbooked[] {
  const ids = [...new Set(items.map(({ pay }) => pay.id))]
  return ids.map((id) => {
    const own = items.filter(({ pay }) => pay.id === id)
    const fixed = own.flatMap(({ pay }) => (pay.fixedMinor === null ? [] : [pay.fixedMinor]))
    const base = own.reduce((sum, item) => sum + item.base, 0n)
    const pay = { ...own[0]!.pay, fixedMinor: fixed.length === 0 ? null : fixed.reduce((a, b) => a + b, 0n) }
    return partOf(pay, base, ids.length === 1 ? null : skusOf(own))
  })
}

const NAMED = 3

function skusOf(items: { sku: string | null }[]): string {
  const skus = [...new Set(items.map(({ sku }) => sku || 'items without a SKU'))]
  return skus.length > NAMED ? `${skus.slice(0, NAMED).join(', ')} and ${skus.length - NAMED} more` : skus.join(', ')
}

const partOf = ({ why, rateBps, fixedMinor }: Pay, base: bigint, of: string | null): Unbooked => ({
  base,
  rateBps: fixedMinor === null ? rateBps : null,
  fixedMinor,
  why,
  of,
})
