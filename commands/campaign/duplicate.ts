import { draftCard } from '../../src/campaigns/cards-campaign.ts'
import { duplicate } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'A new draft from an earlier mission, the last one if you name none',
  role: 'manager',
  visibility: 'private',
  options: { mission: optional(option.id('mission', 'Which mission', suggestAllMissions)) },
  async run(ctx, values) {
    const mission = await duplicate(ctx, values.mission)
    return draftCard(mission, await campaignView(ctx, mission))
  },
})
