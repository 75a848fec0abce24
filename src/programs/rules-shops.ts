/**
 * The law of a connected shop: it is connected once its address and keys are here, and it speaks for one program. A shop that fails
 * for a moment is no news; one that refuses, or fails for an hour, is told to managers once, and once more when it is reached again.
 */
import { z } from 'zod'

/** The shops that can be asked as well as heard, as people call them. */
export const shopNames: Record<string, string> = { shopify: 'Shopify', stripe: 'Stripe', woocommerce: 'WooCommerce' }

export const shopName = (source: string): string => shopNames[source] ?? source

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
