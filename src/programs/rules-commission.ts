/**
 * The law of what commission may be beside one rate: for how long a customer counts, leads, tiers, limits, milestones, referrals.
 * Whatever is better for creators holds at once. What is worse for them is planned, told, and holds once the program's notice is
 * over. Every change keeps what was before it, so that a sale which is heard late still earns what held on its day.
 */

import { z } from 'zod'
import { format, percent } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'

const minor = z.string().regex(/^\d{1,18}$/, 'must be whole minor units')
const bps = z.number().int().min(0).max(10_000)

const tiersSchema = z.object({
  measure: z.enum(['revenue', 'orders']),
  window: z.enum(['month', 'rolling', 'lifetime']),
  /** The length of a rolling window. */
  days: z.number().int().min(1).max(730).default(30),
  /** marginal = later sales get the rate; retroactive = all sales of the window do, by top-ups. */
  mode: z.enum(['marginal', 'retroactive']),
  /** `from` is minor units of the program's currency, or a number of orders; lowest first. */
  steps: z
    .array(z.object({ name: z.string().min(1).max(40), from: minor, rateBps: bps }))
    .min(1)
    .max(10),
})

const capsSchema = z.object({
  orderMinor: minor.nullable().default(null),
  creatorMonthMinor: minor.nullable().default(null),
  programMonthMinor: minor.nullable().default(null),
})

const milestoneSchema = z.object({
  name: z.string().min(1).max(60),
  kind: z.enum(['first', 'orders', 'revenue']),
  /** A number of orders, or minor units of revenue; not read for the first sale. */
  at: minor.default('1'),
  bonusMinor: minor,
})

/** The keys of the policy that commission depends on. */
export const commissionPolicy = {
  /** For how long a customer's orders earn: each by itself, the first alone, for months, or for ever through who brought them. */
  repeat: z
    .object({
      rule: z.enum(['always', 'first', 'months', 'lifetime']).default('always'),
      months: z.number().int().min(1).max(120).default(12),
    })
    .default({ rule: 'always', months: 12 }),
  /** What a lead earns; 0 = nothing. */
  leadMinor: minor.default('0'),
  /** Days before what is worse for creators holds. */
  noticeDays: z.number().int().min(0).max(90).default(14),
  tiers: tiersSchema.nullable().default(null),
  caps: capsSchema.default({ orderMinor: null, creatorMonthMinor: null, programMonthMinor: null }),
  milestones: z.array(milestoneSchema).max(20).default([]),
  /** What whoever brought a creator gets of that creator's commission, and for how many months. */
  referral: z
    .object({ bps, months: z.number().int().min(1).max(120) })
    .nullable()
    .default(null),
  /** Up to here one manager gives a bonus alone. */
  bonusAloneMinor: minor.default('10000'),
  /** What was announced and does not hold yet; `withdrawn` names what was announced with it and will not come after all. */
  planned: z
    .array(z.object({ from: z.string(), change: z.record(z.string(), z.json()), withdrawn: z.array(z.string()).optional() }))
    .default([]),
  /** What held until when, newest last. */
  past: z.array(z.object({ until: z.string(), was: z.record(z.string(), z.json()) })).default([]),
}

const commissionSchema = z.object(commissionPolicy)
type Commission = z.infer<typeof commissionSchema>
export type Tiers = z.infer<typeof tiersSchema>
export type Caps = Commission['caps']
export type Milestone = Commission['milestones'][number]

type WithHistory = Pick<Commission, 'planned' | 'past'>

/** The policy as it held at an instant: what was changed since is taken back, what had begun by then is laid on. */
export function asOf<P extends WithHistory>(policy: P, at: Date): P {
  const before = policy.past.filter(({ until }) => at < new Date(until)).toReversed()
  const begun = policy.planned.filter(({ from }) => new Date(from) <= at)
  return { ...policy, ...Object.assign({}, ...begun.map(({ change }) => change), ...before.map(({ was }) => was)) }
}

/** The longest a change is remembered; shops do not tell sales later than that. */
const REMEMBERED = 50

/** The policy after a change at `now`, with what it replaces kept for sales of before. */
export function changed<P extends WithHistory>(policy: P, change: Partial<P>, now: Date): P {
  const was = Object.fromEntries(Object.keys(change).map((key) => [key, policy[key as keyof P]])) as P['past'][number]['was']
  return { ...policy, ...change, past: [...policy.past, { until: now.toISOString(), was }].slice(-REMEMBERED) }
}

/** The policy with everything whose day has come; the same object when nothing had. */
export function matured<P extends WithHistory>(policy: P, now: Date): P {
  const [due, later] = [
    policy.planned.filter(({ from }) => new Date(from) <= now),
    policy.planned.filter(({ from }) => new Date(from) > now),
  ]
  if (due.length === 0) return policy
  const after = due.reduce((so, { from, change }) => changed(so, change as Partial<P>, new Date(from)), policy)
  return { ...after, planned: later }
}

/** What is still planned once these keys are changed anew: the newer change takes the place of the announced one. */
export const withdraw = (planned: Commission['planned'], keys: readonly string[]): Commission['planned'] =>
  planned.map((one) => {
    const gone = Object.keys(one.change).filter((key) => keys.includes(key))
    if (gone.length === 0) return one
    const change = Object.fromEntries(Object.entries(one.change).filter(([key]) => !gone.includes(key)))
    return { ...one, change, withdrawn: [...(one.withdrawn ?? []), ...gone] }
  })

type Judged = Pick<Commission, 'repeat' | 'leadMinor' | 'noticeDays' | 'tiers' | 'caps' | 'milestones' | 'referral'> & {
  attributionDays: number
  creditOrder: readonly string[]
  rateBps: number
  holdDays: number
  payday: number
  minPayoutMinor: string
  payoutMethods: readonly string[]
}

const worth: Record<Commission['repeat']['rule'], number> = { first: 0, months: 1, always: 2, lifetime: 3 }

/** The keys in which the later policy is worse for creators than the earlier one. Another order of rules is worse for nobody. */
export function worse(before: Judged, after: Judged): (keyof Judged)[] {
  const found: (keyof Judged)[] = []
  const less = (key: keyof Judged, is: boolean) => is && found.push(key)
  less('rateBps', after.rateBps < before.rateBps)
  less('holdDays', after.holdDays > before.holdDays)
  less('payday', after.payday > before.payday)
  less('minPayoutMinor', BigInt(after.minPayoutMinor) > BigInt(before.minPayoutMinor))
  less(
    'payoutMethods',
    before.payoutMethods.some((method) => !after.payoutMethods.includes(method)),
  )
  less('attributionDays', after.attributionDays < before.attributionDays)
  less(
    'creditOrder',
    before.creditOrder.some((kind) => !after.creditOrder.includes(kind)),
  )
  less('leadMinor', BigInt(after.leadMinor) < BigInt(before.leadMinor))
  const fewer = after.repeat.rule === 'months' && before.repeat.rule === 'months' && after.repeat.months < before.repeat.months
  less('repeat', fewer || worth[after.repeat.rule] < worth[before.repeat.rule])
  less('noticeDays', after.noticeDays < before.noticeDays)
  less('caps', capsWorse(before.caps, after.caps))
  less('tiers', tiersWorse(before.tiers, after.tiers))
  less(
    'referral',
    (after.referral?.bps ?? 0) < (before.referral?.bps ?? 0) || (after.referral?.months ?? 0) < (before.referral?.months ?? 0),
  )
  less(
    'milestones',
    before.milestones.some(
      (old) =>
        !after.milestones.some(
          (one) => one.kind === old.kind && BigInt(one.at) <= BigInt(old.at) && BigInt(one.bonusMinor) >= BigInt(old.bonusMinor),
        ),
    ),
  )
  return found
}

const capsWorse = (before: Caps, after: Caps): boolean =>
  (Object.keys(after) as (keyof Caps)[]).some((key) => {
    const [old, next] = [before[key], after[key]]
    return next !== null && (old === null || BigInt(next) < BigInt(old))
  })

/** Every step that could be reached is reached as early and pays as much. */
function tiersWorse(before: Tiers | null, after: Tiers | null): boolean {
  if (before === null) return false
  if (after === null || after.measure !== before.measure || after.window !== before.window) return true
  if (before.mode === 'retroactive' && after.mode === 'marginal') return true
  if (before.window === 'rolling' && after.days < before.days) return true
  return before.steps.some(
    (old) => !after.steps.some((step) => BigInt(step.from) <= BigInt(old.from) && step.rateBps >= old.rateBps),
  )
}

const windows: Record<Tiers['window'], (days: number) => string> = {
  month: () => 'in a calendar month',
  rolling: (days) => `within ${days} days`,
  lifetime: () => 'since you joined',
}

/** What the terms say of all this; nothing where nothing is set. */
export function commissionTerms(
  policy: Pick<Commission, 'repeat' | 'leadMinor' | 'tiers' | 'caps' | 'referral'>,
  currency: string,
): { label: string; says: string }[] {
  const { repeat, tiers, caps, referral, leadMinor } = policy
  const money = (units: string) => format({ minor: BigInt(units), currency })
  const lines: { label: string; says: string }[] = []
  if (repeat.rule !== 'always') lines.push({ label: 'Customers', says: repeatWords(repeat) })
  if (leadMinor !== '0') lines.push({ label: 'Leads', says: `${money(leadMinor)} for each lead that counts, after the hold.` })
  if (tiers) lines.push({ label: 'Tiers', says: tierWords(tiers, currency) })
  const limits = [
    caps.orderMinor !== null && `${money(caps.orderMinor)} for one order`,
    caps.creatorMonthMinor !== null && `${money(caps.creatorMonthMinor)} for one creator in a month`,
    caps.programMonthMinor !== null && `${money(caps.programMonthMinor)} for all creators together in a month`,
  ].filter((limit) => limit !== false)
  if (limits.length > 0) lines.push({ label: 'Limits', says: `Commission is at most ${limits.join(', and ')}.` })
  if (referral)
    lines.push({
      label: 'Invitations',
      says: `Whoever you invite brings you ${percent(referral.bps)} of their commission for ${referral.months} months, paid by us and not by them.`,
    })
  return lines
}

/** For how long a customer's orders earn, in a sentence. */
export const repeatWords = ({ rule, months }: Commission['repeat']): string =>
  ({
    always: 'Every order that a code or link of yours leads to earns.',
    first: 'The first order of a customer earns; later ones do not.',
    months: `A customer's orders earn for ${months} months after the first one you brought.`,
    lifetime:
      'A customer you brought stays yours: their later orders earn for you unless a code or link of another leads to them.',
  })[rule]

/** The steps of the tiers, in a sentence. */
export function tierWords({ measure, window, days, mode, steps }: Tiers, currency: string): string {
  const from = (units: string) =>
    measure === 'revenue' ? format({ minor: BigInt(units), currency }) : plural(Number(units), 'order')
  const list = steps.map((step) => `${step.name} from ${from(step.from)}: ${percent(step.rateBps)}`).join('; ')
  const then = mode === 'marginal' ? 'for the sales after that' : 'for all sales of that time, which are topped up'
  return `By net sales ${windows[window](days)}, ${list}. The rate is ${then}.`
}
