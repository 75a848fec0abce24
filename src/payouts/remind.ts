/** What finance is told: that it is payday, and that a batch waits for a second person. */
import type { Context } from '../context.ts'
import { addDays, hours, instantOf, localDay } from '../kernel/time.ts'
import { mailPerson } from '../people/invitations.ts'
import { financiers } from '../people/service.ts'
import { batchOf, review } from './batches.ts'
import { batchNewsCard, paydayCard } from './cards.ts'
import { MOST, planFor } from './prepare.ts'
import { lastPayday } from './terms.ts'

const HOUR = '09:00'
const LATE_DAYS = 7

const words = {
  today: { title: 'Today is payday', late: null },
  late: { title: 'Payday has passed', late: 'no payments were prepared for it' },
  more: { title: 'Not everybody is in a batch yet', late: 'its last batch is full, and no next one was prepared' },
}

/**
 * From nine in the morning of payday each member of finance is told once who can be paid; in the week after it too, where nobody could be
 * told and nobody has prepared, or where a full batch left some over and nobody has prepared the next. Gives how many were told.
 */
export async function remind(ctx: Context, most = MOST): Promise<number> {
  const { zone } = ctx.program
  const programId = ctx.program.id
  const { day } = lastPayday(ctx)
  if (ctx.now < instantOf(day, HOUR, zone) || localDay(ctx.now, zone) > addDays(day, LATE_DAYS)) return 0
  const batches = await ctx.db.batch.findMany({ where: { programId, payday: day }, orderBy: { createdAt: 'desc' } })
  const [last] = batches
  // Whoever has just filled one was told so, and presses for the next.
  if (last && (hours(last.createdAt, 1) > ctx.now || !(await isFull(ctx, last.id, most)))) return 0
  const key = last ? `payday:${day}:${batches.length}` : `payday:${day}`
  if ((await ctx.db.outbox.count({ where: { programId, kind: 'post', key } })) > 0) return 0
  const plan = await planFor(ctx)
  if (plan.ready.length + (last ? 0 : plan.others.length) === 0) return 0
  const members = await financiers(ctx)
  const when = last ? 'more' : localDay(ctx.now, zone) === day ? 'today' : 'late'
  const told = paydayCard(plan, words[when], ctx.program.currency)
  for (const { personId } of members) {
    await ctx.show({ person: personId }, key, told)
    await mailPerson(ctx, personId, key, told)
  }
  return members.length
}

const isFull = async (ctx: Context, batchId: string, most: number): Promise<boolean> =>
  (await ctx.db.payment.count({ where: { programId: ctx.program.id, batchId, state: { not: 'cancelled' } } })) >= most

/** Shows everybody in finance where a batch stands; the same post changes with it. */
export async function tellFinance(ctx: Context, batchId: string): Promise<void> {
  const batch = await batchOf(ctx, batchId)
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
