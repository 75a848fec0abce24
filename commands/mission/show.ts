import { missionShowCard } from '../../src/campaigns/cards.ts'
import { mineOf, seenOf } from '../../src/campaigns/queries.ts'
import { suggestClaimable, visibleMission } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { insideOnly } from '../../src/creators/way-in.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'A mission: what is asked, what it pays, your own rate and what such posts earned',
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: { mission: option.id('mission', 'Which mission', suggestClaimable) },
  async run(ctx, values) {
    await insideOnly(ctx, 'Missions are')
    const mission = await visibleMission(ctx, values.mission)
    const { creatorId } = ctx.actor
    const mine = creatorId === undefined ? null : await mineOf(ctx, mission, creatorId)
    return missionShowCard(mission, await seenOf(ctx, mission), mine)
  },
})
