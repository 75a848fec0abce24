// The options that asking and countering share, and how they become a scope.
import type { Context } from '../context.ts'
import { typedMoney } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { localDay } from '../kernel/time.ts'
import type { Edits, Exclusivity, Scope } from './rules.ts'
import { parseChannels, parseTerm, parseTerritories } from './rules-words.ts'

/** What was typed, clause by clause; what is missing was left out. */
export type Typed = {
  channels?: string | undefined
  term?: string | undefined
  territory?: string | undefined
  fee?: string | undefined
  edits?: Edits | undefined
  exclusivity?: Exclusivity | undefined
  ai?: boolean | undefined
  likeness?: boolean | undefined
}

/** Short names of the choices, as a form and a slash command show them. */
export const editChoices = {
  none: 'As it is, no edits',
  light: 'Crop, trim, subtitles',
  full: 'Translate, cut into other material',
} as const
export const exclusivityChoices = {
  none: 'Not exclusive',
  content: 'This content for the brand alone',
  category: 'And no competing products meanwhile',
} as const

/** The clauses that were typed, read and checked. Refusal invalid, naming the field. */
export function readScope(ctx: Context, typed: Typed): { [K in keyof Scope]?: Scope[K] | undefined } {
  const { channels, term, territory, fee } = typed
  return {
    ...(channels === undefined ? {} : { channels: parseChannels(channels) }),
    ...(term === undefined ? {} : parseTerm(term, localDay(ctx.now, ctx.program.zone))),
    ...(territory === undefined ? {} : { territories: parseTerritories(territory, ctx.actor.locale) }),
    ...(fee === undefined ? {} : { feeMinor: readFee(ctx, fee) }),
    ...(typed.edits === undefined ? {} : { edits: typed.edits }),
    ...(typed.exclusivity === undefined ? {} : { exclusivity: typed.exclusivity }),
    ...(typed.ai === undefined ? {} : { ai: typed.ai }),
    ...(typed.likeness === undefined ? {} : { likeness: typed.likeness }),
  }
}

function readFee(ctx: Context, typed: string): bigint {
  const { minor } = typedMoney(typed, ctx.program.currency)
  if (minor < 0n) throw new Refusal('invalid', 'The fee is below zero.', 'Give 0 or more.', 'fee')
  return minor
}
