import type { Context } from '../context.ts'
import type { OfferView } from '../links/cards-offers.ts'
import { type Offered, saidEnd } from '../links/rules-offers.ts'

/** Offers with the names of their creators and the sales that came under them: orders that are credited, with what is left of each. */
export async function offerViews(ctx: Context, offers: readonly Offered[]): Promise<OfferView[]> {
  const programId = ctx.program.id
  const sold = await ctx.db.$queryRaw<{ id: string; orders: bigint; net: bigint }[]>`
    SELECT o."offerId" AS id, count(*) AS orders, coalesce(sum(coalesce(l."leftBase", greatest(0, l.base))), 0)::bigint AS net
    FROM "Order" o JOIN "Line" l ON l."orderId" = o.id
    WHERE o."programId" = ${programId} AND l."programId" = ${programId} AND o."offerId" = ANY(${offers.map(({ id }) => id)})
      AND o.kind = 'order' AND o."cancelledAt" IS NULL AND o."lostAt" IS NULL GROUP BY 1`
  const ids = offers.flatMap(({ on }) => on.flatMap(({ who, target }) => (who === 'creator' ? [target] : [])))
  const creators = await ctx.db.creator.findMany({ where: { programId, id: { in: ids } }, select: { id: true, name: true } })
  const names = new Map(creators.map(({ id, name }) => [id, name]))
  return offers.map((offer) => {
    const under = sold.find(({ id }) => id === offer.id)
    const until = saidEnd(offer.endsAt, ctx.program.zone)
    return { ...offer, until, names, under: { orders: Number(under?.orders ?? 0n), net: under?.net ?? 0n } }
  })
}
