import { command } from '../src/command.ts'
import { monthOf, sayMonth } from '../src/kernel/time.ts'
import { inTurn } from '../src/kernel/turn.ts'
import { statementCard } from '../src/ledger/cards-books.ts'
import { paperUrl } from '../src/ledger/papers.ts'
import { monthsOf, statementOf } from '../src/ledger/statement.ts'
import { option, optional } from '../src/option.ts'
import { billedParty } from '../src/payouts/billing.ts'

export default command({
  description: 'Your statement of a month, as PDF and as a list',
  role: 'creator',
  former: true,
  visibility: 'private',
  options: {
    month: optional(
      option.text('Month', {
        max: 7,
        placeholder: '2026-11',
        suggest: async (ctx) =>
          ctx.actor.creatorId
            ? (await monthsOf(ctx, ctx.actor.creatorId)).map((month) => ({ label: sayMonth(month), value: month }))
            : [],
      }),
    ),
  },
  async run(ctx, { month }) {
    const { creatorId } = ctx.actor
    // The last month that is over is what people mean by their statement; in their first month there is none.
    const wanted = month ?? (await monthsOf(ctx, creatorId))[1] ?? monthOf(ctx.now, ctx.program.zone)
    const given = await statementOf(ctx, creatorId, wanted, await billedParty(ctx, creatorId))
    const urls = { pdf: await paperUrl(ctx, given.pdfId), csv: await paperUrl(ctx, given.csvId) }
    const others = await inTurn(given.others, async ({ number, pdfId }) => ({ number, pdf: await paperUrl(ctx, pdfId) }))
    return statementCard(given.paper, given, urls, { others, apart: given.apart })
  },
})
