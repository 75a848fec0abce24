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
export const openRules = async (ctx: Context): Promise<RateRule[]> =>
  (await unfinished(ctx)).filter((rule) => !isWithdrawn(rule, ctx.now))

const unfinished = (ctx: Context): Promise<RateRule[]> =>
  ctx.db.rateRule.findMany({
    where: { programId: ctx.program.id, OR: [{ to: null }, { to: { gt: ctx.now } }] },
    orderBy: [{ name: 'asc' }, { from: 'asc' }, { id: 'asc' }],
  })

/** One that has not begun has an end only when it was taken back: the instant at which it would have begun. */
const isWithdrawn = ({ from, to }: RateRule, now: Date): boolean => from > now && to !== null

export type Wanted = Pick<
  RateRule,
  'name' | 'tier' | 'skus' | 'skuPrefix' | 'via' | 'customer' | 'tag' | 'offer' | 'rateBps' | 'fixedMinor'
>

/**
 * What became of a rule: `from` is when it holds; `was` is the one it takes the place of, until then; `withdrawn` that one was announced,
 * and does not come.
 */
export type Placed = { rule: RateRule; was: RateRule | null; later: boolean; withdrawn: boolean }

/**
 * Makes a rule, or changes the one of this name. A new rule can only raise what a sale pays, and so can a higher figure: they hold at
 * once. Whatever may pay less than the one that holds now begins when the program's notice is over, and is told to the creators concerned;
 * one that was announced and has not begun is taken back, and the one that holds now goes on until then.
 */
export async function setRule(ctx: Context, wanted: Wanted): Promise<Placed> {
  await lock(ctx)
  const last = await ctx.db.rateRule.findFirst({ where: { ...named(ctx, wanted.name), to: null } })
  const withdrawn = last !== null && last.from > ctx.now
  const was = withdrawn ? await withdraw(ctx, last) : last
  const from = was !== null && !raises(was, wanted) ? noticeEnd(ctx) : ctx.now
  // A program without a notice changes everything at once.
  const later = from > ctx.now
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
  if (was) await ctx.db.rateRule.update({ where: { id: was.id }, data: { to: from } })
  announce(ctx)
  return { rule, was, later, withdrawn }
}

/**
 * Ends a rule when the program's notice is over; sales until then keep it. Of one that has not begun, the one that holds until then ends.
 * Refusal when it is ending already.
 */
export async function endRule(ctx: Context, ruleId: string): Promise<RateRule> {
  await lock(ctx)
  const rule = await ctx.db.rateRule.findFirst({ where: { id: ruleId, programId: ctx.program.id } })
  if (!rule) throw new Refusal('not_found', 'There is no such rate.', 'Pick one from the list.', 'rule')
  if (rule.to) throw new Refusal('conflict', 'This rate has an end already.', 'Look at /rate list.', 'rule')
  const running = rule.from > ctx.now ? await withdraw(ctx, rule) : rule
  announce(ctx)
  if (!running) return { ...rule, to: rule.from }
  return ctx.db.rateRule.update({ where: { id: running.id }, data: { to: noticeEnd(ctx) } })
}

/** Takes back a rule that has not begun, whole, for it has paid for nothing yet. Gives the one that holds until then. */
async function withdraw(ctx: Context, { id, name, from }: RateRule): Promise<RateRule | null> {
  await ctx.db.rateRule.update({ where: { id }, data: { to: from } })
  return ctx.db.rateRule.findFirst({ where: { ...named(ctx, name), from: { lte: ctx.now }, to: from } })
}

const named = (ctx: Context, name: string) => ({
  programId: ctx.program.id,
  name: { equals: name, mode: 'insensitive' as const },
})

const lock = async (ctx: Context): Promise<void> => {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`rates ${ctx.program.id}`}, 0))`
}

const noticeEnd = (ctx: Context): Date => days(ctx.now, policyOf(ctx.program).noticeDays)

const announce = (ctx: Context): void => ctx.ring('announce', { program: ctx.program.id })

/** What was announced of rates: a `rule` that ends, with what comes `next`; or what does not come, with what holds `instead`. */
export type Announced =
  | { key: string; rule: RateRule; next: RateRule | null }
  | { key: string; rule: RateRule; day: Date; instead: RateRule | null }

/**
 * What creators are told of rates: before its day, or where the program has no notice as it happens. The key of what was announced stays
 * the same when it does not come.
 */
export async function announced(ctx: Context): Promise<Announced[]> {
  // The newest first: that something does not come is read before what comes in its place.
  const rules = (await unfinished(ctx)).sort((a, b) => b.from.getTime() - a.from.getTime())
  const found: Announced[] = await atOnce(ctx, rules)
  for (const rule of rules) {
    const { id, name, from, to } = rule
    if (to === null) continue
    const alike = rules.filter((one) => one.id !== id && one.name.toLowerCase() === name.toLowerCase())
    const instead = alike.find((one) => one.from <= ctx.now) ?? null
    if (isWithdrawn(rule, ctx.now)) {
      found.push({ key: `rate:${id}`, rule, day: from, instead })
      continue
    }
    const next = alike.find((one) => one.to === null && one.from.getTime() === to.getTime()) ?? null
    const key = next ? `rate:${next.id}` : `rate:${id}:${to.toISOString()}`
    const goesOn = instead !== null && (instead.to === null || instead.to > to) && raises(rule, instead)
    found.push(!next && goesOn ? { key, rule, day: to, instead } : { key, rule, next })
  }
  return found
}

/** What happened without a notice is news for so many days. */
export const TOLD_DAYS = 2

/** What fell or ended without a notice, while it is news; whatever had one was told under its key before. */
async function atOnce(ctx: Context, rules: readonly RateRule[]): Promise<Announced[]> {
  if (policyOf(ctx.program).noticeDays > 0) return []
  const ended = await ctx.db.rateRule.findMany({
    where: { programId: ctx.program.id, to: { lte: ctx.now, gt: days(ctx.now, -TOLD_DAYS) } },
    orderBy: { to: 'desc' },
  })
  return ended.flatMap((rule): Announced[] => {
    const { id, name, from, to } = rule
    // One that never began paid for nothing.
    if (to === null || from.getTime() === to.getTime()) return []
    const alike = (one: RateRule) => one.name.toLowerCase() === name.toLowerCase()
    const next = rules.find((one) => alike(one) && one.from.getTime() === to.getTime())
    if (next) return raises(rule, next) ? [] : [{ key: `rate:${next.id}`, rule, next }]
    // What came in its place is over as well, and is told itself.
    const replaced = ended.some((one) => alike(one) && one.from.getTime() === to.getTime())
    return replaced || rules.some(alike) ? [] : [{ key: `rate:${id}:${to.toISOString()}`, rule, next: null }]
  })
}

/** The same conditions and a figure that is as high or higher, of the same sort. */
function raises(was: Wanted, wanted: Wanted): boolean {
  const conditions = (rule: Wanted) =>
    JSON.stringify([rule.tier, [...rule.skus].sort(), rule.skuPrefix, rule.via, rule.customer, rule.tag, rule.offer])
  if (conditions(was) !== conditions(wanted)) return false
  if (was.rateBps !== null) return wanted.rateBps !== null && wanted.rateBps >= was.rateBps
  return wanted.fixedMinor !== null && wanted.fixedMinor >= was.fixedMinor!
}
