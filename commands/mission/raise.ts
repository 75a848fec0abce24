import { missionMadeCard } from '../../src/campaigns/cards.ts'
import { raiseBudget, suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { parseMoney } from '../../src/kernel/money.ts'
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
    const raised = await raiseBudget(ctx, mission, parseMoney(budget, ctx.program.currency).minor)
    return missionMadeCard('Budget raised', raised, ctx.program.currency)
  },
})
