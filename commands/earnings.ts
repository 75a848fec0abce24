import { command } from '../src/command.ts'
import { earningsCard } from '../src/ledger/cards.ts'
import { earningsOf } from '../src/ledger/queries.ts'
import { expected } from '../src/payouts/expected.ts'

export default command({
  description: 'What you have earned, with the arithmetic, when it is paid and what is missing for that',
  role: 'creator',
  former: true,
  visibility: 'private',
  options: {},
  async run(ctx) {
    const { creatorId } = ctx.actor
    return earningsCard(await earningsOf(ctx, creatorId), await expected(ctx, creatorId))
  },
})
