import { command } from '../../src/command.ts'
import { monthOf } from '../../src/kernel/time.ts'
import { closedCard, closePreviewCard, nothingToCloseCard } from '../../src/ledger/cards-books.ts'
import { closeMonth, nextToClose, planClose } from '../../src/ledger/close.ts'
import { carried, option, optional } from '../../src/option.ts'

export default command({
  description: 'Close a month: its reports stay as they are, later facts book into the next',
  role: 'admin',
  finance: true,
  visibility: 'private',
  options: {
    month: optional(option.text('Month', { max: 7, placeholder: '2026-10' })),
    hash: carried(option.text('Hash of the preview', { max: 64 })),
  },
  async run(ctx, { month, hash }) {
    if (month !== undefined && hash !== undefined) {
      const closed = await closeMonth(ctx, month, hash)
      ctx.ring('statements')
      return closedCard(closed)
    }
    const next = month ?? (await nextToClose(ctx))
    if (next === null || (month === undefined && next >= monthOf(ctx.now, ctx.program.zone))) return nothingToCloseCard(next)
    return closePreviewCard(await planClose(ctx, next))
  },
})
