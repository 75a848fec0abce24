import { command } from '../../src/command.ts'
import { giftsCard } from '../../src/gifts/cards.ts'
import { gifts } from '../../src/gifts/service.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { atLeast } from '../../src/people/service.ts'

export default command({
  description: 'Gifts: what was asked for, offered, sent and has arrived',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    if (!atLeast(ctx.actor.role, 'creator'))
      throw new Refusal('not_allowed', 'Gifts are for creators of the program.', 'Join first with /apply.')
    return giftsCard(await gifts(ctx))
  },
})
