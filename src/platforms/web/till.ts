/** The arithmetic of the demo shop: what lies in the bag, and what it comes to. Pure. */
import type { CodeTerms } from '../../kernel/discount.ts'
import { add, decimals, type Money, share, split, subtract, sum, zero } from '../../kernel/money.ts'

export type Product = { sku: string; name: string; line: string; size: string; price: number }

/** Prices in whole units of a currency with cents. */
export const products: Product[] = [
  { sku: 'dew-serum', name: 'Dew Serum', line: 'Water-light hydration for the morning', size: '30 ml', price: 32 },
  { sku: 'night-balm', name: 'Night Balm', line: 'Slow repair while you sleep', size: '50 ml', price: 39 },
  { sku: 'clay-mask', name: 'Clay Mask', line: 'Ten minutes to calm and clear', size: '75 ml', price: 24 },
  { sku: 'silk-mist', name: 'Silk Mist', line: 'A soft veil that sets the day', size: '100 ml', price: 19 },
]

const TAX_BPS = 800
const FREE_SHIPPING_FROM = 50
const SHIPPING = 4.9

export type Bag = Map<string, number>

/** Reads "dew-serum.2,clay-mask.1"; what is not a product of ours falls away. */
export function readBag(text: string): Bag {
  const bag: Bag = new Map()
  for (const part of text.slice(0, 300).split(',')) {
    const [sku = '', count = ''] = part.split('.')
    if (products.some((p) => p.sku === sku) && /^[1-9]$/.test(count)) bag.set(sku, Number(count))
  }
  return bag
}

export const writeBag = (bag: Bag): string => [...bag].map(([sku, count]) => `${sku}.${count}`).join(',')

/** The bag with one more or fewer of a product, between none and nine. */
export function changed(bag: Bag, sku: string, by: 1 | -1): Bag {
  const next = new Map(bag)
  const count = Math.min(9, (bag.get(sku) ?? 0) + by)
  if (count > 0) next.set(sku, count)
  else next.delete(sku)
  return next
}

/** An amount in whole units as the currency's minor units; a currency without cents costs a hundred times the number. */
export function priced(units: number, currency: string): Money {
  const places = decimals(currency)
  return { minor: BigInt(Math.round(units * 100)) * 10n ** BigInt(Math.max(0, places - 2)), currency }
}

export type Bill = { subtotal: Money; discount: Money; shipping: Money; tax: Money; total: Money }

/** What a code takes off goods of this sum: nothing below the least that an order must be worth, and never more than the goods cost. */
function discountOn(subtotal: Money, terms: CodeTerms | undefined): Money {
  if (!terms || (terms.minimum && subtotal.minor < terms.minimum.minor)) return zero(subtotal.currency)
  const { amount, percent } = terms
  if (!amount) return share(subtotal, percent * 100)
  return amount.minor < subtotal.minor ? amount : subtotal
}

/** What the bag costs with a code's terms, or with none. Tax is on the goods; shipping is free from a certain sum. */
export function billFor(bag: Bag, terms: CodeTerms | undefined, currency: string): Bill {
  const prices = products.map((p) => ({ ...priced(p.price, currency), count: BigInt(bag.get(p.sku) ?? 0) }))
  const subtotal = sum(
    prices.map((p) => ({ minor: p.minor * p.count, currency })),
    currency,
  )
  const discount = discountOn(subtotal, terms)
  const goods = subtract(subtotal, discount)
  const free = subtotal.minor === 0n || goods.minor >= priced(FREE_SHIPPING_FROM, currency).minor
  const shipping = free ? zero(currency) : priced(SHIPPING, currency)
  const tax = share(goods, TAX_BPS)
  return { subtotal, discount, shipping, tax, total: add(add(goods, shipping), tax) }
}

/** What each product in the bag adds to what was paid for the goods; the discount is spread over them by their prices, to the cent. */
export function netsOf(bag: Bag, { subtotal, discount }: Bill): { sku: string; quantity: number; net: Money }[] {
  const lines = products.flatMap((product) => {
    const quantity = bag.get(product.sku)
    return quantity === undefined ? [] : [{ sku: product.sku, quantity, price: priced(product.price, subtotal.currency) }]
  })
  const nets = split(
    subtract(subtotal, discount),
    lines.map(({ price, quantity }) => price.minor * BigInt(quantity)),
  )
  return lines.map(({ sku, quantity }, i) => ({ sku, quantity, net: nets[i]! }))
}
