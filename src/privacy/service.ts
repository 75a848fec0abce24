import type { Context } from '../context.ts'
import { creatorOfPerson } from '../creators/service.ts'
import type { Erasure } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { inTurn } from '../kernel/turn.ts'
import { purse } from '../ledger/rules.ts'
import { balanceOf, balances } from '../ledger/service.ts'
import { mailPerson } from '../people/invitations.ts'
import { membershipOf } from '../people/service.ts'
import { undecidedOf } from '../trust/lists.ts'
import { askedCard, comingCard, keptCard } from './cards.ts'
import { COOLING_DAYS, open, type Told, told } from './rules.ts'
import { everything, subjectOf } from './walk.ts'

export type Owed = { pending: Money; payable: Money; paying: Money; cases: number }

/** What is on the way to somebody, of all creators they are or were, and how many cases of theirs may still change it. */
export async function owedTo(ctx: Context, creatorIds: string[]): Promise<Owed> {
  const { currency } = ctx.program
  const sums = { pending: 0n, payable: 0n, paying: 0n }
  for (const id of creatorIds) {
    const { pending, payable } = await balances(ctx, id)
    sums.pending += pending.minor
    sums.payable += payable.minor
    sums.paying += (await balanceOf(ctx, purse(id, 'paying'))).minor
  }
  const money = (minor: bigint): Money => ({ minor, currency })
  const cases = await undecidedOf(ctx, creatorIds)
  return { pending: money(sums.pending), payable: money(sums.payable), paying: money(sums.paying), cases }
}

/** The wish of a person that is not over, under whichever of their accounts they had it; null when there is none. */
export async function wishOf(ctx: Context, personId: string): Promise<Erasure | null> {
  const { personIds } = await subjectOf(ctx, personId)
  return ctx.db.erasure.findFirst({
    where: { programId: ctx.program.id, personId: { in: personIds }, state: { in: open } },
    orderBy: { askedAt: 'asc' },
  })
}

export type Outlook = { told: Told; owed: Owed; wish: Erasure | null; dueAt: Date }

/** What would go, stay and wait if the actor were forgotten. */
export async function outlook(ctx: Context): Promise<Outlook> {
  const subject = await subjectOf(ctx, ctx.actor.personId)
  return {
    told: told(await everything(ctx, subject)),
    owed: await owedTo(ctx, subject.creatorIds),
    wish: await wishOf(ctx, ctx.actor.personId),
    dueAt: days(ctx.now, COOLING_DAYS),
  }
}

/**
 * Keeps the actor's wish to be forgotten, and tells managers. Asking twice is asking once. Refusal conflict for the last admin, who would
 * leave the program to nobody.
 */
export async function ask(ctx: Context, waive: boolean): Promise<Erasure> {
  const { personId } = ctx.actor
  const programId = ctx.program.id
  await ctx.db.$queryRaw`SELECT id FROM "Membership" WHERE "programId" = ${programId} AND "personId" = ${personId} FOR UPDATE`
  const before = await wishOf(ctx, personId)
  if (before) return before
  if (await isLastAdmin(ctx, personId))
    throw new Refusal(
      'conflict',
      'You are the only admin, and a program needs one.',
      'Make someone else admin with /team set first.',
    )
  const dueAt = days(ctx.now, COOLING_DAYS)
  const wish = await ctx.db.erasure.create({
    data: { id: ctx.id('erasure'), programId, personId, state: 'asked', waive, askedAt: ctx.now, dueAt, nextAt: dueAt },
  })
  await showManagers(ctx, wish)
  const card = askedCard(wish)
  await ctx.show({ person: personId }, keyOf(wish), card, { everywhere: true })
  await mailPerson(ctx, personId, keyOf(wish), card)
  return wish
}

/** A program needs somebody who may run it. */
export const isLastAdmin = async (ctx: Context, personId: string): Promise<boolean> =>
  (await membershipOf(ctx, personId)).role === 'admin' &&
  (await ctx.db.membership.count({ where: { programId: ctx.program.id, role: 'admin' } })) === 1

const keyOf = ({ id }: { id: string }): string => `erasure:${id}`

/** Takes the wish back. Refusal too_late once the day has come, not_found without a wish. */
export async function keep(ctx: Context): Promise<Erasure> {
  const { personId } = ctx.actor
  const found = await wishOf(ctx, personId)
  if (!found)
    throw new Refusal(
      'not_found',
      'You did not ask to be forgotten, or took it back before.',
      'See what is kept with /privacy show.',
    )
  // Whoever begins with it on its day holds the row.
  await ctx.db.$queryRaw`SELECT id FROM "Erasure" WHERE id = ${found.id} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const wish = await ctx.db.erasure.findUniqueOrThrow({ where: { id: found.id } })
  if (wish.state !== 'asked')
    throw new Refusal('too_late', 'The day has come, and it has begun.', 'You may join again with /apply afterwards.')
  const kept = await ctx.db.erasure.update({ where: { id: wish.id }, data: { state: 'kept', endedAt: ctx.now } })
  await showManagers(ctx, kept)
  await ctx.show({ person: personId }, keyOf(kept), keptCard, { everywhere: true })
  return kept
}

export type Waiting = { wish: Erasure; name: string; owed: Owed }

/** Wishes that are not over, the next one first. */
export async function waiting(ctx: Context): Promise<Waiting[]> {
  const wishes = await ctx.db.erasure.findMany({
    where: { programId: ctx.program.id, state: { in: open } },
    orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
    take: 25,
  })
  return inTurn(wishes, (wish) => viewOf(ctx, wish))
}

async function viewOf(ctx: Context, wish: Erasure): Promise<Waiting> {
  const { name, personId } = await membershipOf(ctx, wish.personId)
  const { creatorIds } = await subjectOf(ctx, personId)
  const creator = await creatorOfPerson(ctx, personId)
  return { wish, name: creator?.name ?? name, owed: await owedTo(ctx, creatorIds) }
}

/** One card for each wish in #managers, as it stands now. */
export async function showManagers(ctx: Context, wish: Erasure): Promise<void> {
  await ctx.show({ channel: 'managers' }, keyOf(wish), comingCard(await viewOf(ctx, wish)))
}
