/** A shop that talks to a world: creators with codes and links, and the facts of one order. */
import type { OrderFact, OrderPlaced } from '../../src/kernel/fact.ts'
import { newId } from '../../src/kernel/id.ts'
import { balances } from '../../src/ledger/service.ts'
import { clickIds } from '../../src/links/click-id.ts'
import { record } from '../../src/orders/service.ts'
import { policySchema } from '../../src/programs/rules.ts'
import type { Persona } from '../chat.ts'
import type { World } from '../world.ts'

export type Member = Persona & { code: string; linkId: string }

/** A creator in any state with a code and a link, put straight into the database. */
export async function enlist(
  w: World,
  name: string,
  more: { state?: string; email?: string; rateBps?: number } = {},
): Promise<Member> {
  const person = await w.applicant(name)
  const code = `${name.toUpperCase()}10`
  const linkId = await w.within(async (ctx) => {
    const creatorId = ctx.id('creator')
    const own = { programId: ctx.program.id, creatorId, createdAt: ctx.now }
    await ctx.db.creator.create({
      data: {
        id: creatorId,
        programId: ctx.program.id,
        personId: person.personId,
        state: 'approved',
        name,
        handle: `@${name}`,
        niche: 'beauty',
        country: 'DE',
        email: `${name.toLowerCase()}@example.com`,
        appliedAt: ctx.now,
        createdAt: ctx.now,
        ...more,
      },
    })
    await ctx.db.membership.updateMany({ where: { personId: person.personId }, data: { role: 'creator' } })
    await ctx.db.code.create({ data: { id: ctx.id('code'), ...own, code, percent: 10 } })
    const link = await ctx.db.link.create({
      data: { id: ctx.id('link'), ...own, slug: name.toLowerCase(), destination: 'https://shop.example.com/' },
    })
    person.creatorId = creatorId
    return link.id
  })
  return Object.assign(person, { code, linkId })
}

/** A click on a creator's link at this instant, as the shipper stores it; gives the cid that the shop sees. `ship: false` leaves it out. */
export async function click(w: World, of: Member, at: Date, { ship = true } = {}): Promise<string> {
  const { id, cid } = clickIds(w.app.clickKey, () => w.app.random(10))(at.getTime())
  if (ship) await shipClick(w, of, id, at)
  return cid
}

export async function shipClick(w: World, of: Member, id: string, at: Date): Promise<void> {
  await w.within((ctx) =>
    ctx.db.click.create({
      data: { id, programId: w.programId, linkId: of.linkId, at, visitor: newId('key', at, () => w.app.random(10)) },
    }),
  )
}

/** An order of 100.00 less 20.00 discount, paid, with what is given instead. */
export function order(orderId: string, more: Partial<OrderPlaced> = {}): OrderPlaced {
  return {
    type: 'order.placed',
    orderId,
    number: `#${orderId}`,
    at: '2026-11-20T11:00:00.000Z',
    paid: true,
    test: false,
    base: { minor: '8000', currency: 'EUR' },
    components: { total: { minor: '8000', currency: 'EUR' }, discounts: { minor: '2000', currency: 'EUR' } },
    codes: [],
    shopper: {},
    items: [],
    ...more,
  }
}

export const paid = (orderId: string): OrderFact => ({ type: 'order.paid', orderId, at: '2026-11-20T11:05:00.000Z' })
export const cancelled = (orderId: string): OrderFact => ({ type: 'order.cancelled', orderId, at: '2026-11-20T11:30:00.000Z' })
export const refund = (orderId: string, refundId: string, minor: number, currency = 'EUR'): OrderFact => ({
  type: 'order.refunded',
  refundId,
  orderId,
  at: '2026-11-20T11:20:00.000Z',
  base: { minor: String(minor), currency },
})

/** Records facts one after the other, each in its own unit of work. */
export async function tell(w: World, ...facts: OrderFact[]) {
  const outcomes = []
  for (const fact of facts) outcomes.push(...(await w.within((ctx) => record(ctx, 'generic', fact))))
  return outcomes
}

/** What a member has pending and payable, in minor units. */
export async function owned(w: World, { creatorId }: Member): Promise<[number, number]> {
  const { pending, payable } = await w.within((ctx) => balances(ctx, creatorId))
  return [Number(pending.minor), Number(payable.minor)]
}

/** Whoever sells for so much in a month is paid 15 % of all of it; whoever invited them gets a tenth of what they earn, after five days. */
export async function payByTier(w: World, from: string): Promise<void> {
  const steps = [{ name: 'Gold', from, rateBps: 1_500 }]
  const tiers = { measure: 'revenue', window: 'month', mode: 'retroactive', steps }
  const policy = policySchema.parse({ holdDays: 5, referral: { bps: 1_000, months: 12 }, tiers })
  await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy } }))
}
