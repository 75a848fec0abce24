import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { atLeast } from '../../src/people/service.ts'
import { catalogCard } from '../../src/rewards/cards.ts'
import { catalog } from '../../src/rewards/service.ts'

export default command({
  description: 'What your points can be given for, and how many you have',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    if (!atLeast(ctx.actor.role, 'creator'))
      throw new Refusal('not_allowed', 'Rewards are for creators of the program.', 'Join first with /apply.')
    return catalogCard(await catalog(ctx))
  },
})
