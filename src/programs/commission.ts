import type { Context } from '../context.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { type Policy, policyOf, policySchema, termsText } from './rules.ts'
import { changed, matured, worse } from './rules-commission.ts'
import { publishTerms } from './service.ts'

export type CommissionChange = Partial<
  Pick<
    Policy,
    | 'attributionDays'
    | 'creditOrder'
    | 'repeat'
    | 'leadMinor'
    | 'noticeDays'
    | 'tiers'
    | 'caps'
    | 'milestones'
    | 'referral'
    | 'bonusAloneMinor'
  >
>

/** What a change comes to: the policy as it is, as it will be, and what of it waits for the notice. */
export type PlannedChange = { before: Policy; after: Policy; waits: (keyof CommissionChange)[]; from: Date }

/** What a change would do, without doing it. What is worse for creators who are here waits for the program's notice. */
export async function planCommission(ctx: Context, change: CommissionChange): Promise<PlannedChange> {
  const program = await ctx.db.program.findUniqueOrThrow({ where: { id: ctx.program.id } })
  const before = matured(policyOf(program), ctx.now)
  const after = policySchema.parse({ ...before, ...change })
  checkTiers(after)
  const held = (await ctx.db.acceptance.count({ where: { programId: program.id } })) > 0 && before.noticeDays > 0
  const waits = held ? worse(before, after).filter((key) => key in change) : []
  return { before, after, waits: waits as PlannedChange['waits'], from: days(ctx.now, before.noticeDays) }
}

/** Steps are told apart by name and threshold. */
function checkTiers({ tiers }: Policy): void {
  if (!tiers) return
  const names = new Set(tiers.steps.map((step) => step.name.toLowerCase()))
  const froms = new Set(tiers.steps.map((step) => BigInt(step.from)))
  if (names.size < tiers.steps.length || froms.size < tiers.steps.length)
    throw new Refusal('invalid', 'Two steps have the same name or begin at the same figure.', 'Give each its own.', 'steps')
}

/** Changes what commission is: what is better or neutral at once, what is worse once the notice is over. */
export async function changeCommission(ctx: Context, change: CommissionChange): Promise<PlannedChange> {
  await ctx.db.$queryRaw`SELECT id FROM "Program" WHERE id = ${ctx.program.id} FOR UPDATE`
  const plan = await planCommission(ctx, change)
  const { before, waits, from } = plan
  const keys = Object.keys(change) as (keyof CommissionChange)[]
  const pick = (chosen: (keyof CommissionChange)[]): CommissionChange =>
    Object.fromEntries(chosen.map((key) => [key, plan.after[key]]))
  const now = pick(keys.filter((key) => !waits.includes(key)))
  const immediate = Object.keys(now).length > 0 ? changed<Policy>(before, now as Partial<Policy>, ctx.now) : before
  const planned = waits.length === 0 ? [] : [{ from: from.toISOString(), change: pick(waits) }]
  await keep(ctx, policySchema.parse({ ...immediate, planned: [...immediate.planned, ...planned] }))
  if (waits.length > 0) ctx.ring('announce', { program: ctx.program.id, what: 'terms', id: from.toISOString() })
  return plan
}

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
  const says = (policy: Policy) => termsText(program.name, policy, 0, program.currency)
  await ctx.db.program.update({ where: { id: program.id }, data: { policy: after } })
  if (says(policyOf(program)) !== says(after)) await publishTerms(ctx, program, after)
}
