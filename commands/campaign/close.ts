import { changedCard, closingCard, thrownAwayCard } from '../../src/campaigns/cards-campaign.ts'
import { close, closingOf } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { carried, option } from '../../src/option.ts'

export default command({
  description: 'Close a mission before its time, or throw a draft away',
  role: 'manager',
  visibility: 'private',
  options: {
    mission: option.id('mission', 'Which mission', suggestAllMissions),
    sure: carried(option.boolean('Close it, without a way back')),
    draft: carried(option.boolean('While it is a draft')),
  },
  async run(ctx, values) {
    if (!values.sure) return closingCard(await closingOf(ctx, values.mission))
    const mission = await close(ctx, values.mission, { asDraft: values.draft === true })
    if (mission.state === 'draft') return thrownAwayCard(mission)
    const said = 'Closed. What was handed in is still looked at, and a report is in #managers.'
    return changedCard(said, mission, await campaignView(ctx, mission))
  },
})
