/** What finance is told: that it is payday, and that a batch waits for a second person. */
import type { Context } from '../context.ts'
import { days, instantOf, localDay, sayCalendarDay } from '../kernel/time.ts'
import { mailPerson } from '../people/invitations.ts'
import { financiers } from '../people/service.ts'
import { batchOf, review } from './batches.ts'
import { batchNewsCard, paydayCard } from './cards.ts'
import { planFor } from './prepare.ts'
import { lastPayday } from './terms.ts'

const HOUR = '09:00'

/** A server that was away on the day says it when it is back, unless somebody has prepared by then. */
const LATE_DAYS = 3

/** On payday, from nine in the morning, each member of finance is told once who can be paid. Gives how many were told. */
export async function remind(ctx: Context): Promise<number> {
  const { zone } = ctx.program
  const payday = lastPayday(ctx)
  const from = instantOf(payday.day, HOUR, zone)
  if (ctx.now < from || ctx.now >= days(from, LATE_DAYS)) return 0
  const key = `payday:${payday.day}`
  if ((await ctx.db.outbox.count({ where: { programId: ctx.program.id, kind: 'post', key } })) > 0) return 0
  const late = localDay(ctx.now, zone) !== payday.day
  if (late && (await ctx.db.batch.count({ where: { programId: ctx.program.id, payday: payday.day } })) > 0) return 0
  const plan = await planFor(ctx)
  if (plan.ready.length + plan.others.length === 0) return 0
  const members = await financiers(ctx)
  const title = late ? `Payday was on ${sayCalendarDay(payday.day)}` : 'Today is payday'
  const told = paydayCard(title, plan, ctx.program.currency)
  for (const { personId } of members) {
    await ctx.show({ person: personId }, key, told)
    await mailPerson(ctx, personId, key, told)
  }
  return members.length
}

/** Shows everybody in finance where a batch stands; the same post changes with it. */
export async function tellFinance(ctx: Context, batchId: string): Promise<void> {
  const batch = await batchOf(ctx, batchId)
  if (!batch) return
  const seen = await review(ctx, batch)
  for (const { personId } of await financiers(ctx)) {
    const mine = personId === seen.preparedBy.personId
    // Whoever did it has just seen the answer.
    if (personId === ctx.actor.personId && batch.state === 'prepared') continue
    const told = batchNewsCard(seen, mine, ctx.program.currency)
    await ctx.show({ person: personId }, `batch:${batch.id}`, told)
    // A mail can't change with its batch, so only what waits for somebody is worth one.
    if (batch.state === 'prepared') await mailPerson(ctx, personId, `batch:${batch.id}`, told)
  }
}
