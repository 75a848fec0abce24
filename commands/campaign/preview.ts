import { missionOf } from '../../src/campaigns/board.ts'
import { previewCard } from '../../src/campaigns/cards-campaign.ts'
import { seenOf } from '../../src/campaigns/queries.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'See a mission as creators will',
  role: 'manager',
  visibility: 'private',
  options: { mission: option.id('mission', 'Which mission', suggestAllMissions) },
  async run(ctx, values) {
    const mission = await missionOf(ctx, values.mission)
    return previewCard(mission, await seenOf(ctx, mission))
  },
})
