import { command } from '../../src/command.ts'
import { review } from '../../src/payouts/batches.ts'
import { preparedCard } from '../../src/payouts/cards.ts'
import { prepare } from '../../src/payouts/prepare.ts'
import { tellFinance } from '../../src/payouts/remind.ts'

export default command({
  description: 'Prepare the payments for the payday that is due; another person confirms them',
  role: 'anyone',
  finance: true,
  visibility: 'private',
  options: {},
  async run(ctx) {
    const prepared = await prepare(ctx)
    const seen = prepared.batch && (await review(ctx, prepared.batch))
    if (prepared.batch) await tellFinance(ctx, prepared.batch.id)
    return preparedCard(prepared, seen, ctx.program.currency)
  },
})
