import { changedCard } from '../../src/campaigns/cards-campaign.ts'
import { publish } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { suggestDrafts } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Open a draft: it is posted in #missions and may be claimed',
  role: 'manager',
  visibility: 'private',
  options: { mission: option.id('mission', 'Which draft', suggestDrafts) },
  async run(ctx, values) {
    const mission = await publish(ctx, values.mission)
    return changedCard('Mission opened. It stands in #missions now.', mission, await campaignView(ctx, mission))
  },
})
