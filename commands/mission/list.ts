import { missionsCard } from '../../src/campaigns/cards.ts'
import { withTaken } from '../../src/campaigns/queries.ts'
import { claimableMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { atLeast } from '../../src/people/service.ts'

export default command({
  description: 'Open missions: what is asked, what it pays, until when',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  visibility: 'private',
  options: { page: optional(option.integer('Page', { min: 1, max: 1_000 })) },
  async run(ctx, { page = 1 }) {
    if (!atLeast(ctx.actor.role, 'creator')) {
      throw new Refusal('not_allowed', 'Missions are for creators of the program.', 'Join first with /apply.')
    }
    const open = await withTaken(ctx, await claimableMissions(ctx))
    return missionsCard(open, ctx.program.currency, ctx.now, ctx.actor.creatorId !== undefined, page)
  },
})
