import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { atLeast } from '../../src/people/service.ts'
import { shoutsCard } from '../../src/recognition/cards-shouts.ts'
import { shouts } from '../../src/recognition/shouts.ts'

export default command({
  description: 'Shout-outs that were asked for',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    if (!atLeast(ctx.actor.role, 'creator'))
      throw new Refusal('not_allowed', 'Shout-outs are for creators of the program.', 'Join first with /apply.')
    return shoutsCard(await shouts(ctx))
  },
})
