import type { Context } from '../context.ts'
import type { RateRule } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'

/** The rules that hold for a sale of this instant, oldest first. */
export const rulesAt = (ctx: Context, at: Date): Promise<RateRule[]> =>
  ctx.db.rateRule.findMany({
    where: { programId: ctx.program.id, from: { lte: at }, OR: [{ to: null }, { to: { gt: at } }] },
    orderBy: { id: 'asc' },
  })

/** The rules that hold now or will, by name. */
export const openRules = (ctx: Context): Promise<RateRule[]> =>
  ctx.db.rateRule.findMany({
    where: { programId: ctx.program.id, OR: [{ to: null }, { to: { gt: ctx.now } }] },
    orderBy: [{ name: 'asc' }, { from: 'asc' }],
  })

export type Wanted = Pick<
  RateRule,
  'name' | 'tier' | 'skus' | 'skuPrefix' | 'via' | 'customer' | 'tag' | 'offer' | 'rateBps' | 'fixedMinor'
>

/** What became of a rule: `from` is when it holds; `was` is the one it takes the place of, until then. */
export type Placed = { rule: RateRule; was: RateRule | null; later: boolean }

/**
 * Makes a rule, or changes the one of this name. A new rule can only raise what a sale pays, and so can a higher figure: they hold at
 * once. Whatever may pay less holds when the program's notice is over, and is told to the creators concerned.
 */
export async function setRule(ctx: Context, wanted: Wanted): Promise<Placed> {
  await lock(ctx)
  const was = await ctx.db.rateRule.findFirst({
    where: { programId: ctx.program.id, name: { equals: wanted.name, mode: 'insensitive' }, to: null },
  })
  const later = was !== null && was.from <= ctx.now && !raises(was, wanted)
  const from = later ? noticeEnd(ctx) : ctx.now
  const rule = await ctx.db.rateRule.create({
    data: {
      ...wanted,
      id: ctx.id('rule'),
      programId: ctx.program.id,
      from,
      createdBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
  // One that has not begun is replaced whole; it has paid for nothing yet.
  const end = was && was.from > from ? was.from : from
  if (was) await ctx.db.rateRule.update({ where: { id: was.id }, data: { to: end } })
  if (later) announce(ctx)
  return { rule, was, later }
}

/** Ends a rule when the program's notice is over; sales until then keep it. Refusal when it is ending already. */
export async function endRule(ctx: Context, ruleId: string): Promise<RateRule> {
  await lock(ctx)
  const rule = await ctx.db.rateRule.findFirst({ where: { id: ruleId, programId: ctx.program.id } })
  if (!rule) throw new Refusal('not_found', 'There is no such rate.', 'Pick one from the list.', 'rule')
  if (rule.to) throw new Refusal('conflict', 'This rate has an end already.', 'Look at /rate list.', 'rule')
  const begun = rule.from <= ctx.now
  const ended = await ctx.db.rateRule.update({ where: { id: rule.id }, data: { to: begun ? noticeEnd(ctx) : rule.from } })
  if (begun) announce(ctx)
  return ended
}

const lock = async (ctx: Context): Promise<void> => {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`rates ${ctx.program.id}`}, 0))`
}

const noticeEnd = (ctx: Context): Date => days(ctx.now, policyOf(ctx.program).noticeDays)

const announce = (ctx: Context): void => ctx.ring('announce', { program: ctx.program.id })

/** Rates that end on a day to come though they have begun: what creators are told of before it happens. */
export const endingRules = (ctx: Context): Promise<RateRule[]> =>
  ctx.db.rateRule.findMany({
    where: { programId: ctx.program.id, from: { lte: ctx.now }, to: { gt: ctx.now } },
    orderBy: { id: 'asc' },
  })

/** The same conditions and a figure that is as high or higher, of the same sort. */
function raises(was: Wanted, wanted: Wanted): boolean {
  const conditions = (rule: Wanted) =>
    JSON.stringify([rule.tier, [...rule.skus].sort(), rule.skuPrefix, rule.via, rule.customer, rule.tag, rule.offer])
  if (conditions(was) !== conditions(wanted)) return false
  if (was.rateBps !== null) return wanted.rateBps !== null && wanted.rateBps >= was.rateBps
  return wanted.fixedMinor !== null && wanted.fixedMinor >= was.fixedMinor!
}
