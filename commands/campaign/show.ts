import { missionOf } from '../../src/campaigns/board.ts'
import { campaignCard } from '../../src/campaigns/cards-campaign.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'A mission: what it says, who takes part, what it cost',
  role: 'manager',
  visibility: 'private',
  options: { mission: option.id('mission', 'Which mission', suggestAllMissions) },
  async run(ctx, values) {
    const mission = await missionOf(ctx, values.mission)
    return campaignCard(mission, await campaignView(ctx, mission))
  },
})
