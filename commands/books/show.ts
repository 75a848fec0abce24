import { command } from '../../src/command.ts'
import { monthOf } from '../../src/kernel/time.ts'
import { booksOverviewCard } from '../../src/ledger/cards-books-show.ts'
import { lastClose, nextToClose } from '../../src/ledger/close.ts'
import { owedNow } from '../../src/ledger/reports.ts'

export default command({
  description: 'Where the books stand: what is owed, the next month to close, and the reports',
  role: 'admin',
  finance: true,
  visibility: 'private',
  options: {},
  async run(ctx) {
    const next = await nextToClose(ctx)
    const closed = (await lastClose(ctx))?.month ?? null
    const over = next !== null && next < monthOf(ctx.now, ctx.program.zone)
    return booksOverviewCard({ totals: await owedNow(ctx), closed, next, over })
  },
})
