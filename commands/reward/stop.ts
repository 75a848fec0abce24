import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { ruleCard } from '../../src/rewards/cards.ts'
import { previewOf, switchRule } from '../../src/rewards/incentives.ts'

export default command({
  description: 'Stop a rule; what it paid stays',
  role: 'admin',
  visibility: 'private',
  listed: false,
  options: { rule: option.id('incentive', 'Which rule') },
  async run(ctx, given) {
    const rule = await switchRule(ctx, given.rule, false)
    return ruleCard(rule, await previewOf(ctx, rule), ctx.program.currency)
  },
})
