import { missionsCard } from '../../src/campaigns/cards.ts'
import { openMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { atLeast } from '../../src/people/service.ts'

export default command({
  description: 'Open missions: what is asked, what it pays, until when',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    if (!atLeast(ctx.actor.role, 'creator')) {
      throw new Refusal('not_allowed', 'Missions are for creators of the program.', 'Join first with /apply.')
    }
    return missionsCard(await openMissions(ctx), ctx.program.currency, ctx.actor.creatorId !== undefined)
  },
})
