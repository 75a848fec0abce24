import { command } from '../../src/command.ts'
import { sum } from '../../src/kernel/money.ts'
import { monthOf } from '../../src/kernel/time.ts'
import { journalCard } from '../../src/ledger/cards-books.ts'
import { lastClose } from '../../src/ledger/close.ts'
import { keepPaper, paperUrl } from '../../src/ledger/papers.ts'
import { journalOf } from '../../src/ledger/reports.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'The journal of a month in double entry, with your own account numbers',
  role: 'admin',
  finance: true,
  visibility: 'private',
  options: { month: optional(option.text('Month', { max: 7, placeholder: '2026-10' })) },
  async run(ctx, { month }) {
    const wanted = month ?? (await lastClose(ctx))?.month ?? monthOf(ctx.now, ctx.program.zone)
    const { moves, sheet } = await journalOf(ctx, wanted)
    const name = `journal-${wanted}.csv`
    const file = await keepPaper(ctx, { bytes: sheet, name, what: 'journal', creatorId: null })
    const totals = [...new Set(moves.map(({ currency }) => currency))].map((currency) =>
      sum(
        moves.filter((move) => move.currency === currency),
        currency,
      ),
    )
    return journalCard(wanted, moves.length, totals, await paperUrl(ctx, file))
  },
})
