import { command } from '../../src/command.ts'
import { localDay } from '../../src/kernel/time.ts'
import { liabilityCard } from '../../src/ledger/cards-books.ts'
import { keepPaper, paperUrl } from '../../src/ledger/papers.ts'
import { liabilityOf, liabilitySheet, owedTotals } from '../../src/ledger/reports.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'What is owed to creators: pending, payable, below zero, and how old it is',
  role: 'admin',
  finance: true,
  visibility: 'private',
  options: { month: optional(option.text('At the end of which month', { max: 7, placeholder: '2026-10' })) },
  async run(ctx, { month }) {
    const report = await liabilityOf(ctx, month ?? null)
    const name = `liability-${month ?? localDay(ctx.now, ctx.program.zone)}.csv`
    const file = await keepPaper(ctx, { bytes: liabilitySheet(report), name, what: 'liability', creatorId: null })
    const creators = new Set(report.owed.map(({ creatorId }) => creatorId)).size
    return liabilityCard({ ...report, creators, totals: owedTotals(report.owed), url: await paperUrl(ctx, file) })
  },
})
