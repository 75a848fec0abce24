import { command } from '../../src/command.ts'
import { sum } from '../../src/kernel/money.ts'
import { localDay } from '../../src/kernel/time.ts'
import { yearCard } from '../../src/ledger/cards-books.ts'
import { keepPaper, paperUrl } from '../../src/ledger/papers.ts'
import { yearOf, yearSheet } from '../../src/ledger/reports.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'What each creator was paid in a year, with country and tax form',
  role: 'admin',
  finance: true,
  visibility: 'private',
  options: { year: optional(option.integer('Year', { min: 2000, max: 2100 })) },
  async run(ctx, { year }) {
    const wanted = year ?? Number(localDay(ctx.now, ctx.program.zone).slice(0, 4))
    const rows = await yearOf(ctx, wanted)
    const bytes = yearSheet(rows)
    const file = await keepPaper(ctx, { bytes, name: `paid-${wanted}.csv`, what: 'year', creatorId: null })
    const paid = rows.map((row) => row.paid)
    const totals = [...new Set(paid.map(({ currency }) => currency))].map((currency) =>
      sum(
        paid.filter((one) => one.currency === currency),
        currency,
      ),
    )
    const reported = (word: string) => rows.filter(({ report }) => report === word).length
    const creators = new Set(rows.map(({ creatorId }) => creatorId)).size
    return yearCard(wanted, creators, totals, { yes: reported('yes'), look: reported('look') }, await paperUrl(ctx, file))
  },
})
