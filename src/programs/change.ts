// The one way in which a policy changes: what is better or neutral at once, what is worse for creators planned, told and laid down later.
import type { Context } from '../context.ts'
import type { Program } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { type Policy, policyOf, policySchema, termsText } from './rules.ts'
import { changed, matured, withdraw, worse } from './rules-commission.ts'
import { publishTerms } from './service.ts'

export type PolicyChange = Partial<Omit<Policy, 'planned' | 'past'>>

/** What a change comes to: the policy as it is, as it will be, what of it waits for the notice, and what was planned and is not any more. */
export type PlannedChange = {
  before: Policy
  after: Policy
  waits: (keyof PolicyChange)[]
  /** What of it is worse and holds at once, for the program has no notice: creators are told as it happens. */
  atOnce: (keyof PolicyChange)[]
  withdrawn: string[]
  from: Date
}

/** What a change would do, without doing it. What is worse for creators who are here waits for the program's notice. */
export async function planChange(ctx: Context, change: PolicyChange): Promise<PlannedChange> {
  const program = await ctx.db.program.findUniqueOrThrow({ where: { id: ctx.program.id } })
  const before = matured(policyOf(program), ctx.now)
  const after = policySchema.parse({ ...before, ...change })
  checkTiers(after)
  const held = (await ctx.db.acceptance.count({ where: { programId: program.id } })) > 0
  const less = held ? worse(before, after).filter((key) => key in change) : []
  const [waits, atOnce] = before.noticeDays > 0 ? [less, []] : [[], less]
  const withdrawn = before.planned.flatMap((one) => Object.keys(one.change)).filter((key) => key in change)
  return { before, after, waits, atOnce, withdrawn: [...new Set(withdrawn)], from: days(ctx.now, before.noticeDays) }
}

/** A change in two: what of it is among these keys, and the rest. */
export function split(change: PolicyChange, keys: readonly string[]): [PolicyChange, PolicyChange] {
  const part = (among: boolean): PolicyChange =>
    Object.fromEntries(Object.entries(change).filter(([key]) => keys.includes(key) === among))
  return [part(true), part(false)]
}

/** Steps are told apart by name and threshold. */
function checkTiers({ tiers }: Policy): void {
  if (!tiers) return
  const names = new Set(tiers.steps.map((step) => step.name.toLowerCase()))
  const froms = new Set(tiers.steps.map((step) => BigInt(step.from)))
  if (names.size < tiers.steps.length || froms.size < tiers.steps.length)
    throw new Refusal('invalid', 'Two steps have the same name or begin at the same figure.', 'Give each its own.', 'steps')
}

/** What says nothing about a sale needs no history, which is for sales that are heard late. */
const ofSales = new Set<string>([
  'attributionDays',
  'creditOrder',
  'rateBps',
  'holdDays',
  'repeat',
  'leadMinor',
  'tiers',
  'caps',
  'milestones',
  'referral',
])

/** Changes the policy: what is better or neutral at once, what is worse once the notice is over. Gives what holds now with the plan. */
export async function changePolicy(ctx: Context, change: PolicyChange): Promise<PlannedChange & { now: Policy }> {
  await ctx.db.$queryRaw`SELECT id FROM "Program" WHERE id = ${ctx.program.id} FOR UPDATE`
  const plan = await planChange(ctx, change)
  const { before, after, waits, atOnce, withdrawn, from } = plan
  const pick = (wanted: (key: string) => boolean): Partial<Policy> =>
    Object.fromEntries(Object.entries(after).filter(([key]) => key in change && wanted(key)))
  const now = (key: string) => !waits.includes(key as keyof PolicyChange)
  // What creators are told of needs what it was before as well.
  const remembered = (key: string) => ofSales.has(key) || atOnce.includes(key as keyof PolicyChange)
  const kept = pick((key) => now(key) && remembered(key) && !same(before, after, key))
  const past = Object.keys(kept).length > 0 ? changed<Policy>(before, kept, ctx.now) : before
  const later = waits.length === 0 ? [] : [{ from: from.toISOString(), change: pick((key) => !now(key)) }]
  const planned = [...withdraw(past.planned, withdrawn), ...later]
  const policy = policySchema.parse({ ...past, ...pick((key) => now(key) && !remembered(key)), planned })
  await keep(ctx, policy)
  if (waits.length > 0 || atOnce.length > 0 || withdrawn.length > 0) ctx.ring('announce', { program: ctx.program.id })
  return { ...plan, now: policy }
}

const same = (before: Policy, after: Policy, key: string): boolean =>
  JSON.stringify(before[key as keyof Policy]) === JSON.stringify(after[key as keyof Policy])

/** Lays down what was announced and whose day has come; new terms are published with it. */
export async function due(ctx: Context): Promise<number> {
  const policy = policyOf(ctx.program)
  if (!policy.planned.some(({ from }) => new Date(from) <= ctx.now)) return 0
  await ctx.db.$queryRaw`SELECT id FROM "Program" WHERE id = ${ctx.program.id} FOR UPDATE`
  const program = await ctx.db.program.findUniqueOrThrow({ where: { id: ctx.program.id } })
  const before = policyOf(program)
  const after = matured(before, ctx.now)
  if (after !== before) await keep(ctx, after)
  return 0
}

async function keep(ctx: Context, after: Policy): Promise<void> {
  const program = await ctx.db.program.findUniqueOrThrow({ where: { id: ctx.program.id } })
  await ctx.db.program.update({ where: { id: program.id }, data: { policy: after } })
  if (says(program, policyOf(program)) !== says(program, after)) await publishTerms(ctx, program, after)
}

const says = ({ name, currency }: Program, policy: Policy): string => termsText(name, policy, 0, currency)
