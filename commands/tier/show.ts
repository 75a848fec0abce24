import { command } from '../../src/command.ts'
import { creatorOf } from '../../src/creators/service.ts'
import { card } from '../../src/kernel/card.ts'
import { tierCard } from '../../src/orders/cards-tiers.ts'
import { wayOf } from '../../src/orders/tiers.ts'
import { policyOf } from '../../src/programs/rules.ts'

export default command({
  description: 'Which tier you have, and how far the next one is',
  role: 'creator',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const { tiers } = policyOf(ctx.program)
    if (!tiers) return card('There are no tiers here', 'Every creator earns the rate of the program, or their own.')
    return tierCard(await wayOf(ctx, tiers, await creatorOf(ctx, ctx.actor.creatorId)))
  },
})
