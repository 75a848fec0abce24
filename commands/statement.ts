import { command } from '../src/command.ts'
import { monthOf, sayMonth } from '../src/kernel/time.ts'
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
    const { paper, number, corrects, pdfId, csvId } = await statementOf(ctx, creatorId, wanted, await billedParty(ctx, creatorId))
    return statementCard(paper, { number, corrects }, { pdf: await paperUrl(ctx, pdfId), csv: await paperUrl(ctx, csvId) })
  },
})
