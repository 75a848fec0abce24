import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { approvedCard, listCard } from '../../src/shares/cards.ts'
import { approvedShares, waitingShares } from '../../src/shares/queries.ts'

export default command({
  description: 'What customers sent: what waits for an answer and has to come down, or what may be shown today',
  role: 'manager',
  visibility: 'private',
  options: { which: optional(option.choice('Which', { waiting: 'What waits', approved: 'What may be shown today' })) },
  async run(ctx, { which }) {
    if (which === 'approved') return approvedCard(await approvedShares(ctx))
    const { waiting, total, down } = await waitingShares(ctx)
    return listCard(waiting, total, down)
  },
})
