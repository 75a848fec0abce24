import { missionsCard } from '../../src/campaigns/cards.ts'
import { withTaken } from '../../src/campaigns/queries.ts'
import { claimableMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { insideOnly } from '../../src/creators/way-in.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Open missions: what is asked, what it pays, until when',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: { page: optional(option.integer('Page', { min: 1, max: 1_000 })) },
  async run(ctx, { page = 1 }) {
    await insideOnly(ctx, 'Missions are')
    const open = await withTaken(ctx, await claimableMissions(ctx))
    return missionsCard(open, ctx.program.currency, ctx.now, ctx.actor.creatorId !== undefined, page)
  },
})
