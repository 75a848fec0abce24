import { command } from '../../src/command.ts'
import { ratesCard } from '../../src/ledger/cards-rates.ts'
import { openRules } from '../../src/ledger/rates.ts'
import { policyOf } from '../../src/programs/rules.ts'

export default command({
  description: 'All rates of commission, and what each is for',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    return ratesCard(await openRules(ctx), policyOf(ctx.program).rateBps, ctx.program.currency, ctx.now)
  },
})
