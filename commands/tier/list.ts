import { command } from '../../src/command.ts'
import { tiersCard } from '../../src/orders/cards-tiers.ts'
import { holdersOf } from '../../src/orders/tiers.ts'
import { policyOf } from '../../src/programs/rules.ts'

export default command({
  description: 'The tiers, and how many creators have each',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const { tiers } = policyOf(ctx.program)
    return tiersCard(tiers, ctx.program.currency, await holdersOf(ctx))
  },
})
