import type { Context } from '../context.ts'
import { creatorOfPerson } from '../creators/service.ts'
import type { Erasure } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { inTurn } from '../kernel/turn.ts'
import { purse } from '../ledger/rules.ts'
import { balanceOf, balances } from '../ledger/service.ts'
import { payeeOf } from '../payouts/payees.ts'
import { carriedBy } from '../payouts/rules.ts'
import { mailPerson } from '../people/invitations.ts'
import { membershipOf } from '../people/service.ts'
import { undecidedOf } from '../trust/lists.ts'
import { askedCard, comingCard, keptCard } from './cards.ts'
import { COOLING_DAYS, open, type Told, told } from './rules.ts'
import { everything, subjectOf } from './walk.ts'

export type Owed = { pending: Money; payable: Money; paying: Money; cases: number; atBank: number }

/**
 * What is on the way to somebody, of all creators they are or were, and how many cases of theirs may still change it, some of them at a bank. What is less than
 * their way of paying can carry never goes anywhere.
 */
export async function owedTo(ctx: Context, creatorIds: string[]): Promise<Owed> {
  const { currency } = ctx.program
  const sums = { pending: 0n, payable: 0n, paying: 0n }
  for (const id of creatorIds) {
    const { pending, payable } = await balances(ctx, id)
    sums.pending += pending.minor
    sums.payable += carriedBy((await payeeOf(ctx, id))?.method, payable).minor
    sums.paying += (await balanceOf(ctx, purse(id, 'paying'))).minor
  }
  const money = (minor: bigint): Money => ({ minor, currency })
  const undecided = await undecidedOf(ctx, creatorIds)
  return { pending: money(sums.pending), payable: money(sums.payable), paying: money(sums.paying), ...undecided }
}

/** The wish of a person that is not over, under whichever of their accounts they had it; null when there is none. */
export const wishOf = async (ctx: Context, personId: string): Promise<Erasure | null> =>
  (await wishesOf(ctx, personId))[0] ?? null

/** Two accounts may have had one each before they were one person; the first comes first. */
async function wishesOf(ctx: Context, personId: string): Promise<Erasure[]> {
  const { personIds } = await subjectOf(ctx, personId)
  return ctx.db.erasure.findMany({
    where: { programId: ctx.program.id, personId: { in: personIds }, state: { in: open } },
    orderBy: [{ askedAt: 'asc' }, { id: 'asc' }],
  })
}

export type Outlook = { told: Told; owed: Owed; wish: Erasure | null; dueAt: Date; onlyAdmin: boolean }

/** What would go, stay and wait if the actor were forgotten. */
export async function outlook(ctx: Context): Promise<Outlook> {
  const subject = await subjectOf(ctx, ctx.actor.personId)
  return {
    told: told(await everything(ctx, subject)),
    owed: await owedTo(ctx, subject.creatorIds),
    wish: await wishOf(ctx, ctx.actor.personId),
    dueAt: days(ctx.now, COOLING_DAYS),
    onlyAdmin: await isLastAdmin(ctx, ctx.actor.personId),
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
  await tell(ctx, wish, keyOf(wish), false)
  return wish
}

/** On its day they turned out to be the only admin: what they have to do first is said once, wherever they are known. */
export const tellToHandOver = (ctx: Context, wish: Erasure): Promise<void> => tell(ctx, wish, `${keyOf(wish)}:admin`, true)

async function tell(ctx: Context, wish: Erasure, key: string, onlyAdmin: boolean): Promise<void> {
  const card = askedCard(wish, onlyAdmin)
  await ctx.show({ person: wish.personId }, key, card, { everywhere: true })
  await mailPerson(ctx, wish.personId, key, card)
}

/** Whoever is just being forgotten takes up nothing new here. Refusal too_late. */
export async function mayBegin(ctx: Context, personId: string): Promise<void> {
  const wish = await wishOf(ctx, personId)
  if (wish !== null && wish.state !== 'asked') throw begun()
}

const begun = (): Refusal =>
  new Refusal('too_late', 'The day has come to forget you, and it has begun.', 'You may join again with /apply afterwards.')

/** A program needs somebody who may run it. */
export const isLastAdmin = async (ctx: Context, personId: string): Promise<boolean> =>
  (await membershipOf(ctx, personId)).role === 'admin' &&
  (await ctx.db.membership.count({ where: { programId: ctx.program.id, role: 'admin' } })) === 1

const keyOf = ({ id }: { id: string }): string => `erasure:${id}`

/** Takes back every wish of theirs. Refusal too_late once the day has come, not_found without a wish. */
export async function keep(ctx: Context): Promise<void> {
  const { personId } = ctx.actor
  const ids = (await wishesOf(ctx, personId)).map(({ id }) => id)
  if (ids.length === 0)
    throw new Refusal(
      'not_found',
      'You did not ask to be forgotten, or took it back before.',
      'See what is kept with /privacy show.',
    )
  // Whoever begins with it on its day holds the row.
  await ctx.db
    .$queryRaw`SELECT id FROM "Erasure" WHERE id = ANY(${ids}) AND "programId" = ${ctx.program.id} ORDER BY id FOR UPDATE`
  const wishes = await wishesOf(ctx, personId)
  if (wishes.some(({ state }) => state !== 'asked')) throw begun()
  for (const { id } of wishes) {
    const kept = await ctx.db.erasure.update({ where: { id }, data: { state: 'kept', endedAt: ctx.now } })
    await showManagers(ctx, kept)
    await ctx.show({ person: personId }, keyOf(kept), keptCard, { everywhere: true })
  }
}

export type Waiting = { wish: Erasure; name: string; owed: Owed; onlyAdmin: boolean }

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
  const onlyAdmin = await isLastAdmin(ctx, personId)
  return { wish, name: creator?.name ?? name, owed: await owedTo(ctx, creatorIds), onlyAdmin }
}

/** One card for each wish in #managers, as it stands now. */
export async function showManagers(ctx: Context, wish: Erasure): Promise<void> {
  await ctx.show({ channel: 'managers' }, keyOf(wish), comingCard(await viewOf(ctx, wish)))
}
