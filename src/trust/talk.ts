/** Where creators and managers speak about a case: a dispute has a thread with both sides, everything else goes to the private place. */
import type { Audience, Context } from '../context.ts'
import type { Case } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { atLeast, managers } from '../people/service.ts'
import { appealedCard, disputeCard, dueCard, saidCard, settledCard } from './cards-talk.ts'
import { note, open, showManagers } from './cases.ts'
import { lockCase, look, nameOf, orderMeant, type View } from './queries.ts'
import { isOpen, numbersIn } from './rules.ts'

const MOST_OPEN = 20
const TITLE = 90
const MANAGERS_IN_THREAD = 5

/** Both sides: the creator's door holds the thread, and managers who have an account there are in it. */
async function threadOf(ctx: Context, { found, creator, number }: View): Promise<Audience> {
  const others = (await managers(ctx)).map(({ personId }) => personId).filter((id) => id !== creator.personId)
  return {
    thread: found.id,
    title: [...`Dispute of order ${number}: ${creator.name}`].slice(0, TITLE).join(''),
    people: [creator.personId, ...others.slice(0, MANAGERS_IN_THREAD)],
  }
}

/**
 * A creator says that an order is theirs, or not what it should be: opens a case and a thread. The order may be one that nothing led
 * to, so its number is taken as it is typed and the answer never tells whether such an order exists. Once for each order.
 */
export async function dispute(ctx: Context, typed: string, reason: string): Promise<Case> {
  const { creatorId } = ctx.actor
  if (creatorId === undefined) throw new Refusal('not_allowed', 'Only creators dispute orders.', 'Managers look with /why.')
  const [number] = numbersIn(typed)
  if (number === undefined) throw new Refusal('invalid', 'That is no order number.', 'Use the number on the receipt.', 'order')
  const programId = ctx.program.id
  const waiting = await ctx.db.case.count({ where: { programId, creatorId, kind: 'dispute', state: 'open' } })
  if (waiting >= MOST_OPEN)
    throw new Refusal('over_limit', `${MOST_OPEN} disputes of yours wait already.`, 'Wait for an answer to one of them.')
  const order = await orderMeant(ctx, creatorId, typed)
  // An id is only known to whoever was shown it; a number is on the receipt.
  const mine = order?.mine
  if (typed.startsWith('ord_') && !mine) throw new Refusal('not_found', 'No order of yours has this number.', undefined, 'order')
  const named = mine ? order.number : typed.startsWith('#') ? typed : `#${number}`
  const subject = `dispute:${creatorId}:${order?.id ?? number.toLowerCase()}`
  // The one of before the shop told of the order is about it, too.
  const sooner = { programId, creatorId, kind: 'dispute', state: 'open', orderId: null }
  const known =
    order && (await ctx.db.case.count({ where: { ...sooner, subject: `dispute:${creatorId}:${number.toLowerCase()}` } }))
  const opened = known
    ? undefined
    : await open(ctx, { creatorId, kind: 'dispute', subject, orderId: order?.id ?? null, named, words: reason })
  if (!opened) throw new Refusal('conflict', 'You have disputed this order already.', 'Look at it with /case list.', 'order')
  const view = await look(ctx, opened)
  await ctx.show(await threadOf(ctx, view), `dispute:${opened.id}`, disputeCard(view))
  await showManagers(ctx, opened.id)
  return opened
}

/** Says something about a case that is not closed. What the creator says is news for the managers, and the other way round. */
export async function say(ctx: Context, caseId: string, words: string): Promise<'creator' | 'manager'> {
  const found = await lockCase(ctx, caseId)
  const manager = atLeast(ctx.actor.role, 'manager') && found.creatorId !== ctx.actor.creatorId
  if (!manager && found.creatorId !== ctx.actor.creatorId)
    throw new Refusal('not_found', 'There is no such case of yours.', 'Pick one from /case list.', 'case')
  if (!isOpen(found)) throw new Refusal('too_late', 'This case is decided.', 'Look at it with /case show.')
  const said = await note(ctx, caseId, 'said', words)
  const as = manager ? 'manager' : 'creator'
  const view = await look(ctx, found)
  const card = saidCard(view, ctx.actor.name, as, words)
  if (found.kind === 'dispute') await ctx.show(await threadOf(ctx, view), `case-said:${said}`, card)
  else if (as === 'manager') await ctx.show({ person: view.creator.personId }, `case-said:${said}`, card)
  if (as === 'creator') await ctx.show({ channel: 'managers' }, `case-said:${said}`, card)
  await showManagers(ctx, caseId)
  return as
}

/** Tells the managers of an appeal with a post of its own: an edit would be silent. */
export async function tellAppeal(ctx: Context, found: Case): Promise<void> {
  const by = await nameOf(ctx, found.decidedBy)
  await ctx.show({ channel: 'managers' }, `case-appeal:${found.id}`, appealedCard(await look(ctx, found), by))
}

const reminders = ['due_soon', 'late', 'appeal_due_soon', 'appeal_late']

/** What called the managers to a case that is decided now says so, in every chat where it stands. */
export async function endCalls(ctx: Context, found: Case): Promise<void> {
  const view = await look(ctx, found)
  const where = { programId: ctx.program.id, caseId: found.id, kind: { in: reminders } }
  for (const { kind } of await ctx.db.caseEvent.findMany({ where, select: { kind: true } }))
    await ctx.show({ channel: 'managers' }, `case-${kind}:${found.id}`, dueCard(view, kind.endsWith('late')))
  if (found.appeal === 'decided') await ctx.show({ channel: 'managers' }, `case-appeal:${found.id}`, appealedCard(view, null))
}

/** Writes the decision of a dispute into its thread. The thread stays until nothing can follow. */
export async function tellThread(ctx: Context, found: Case): Promise<void> {
  if (found.kind !== 'dispute') return
  const view = await look(ctx, found)
  await ctx.show(await threadOf(ctx, view), `dispute-decided:${found.id}:${found.appeal ?? ''}`, settledCard(view))
  if (found.state === 'upheld' || found.appeal === 'decided') await ctx.closeThread(found.id)
}

/** Reminds managers of cases that are due within a day, and again when they are late. Says how many. */
export async function remind(ctx: Context, soon: Date): Promise<number> {
  const programId = ctx.program.id
  // Those that were named already are passed over here: were they among the fifty, nobody would ever hear of the others.
  const waiting = await ctx.db.$queryRaw<(Case & { kindOfNote: string })[]>`
    SELECT c.*, k.kind AS "kindOfNote" FROM "Case" c CROSS JOIN LATERAL (SELECT
      CASE WHEN c.appeal = 'open' THEN 'appeal_' ELSE '' END || CASE WHEN c."dueAt" <= ${ctx.now} THEN 'late' ELSE 'due_soon' END AS kind) k
    WHERE c."programId" = ${programId} AND (c.state IN ('open', 'held') OR c.appeal = 'open') AND c."dueAt" <= ${soon}
      AND NOT EXISTS (SELECT FROM "CaseEvent" e WHERE e."programId" = c."programId" AND e."caseId" = c.id AND e.kind = k.kind)
    ORDER BY c."dueAt", c.id LIMIT 50`
  for (const { kindOfNote: kind, ...found } of waiting) {
    const late = found.dueAt! <= ctx.now
    await note(ctx, found.id, kind, '')
    await ctx.show({ channel: 'managers' }, `case-${kind}:${found.id}`, dueCard(await look(ctx, found), late))
  }
  return waiting.length
}
