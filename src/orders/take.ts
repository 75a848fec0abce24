import type { Context } from '../context.ts'
import type { Fact, OrderFact } from '../kernel/fact.ts'
import { isOrderFact } from '../kernel/fact.ts'
import { codeChanged } from '../links/shop-state.ts'
import { accountChanged } from '../payouts/onboarding.ts'
import { sameOrder } from './names.ts'
import { record } from './service.ts'
import type { Outcome, RecordOptions } from './settle.ts'
import { shopLeft } from './shop.ts'
import { shopperAsked } from './shopper.ts'

/** Takes in what one delivery tells, fact by fact: orders are recorded, wishes and farewells are followed. */
export async function take(
  ctx: Context,
  source: string,
  facts: readonly Fact[],
  options: RecordOptions = {},
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let orderId: string | undefined
  for (const fact of facts) {
    if (isOrderFact(fact)) {
      const told = orderId === undefined ? fact : { ...fact, orderId }
      outcomes.push(...(await record(ctx, source, await withCodes(ctx, source, told), options)))
    } else if (fact.type === 'order.named') {
      const named = await sameOrder(ctx, source, fact.names)
      if (fact.awaited && !named.known && options.waitForClick)
        throw new Error(`Order ${named.orderId} waits for the checkout that may know its click.`)
      orderId = named.orderId
      outcomes.push(...named.outcomes)
    } else if (fact.type === 'shopper.asked') await shopperAsked(ctx, source, fact)
    else if (fact.type === 'shop.left') await shopLeft(ctx, source, fact)
    else if (fact.type === 'code.changed') await codeChanged(ctx, source, fact)
    else if (fact.type === 'account.changed') await accountChanged(ctx, fact)
  }
  return outcomes
}

/** Some shops name a code by their own id of it, which only the codes that we made there have told us. */
async function withCodes(ctx: Context, source: string, fact: OrderFact): Promise<OrderFact> {
  if (!('codes' in fact) || !fact.codes.some((code) => code.startsWith('id:'))) return fact
  const refs = fact.codes.flatMap((code) => (code.startsWith('id:') ? [code.slice(3)] : []))
  const rows = await ctx.db.$queryRaw<{ ref: string; code: string }[]>`
    SELECT r.ref, c.code FROM "ShopCode" s JOIN "Connection" n ON n.id = s."connectionId" JOIN "Code" c ON c.id = s."codeId"
      JOIN unnest(${refs}::text[]) AS r(ref) ON r.ref = s.ref OR r.ref = ANY(s."oldRefs")
    WHERE s."programId" = ${ctx.program.id} AND n."programId" = ${ctx.program.id} AND n.source = ${source}`
  const codes = new Map(rows.map((row) => [`id:${row.ref}`, row.code]))
  return { ...fact, codes: [...new Set(fact.codes.map((code) => codes.get(code) ?? code))] }
}
