import { command } from '../src/command.ts'
import { earningsCard } from '../src/ledger/cards.ts'
import { earningsOf } from '../src/ledger/queries.ts'

export default command({
  description: 'What you have earned, with the arithmetic, and when it is paid',
  role: 'creator',
  visibility: 'private',
  options: {},
  async run(ctx) {
    return earningsCard(await earningsOf(ctx, ctx.actor.creatorId))
  },
})
