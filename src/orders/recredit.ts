/** A dispute that a manager granted: an order of nobody is booked for the creator, or moves to them from whoever has it. */
import type { Context } from '../context.ts'
import type { Line, Order } from '../db/generated/client.ts'
import { card, paragraph, text, toned } from '../kernel/card.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { handOver, leftOf } from '../ledger/forfeit.ts'
import { ownerOf } from '../ledger/owners.ts'
import { reachMilestones } from '../ledger/rewards.ts'
import { bookedOf } from '../ledger/service.ts'
import { policyAt } from '../programs/rules.ts'
import { book } from './book.ts'
import { lockEarning } from './caps.ts'
import { exchangeOf } from './exchange.ts'
import { takeBack } from './left.ts'
import { lockOrder } from './payer.ts'
import { paidByNetwork } from './rules-network.ts'
import { climb, fellBelow } from './tiers.ts'
import { pastOf } from './touches.ts'

export type Grant = { caseId: string; orderId: string | null; creatorId: string; take: boolean; reason: string }

/**
 * Credits an order to a creator because a manager says so. `take` allows to take it from whoever has it, with what is left of its
 * commission by one transfer. Refuses orders that earn nothing, and what refunds or another case have begun to take back.
 */
export async function recredit(ctx: Context, grant: Grant): Promise<void> {
  const programId = ctx.program.id
  const known = await ctx.db.order.findFirst({ where: { id: grant.orderId ?? '', programId } })
  if (!known) throw cannot('No shop has sent an order of this number.')
  await lockOrder(ctx, known.source, known.externalId)
  const order = await ctx.db.order.findUniqueOrThrow({ where: { id: known.id } })
  const creatorId = await ownerOf(ctx, grant.creatorId)
  const line = await ctx.db.line.findUnique({ where: { orderId: order.id } })
  if (line?.creatorId === creatorId) throw cannot('The order is credited to this creator already.')
  if (!order.paidAt || order.cancelledAt || order.lostAt || order.test || order.mirror !== null || order.rule === paidByNetwork)
    throw cannot('The order is not paid, was given back, is a test, or is paid by its network.')
  if (!line) await credit(ctx, order, creatorId, grant)
  else if (grant.take) await moveLine(ctx, order, line, creatorId, grant)
  else {
    throw new Refusal(
      'conflict',
      'The order is credited to another creator.',
      'Choose to take it from them, or a goodwill bonus.',
      'verdict',
    )
  }
}

const cannot = (sentence: string): Refusal =>
  new Refusal('conflict', `${sentence} It cannot be credited.`, 'Choose a goodwill bonus, or refuse with a reason.', 'verdict')

async function credit(ctx: Context, order: Order, creatorId: string, grant: Grant): Promise<void> {
  const exchange = await exchangeOf(ctx, order.currency, order.at)
  if (!exchange) throw cannot(`There is no rate from ${order.currency} for its day.`)
  const { firstBought } = await pastOf(ctx, order)
  await winTouch(ctx, order, creatorId, grant)
  const data = { creatorId, rule: 'dispute', ownPurchase: false, ...exchange }
  const kept = await ctx.db.order.update({ where: { id: order.id }, data })
  const { line } = await book(ctx, kept, policyAt(ctx.program, order.at), {
    creatorId,
    returning: firstBought !== null,
    offer: null,
  })
  await takeBack(ctx, kept, line, true)
}

async function moveLine(ctx: Context, order: Order, line: Line, creatorId: string, grant: Grant): Promise<void> {
  const programId = ctx.program.id
  const policy = policyAt(ctx.program, order.at)
  await lockEarning(ctx, creatorId, policy.caps)
  const [held] = await ctx.db.$queryRaw<{ caseId: string | null }[]>`
    SELECT "caseId" FROM "Hold" WHERE "programId" = ${programId} AND "line" = ${line.id} FOR UPDATE`
  const { reversed } = await bookedOf(ctx, line.id)
  // Whoever decides that case decides about the creator it is about.
  const doubted = await ctx.db.caseLine.findFirst({
    where: { programId, lineId: line.id, outcome: null, caseId: { not: grant.caseId } },
  })
  if (held?.caseId || doubted) throw cannot('Another case about this order is open.')
  if (reversed.minor > 0n || line.raisedBps !== null) throw cannot('Some of its commission was taken back or added since.')
  const former = await ownerOf(ctx, line.creatorId)
  const left = (await leftOf(ctx, [line.id])).get(line.id) ?? 0n
  const money = { minor: left, currency: line.currency }
  const which = held ? 'pending' : 'payable'
  await handOver(ctx, { line: line.id, caseId: grant.caseId, from: former, to: creatorId, which, money, reason: grant.reason })
  await winTouch(ctx, order, creatorId, grant)
  await ctx.db.line.update({ where: { id: line.id }, data: { creatorId } })
  await ctx.db.order.update({ where: { id: order.id }, data: { creatorId, rule: 'dispute', ownPurchase: false } })
  await fellBelow(ctx, former, order.at)
  await climb(ctx, policy, creatorId, order.at)
  await reachMilestones(ctx, [creatorId])
  await tellFormer(ctx, order, former, grant)
}

/** Of all that led to the order, what a person decided wins; every order has exactly one. */
async function winTouch(ctx: Context, order: Order, creatorId: string, { caseId }: Grant): Promise<void> {
  const own = { programId: ctx.program.id, orderId: order.id }
  const reason = 'a manager credited another creator after a dispute'
  await ctx.db.touch.updateMany({ where: { ...own, won: true }, data: { won: false, reason } })
  await ctx.db.touch.create({
    data: {
      ...own,
      id: ctx.id('touch'),
      kind: 'dispute',
      creatorId,
      what: caseId,
      at: order.at,
      won: true,
      reason: 'a manager granted a dispute',
    },
  })
}

/** Whoever loses an order is told, with the reason, and may dispute that in turn. */
async function tellFormer(ctx: Context, order: Order, former: string, { caseId, reason }: Grant): Promise<void> {
  const creator = await ctx.db.creator.findUnique({ where: { id: former }, select: { personId: true } })
  must(creator, 'a line belongs to a creator')
  const told = card(
    `Order ${order.number} is credited to another creator now`,
    paragraph(text`A manager decided so after a dispute. Because: ${reason}`),
    'What was left of its commission moved with it. Everything else of yours stays as it is.',
    {
      block: 'buttons',
      buttons: [
        { label: 'Explain', run: 'why', given: { order: order.id } },
        { label: 'Dispute', run: 'dispute', given: { order: order.id } },
      ],
    },
  )
  await ctx.show({ person: creator.personId }, `recredited:${caseId}`, toned('bad', told))
}
