import { command } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { card } from '../../src/kernel/card.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { prepareSpace } from '../../src/programs/service.ts'

export default command({
  description: 'Make or adopt the channels, and check what Troupe may do there',
  role: 'admin',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const spaces = await spacesHere(ctx)
    if (spaces.length === 0)
      throw new Refusal(
        'conflict',
        'No Discord server or Slack workspace is connected yet.',
        'Get a code for one with /setup space.',
      )
    for (const { id } of spaces) await prepareSpace(ctx, id, ctx.actor.personId)
    return card(
      'Looking at the channels',
      'What stands and what is missing comes to your private place in a moment, and stands in /setup show.',
    )
  },
})

/** The spaces of the platform this was asked on; from the web, all of them. */
function spacesHere(ctx: Context): Promise<{ id: string }[]> {
  const { platform } = ctx.actor
  const here = platform === undefined || platform === 'web' ? { not: 'web' } : platform
  return ctx.db.space.findMany({
    where: { programId: ctx.program.id, platform: here },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
}
