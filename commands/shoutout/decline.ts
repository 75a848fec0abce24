import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { declinedShoutCard } from '../../src/recognition/cards-shouts.ts'
import { declineShout, suggestShouts } from '../../src/recognition/shouts.ts'

export default command({
  description: 'Say no to a shout-out, with the reason',
  form: 'Decline this wish',
  role: 'manager',
  visibility: 'private',
  options: {
    shout: option.id('shout', 'Which wish', suggestShouts),
    why: option.long('Why, as its creator reads it', { min: 3, max: 500 }),
  },
  async run(ctx, { shout, why }) {
    return declinedShoutCard(await declineShout(ctx, shout, why))
  },
})
