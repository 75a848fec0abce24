import { changedCard } from '../../src/campaigns/cards-campaign.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { parse } from '../../src/campaigns/rules-plan.ts'
import { raiseBudget, suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Raise the budget of a mission',
  role: 'manager',
  visibility: 'private',
  options: {
    mission: option.id('mission', 'Which mission', suggestAllMissions),
    budget: option.text('The new budget in all', { max: 20, placeholder: '750.00' }),
  },
  async run(ctx, { mission, budget }) {
    const raised = await raiseBudget(ctx, mission, parse(budget, ctx.program.currency, 'budget'))
    return changedCard('Budget raised. What was blocked may be approved now.', raised, await campaignView(ctx, raised))
  },
})
