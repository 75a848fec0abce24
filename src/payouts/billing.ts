import type { Context } from '../context.ts'
import { invoicedCard } from '../ledger/cards-books.ts'
import type { InvoiceParty } from '../ledger/rules-statement.ts'
import { statementOf } from '../ledger/statement.ts'
import { openDetails, payeeOf } from './payees.ts'

/** Whoever agreed that the brand writes their invoices, as an invoice names them; null for anyone else. */
export async function billedParty(ctx: Context, creatorId: string): Promise<InvoiceParty | null> {
  const payee = await payeeOf(ctx, creatorId)
  if (!payee?.billingAt) return null
  const { name, address, country, vatId } = openDetails(ctx, payee.sealed)
  const town = [address.postcode, address.city].filter((part) => part !== '').join(' ')
  return { name, address: [address.line, address.more, town, address.region].filter((line) => line !== ''), country, vatId }
}

/** Writes the statement of a closed month and tells the creator when it is an invoice. */
export async function giveInvoice(ctx: Context, creatorId: string, month: string): Promise<void> {
  const { paper, number, corrects } = await statementOf(ctx, creatorId, month, await billedParty(ctx, creatorId))
  if (number === null) return
  const { personId } = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { personId: true } })
  await ctx.show({ person: personId }, `invoice:${month}`, invoicedCard(month, { number, corrects }, paper.earned), {
    unasked: 'payday',
  })
}
