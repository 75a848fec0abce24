/**
 * The law of networks that pay their creators themselves: what they report is shown and ranked, never paid by us. A network knows a
 * creator by a key of its own (an Amazon tracking id, a partner key, a user name); a key belongs to one creator at a time, and what
 * it was reported under is looked up when the report comes in, so a key that nobody has keeps its rows out until it is set.
 */
import { Refusal } from '../kernel/refusal.ts'

export const networks = {
  amazon: 'Amazon tracking id',
  impact: 'Impact partner id',
  partnerstack: 'PartnerStack partner key',
  tiktok: 'TikTok user name',
} as const

export type Network = keyof typeof networks

export const isNetwork = (source: string): boolean => Object.hasOwn(networks, source)

/** The word in `Order.rule` for what another network has reported, and pays. */
export const paidByNetwork = 'paid by network'

/** A key as it is kept and compared. Throws Refusal('invalid') for what can be none. */
export function readKey(source: string, typed: string): string {
  const key = typed.trim().replace(/^@/, '').toLowerCase()
  if (source === 'amazon' && !/^[a-z0-9][a-z0-9_-]{0,60}-\d{2}$/.test(key))
    throw new Refusal('invalid', 'That is no Amazon tracking id.', 'It ends in a number, such as brandmaya-20.', 'key')
  if (!/^[!-~]{1,100}$/.test(key))
    throw new Refusal('invalid', 'That is no key of a network.', 'Copy it from the network; it has no spaces.', 'key')
  return key
}
