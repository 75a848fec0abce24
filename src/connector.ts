import type { Fact } from './kernel/fact.ts'
import type { Outward } from './outward.ts'

/** One webhook as it came: header names in lower case, the body's exact bytes. */
export type Delivery = { headers: Record<string, string>; body: Buffer }

/** What a connector may use: a keyed one-way hash of shopper data (per program), and when the delivery was first heard. */
export type ConnectorTools = {
  hash: (text: string) => string
  /** ISO, in UTC; stands in where a body names no time. It stays the same when the delivery is run again. */
  heardAt?: string
}

/**
 * One outside system. Pure: no clock, no network, no database.
 * `facts` may throw a Refusal('invalid') for a body it can't read; the delivery is then parked and shown to managers.
 */
export type Connector = {
  /** The word in /hooks/:source/… */
  source: string
  /** One line for `/setup program`: what to paste where. */
  about: string
  /** What to answer when an id comes again with another body: shops drop endpoints that fail, so they get 200. */
  onConflict: 409 | 200
  /** True when any of the secrets (old and new during rotation) made the signature, and it is not too old. */
  verify: (delivery: Delivery, secrets: string[], now: Date) => boolean
  /** The same real event must always give the same id. */
  externalId: (delivery: Delivery) => string
  facts: (delivery: Delivery, tools: ConnectorTools) => Fact[]
  /** The shop or account it came from, where the system says so; a connection speaks for one alone. */
  shop?: (delivery: Delivery) => string | undefined
  /** True for the unsigned greeting of a shop that is being set up. It is answered with 200, and nothing is read, kept or looked up. */
  isGreeting?: (delivery: Delivery) => boolean
  /** What it can do in the shop: make and end codes, look after webhooks, tell what was missed. */
  outward?: Outward
}

/** The plug for src/connectors: one file, one default export. */
export function connector(definition: Connector): Connector {
  return definition
}
