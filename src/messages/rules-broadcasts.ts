// For whom a broadcast is, in one line: "Gold, vip, DE, paused". States of creators stand among the words; without one it is for those
// who are active.
import type { Audience } from '../campaigns/rules-audience.ts'
import { isForAll, sayAudience } from '../campaigns/rules-audience.ts'
import { type Known, readAudience } from '../moments/rules-audience.ts'

const states = ['approved', 'paused', 'applied', 'left'] as const

/** Nobody gets more news than this, however many managers write. */
export const newsCap = { count: 3, days: 7 }

/** Reads the words. Refusal invalid names the one that nobody knows. */
export function readTarget(typed: string | undefined, known: Known): { audience: Audience; states: string[] } {
  const words = (typed ?? '').split(/[,;\n]+/).map((word) => word.trim())
  const named = states.filter((state) => words.some((word) => word.toLowerCase() === state))
  const rest = words.filter((word) => !named.some((state) => state === word.toLowerCase()))
  return { audience: readAudience(rest.join(','), known), states: named.length > 0 ? named : ['approved'] }
}

export const sayTarget = (audience: Audience, wanted: string[]): string => {
  const which = wanted.join(' or ')
  const active = which === 'approved'
  if (isForAll(audience)) return active ? 'Every active creator' : `Every creator who is ${which}`
  return active ? sayAudience(audience) : `${sayAudience(audience)} · ${which}`
}
