import type { Context } from '../context.ts'
import { days } from '../kernel/time.ts'
import { kindOf, shopTitle } from '../programs/rules-shops.ts'
import { heardCard, unheardCard } from './cards-shops.ts'

/** By the kind of a shop: what tells its orders, and what alone tells how they change. */
const tells: Record<string, { sales: string[]; changes: string }> = {
  shopify: { sales: ['orders/create', 'orders/paid'], changes: 'orders/updated' },
  woocommerce: { sales: ['order.created'], changes: 'order.updated' },
}

/**
 * A shop that is connected with its keys gets the webhooks that it lacks. Where they were made by hand managers hear of one without which
 * refunds are lost: orders came a day ago or before, and never a change of one, which shops tell within minutes of nearly every order.
 */
export async function tellUnheard(ctx: Context): Promise<void> {
  const programId = ctx.program.id
  const byHand = await ctx.db.connection.findMany({ where: { programId, base: null, leftAt: null } })
  for (const connection of byHand) {
    const { source } = connection
    const topics = tells[kindOf(source)]
    if (!topics) continue
    const sales = topics.sales.map((topic) => `${topic}:`)
    const [heard] = await ctx.db.$queryRaw<{ sold: boolean; changed: boolean }[]>`
      SELECT EXISTS (SELECT FROM "Inbox" WHERE "programId" = ${programId} AND source = ${source} AND "receivedAt" <= ${days(ctx.now, -1)}
          AND EXISTS (SELECT FROM unnest(${sales}::text[]) AS t(topic) WHERE starts_with("externalId", t.topic))) AS sold,
        EXISTS (SELECT FROM "Inbox" WHERE "programId" = ${programId} AND source = ${source}
          AND starts_with("externalId", ${`${topics.changes}:`})) AS changed`
    const key = `unheard:${connection.id}`
    const audience = { channel: 'managers' } as const
    if (heard?.sold && !heard.changed) await ctx.show(audience, key, unheardCard(shopTitle(connection), source, topics.changes))
    else if (heard?.changed && (await ctx.db.outbox.findFirst({ where: { programId, kind: 'post', key }, select: { id: true } })))
      await ctx.show(audience, key, heardCard(shopTitle(connection), topics.changes))
  }
}
