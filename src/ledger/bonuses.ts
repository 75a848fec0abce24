import type { Context } from '../context.ts'
import type { Bonus, Creator } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { personNow, personsOf } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { bonusCard, bonusWaitsCard } from './cards-bonuses.ts'
import { bonusKey } from './rules.ts'
import { bonus as pay } from './service.ts'

export type Given = { bonus: Bonus; name: string }

/**
 * Gives a creator money with a reason, payable at once. Above what one manager may give alone within a day it waits for a second one.
 * Refuses what is no amount, and a bonus to oneself.
 */
export async function giveBonus(ctx: Context, plan: { creatorId: string; money: Money; reason: string }): Promise<Given> {
  const { money, reason } = plan
  const creator = await creatorFor(ctx, plan.creatorId)
  if (money.minor <= 0n) throw new Refusal('invalid', 'A bonus is above zero.', 'Write an amount such as 25.00.', 'amount')
  const together = money.minor + (await givenLately(ctx, creator.id))
  const waits = together > BigInt(policyOf(ctx.program).bonusAloneMinor)
  const bonus = await ctx.db.bonus.create({
    data: {
      id: ctx.id('bonus'),
      programId: ctx.program.id,
      creatorId: creator.id,
      minor: money.minor,
      currency: money.currency,
      reason,
      state: waits ? 'waiting' : 'given',
      givenBy: ctx.actor.personId,
      createdAt: ctx.now,
      decidedAt: waits ? null : ctx.now,
    },
  })
  if (waits)
    await ctx.show({ channel: 'managers' }, `bonus:${bonus.id}`, bonusWaitsCard(bonus, creator.name, ctx.actor.name, null))
  else await book(ctx, bonus, creator)
  return { bonus, name: creator.name }
}

/** What the actor gave a creator alone within the last day: a large bonus in small pieces is a large one. */
async function givenLately(ctx: Context, creatorId: string): Promise<bigint> {
  const programId = ctx.program.id
  // Two given at once would each count without the other.
  await ctx.db.$queryRaw`SELECT id FROM "Creator" WHERE id = ${creatorId} AND "programId" = ${programId} FOR NO KEY UPDATE`
  const { _sum } = await ctx.db.bonus.aggregate({
    where: {
      programId,
      creatorId,
      givenBy: { in: await personsOf(ctx, ctx.actor.personId) },
      decidedBy: null,
      state: 'given',
      createdAt: { gt: days(ctx.now, -1) },
    },
    _sum: { minor: true },
  })
  return _sum.minor ?? 0n
}

/** A second manager confirms a bonus that waits, or refuses it. Whoever gave it may take it back, but not confirm it. */
export async function decideBonus(ctx: Context, bonusId: string, confirm: boolean): Promise<Given> {
  await ctx.db.$queryRaw`SELECT id FROM "Bonus" WHERE id = ${bonusId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const bonus = await ctx.db.bonus.findFirst({ where: { id: bonusId, programId: ctx.program.id } })
  if (!bonus) throw new Refusal('not_found', 'There is no such bonus.', 'Use the buttons of its card.')
  if (bonus.state !== 'waiting') throw new Refusal('conflict', `This bonus is ${bonus.state} already.`)
  const creator = confirm ? await creatorFor(ctx, bonus.creatorId) : await creatorNow(ctx, bonus.creatorId)
  // Nobody needs to be in the program to be refused something.
  if (!creator) throw noCreator()
  if (confirm && (await personNow(ctx, bonus.givenBy)) === ctx.actor.personId)
    throw new Refusal('not_allowed', 'Whoever gives a bonus does not confirm it.', 'Ask another manager to press Confirm.')
  const decided = await ctx.db.bonus.update({
    where: { id: bonus.id },
    data: { state: confirm ? 'given' : 'refused', decidedBy: ctx.actor.personId, decidedAt: ctx.now },
  })
  if (confirm) await book(ctx, decided, creator)
  await ctx.show(
    { channel: 'managers' },
    `bonus:${bonus.id}`,
    bonusWaitsCard(decided, creator.name, ctx.actor.name, ctx.actor.name),
  )
  return { bonus: decided, name: creator.name }
}

async function creatorNow(ctx: Context, creatorId: string): Promise<Creator | null> {
  const creator = await ctx.db.creator.findFirst({ where: { id: creatorId, programId: ctx.program.id } })
  return creator?.mergedInto ? ctx.db.creator.findUnique({ where: { id: creator.mergedInto } }) : creator
}

const noCreator = (): Refusal =>
  new Refusal('not_found', 'This is no creator of the program.', 'Pick one from the list.', 'creator')

async function creatorFor(ctx: Context, creatorId: string): Promise<Creator> {
  const now = await creatorNow(ctx, creatorId)
  if (!now || !['approved', 'paused', 'left'].includes(now.state)) throw noCreator()
  if (now.personId === ctx.actor.personId)
    throw new Refusal('not_allowed', 'Nobody gives a bonus to themselves.', 'Ask another manager.', 'creator')
  return now
}

async function book(ctx: Context, bonus: Bonus, creator: Creator): Promise<void> {
  const money = { minor: bonus.minor, currency: bonus.currency }
  await pay(ctx, { creatorId: creator.id, money, key: bonusKey(bonus.id), because: { bonus: bonus.id, reason: bonus.reason } })
  await ctx.show({ person: creator.personId }, `bonus:${bonus.id}`, bonusCard(money, bonus.reason))
}
