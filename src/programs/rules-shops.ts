/**
 * The law of a connected shop: it is connected once its address and keys are here, and it speaks for one program. A shop that fails
 * for a moment is no news; one that refuses, or fails for an hour, is told to managers once, and once more when it is reached again.
 */
import { z } from 'zod'

/** The shops that can be asked as well as heard, as people call them. */
export const shopNames: Record<string, string> = { shopify: 'Shopify', stripe: 'Stripe', woocommerce: 'WooCommerce' }

/** The kind of a source: a second Shopify of a program is the source shopify-2. */
export const kindOf = (source: string): string => /^([a-z]+)-[2-5]$/.exec(source)?.[1] ?? source

/** Which one of its kind a source is, where it is not the first. */
const numberOf = (source: string): string | undefined => /^[a-z]+-([2-5])$/.exec(source)?.[1]

export function shopName(source: string): string {
  const name = shopNames[kindOf(source)]
  const number = numberOf(source)
  return name === undefined ? source : number === undefined ? name : `${name} ${number}`
}

/** A shop as people tell it from others of its kind: the first by its kind alone, the others with their address. */
export function shopTitle({ source, shop, base }: { source: string; shop: string | null; base: string | null }): string {
  const where = shop ?? base?.replace(/^https?:\/\//, '') ?? null
  if (numberOf(source) === undefined || where === null || kindOf(source) === 'stripe') return shopName(source)
  return `${shopNames[kindOf(source)] ?? source} (${where})`
}

/** The sources that a program may have of a kind: shopify, shopify-2 … shopify-5. */
export const sourcesOf = (kind: string): string[] => [kind, ...[2, 3, 4, 5].map((n) => `${kind}-${n}`)]

/** Every source that may be a shop, with its name, the first of each kind in front. */
export const allShopNames: Record<string, string> = Object.fromEntries(
  [0, 1, 2, 3, 4].flatMap((i) => Object.keys(shopNames).map((kind) => [sourcesOf(kind)[i]!, shopName(sourcesOf(kind)[i]!)])),
)

/** Each shop of these counts its orders from one, so that another one under the same source would tell of numbers that are taken. */
export const countsAnew = (source: string): boolean => kindOf(source) === 'woocommerce'

/** An address as deliveries name it; the same shop may write it with or without www. */
export const siteOf = (address: string): string =>
  address
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '')

/** Two shops of a kind may give two customers one number, so the hash of it says which shop; e-mails stay the same everywhere. */
export const hashIn =
  (source: string, hash: (text: string) => string) =>
  (text: string): string => {
    const kind = kindOf(source)
    return hash(source !== kind && text.startsWith(`${kind}:`) ? source + text.slice(kind.length) : text)
  }

const standingSchema = z.object({
  /** Topics whose webhooks stand. */
  hooks: z.array(z.string()).default([]),
  /** What is in the way, and what helps. */
  trouble: z.object({ why: z.string(), fix: z.string(), since: z.string(), told: z.boolean() }).optional(),
  failures: z.number().int().default(0),
})

export type Standing = z.infer<typeof standingSchema>

export const standingOf = (connection: { standing: unknown }): Standing => standingSchema.parse(connection.standing)

const PATIENCE = 4

/** The standing after a check that failed; `final` when trying again won't help. `tell` once, when patience is over. */
export function afterTrouble(
  before: Standing,
  trouble: { why: string; fix: string; final: boolean },
  now: Date,
): { standing: Standing; tell: boolean } {
  const failures = before.failures + 1
  const told = before.trouble?.told ?? false
  const tell = !told && (trouble.final || failures >= PATIENCE)
  const since = before.trouble?.since ?? now.toISOString()
  return { standing: { ...before, failures, trouble: { why: trouble.why, fix: trouble.fix, since, told: told || tell } }, tell }
}
