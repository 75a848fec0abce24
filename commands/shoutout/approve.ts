import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { toldShoutCard } from '../../src/recognition/cards-shouts.ts'
import { approveShout, suggestShouts } from '../../src/recognition/shouts.ts'

export default command({
  description: 'Say yes to a shout-out; it is posted in #wins',
  role: 'manager',
  visibility: 'private',
  options: { shout: option.id('shout', 'Which wish', suggestShouts) },
  async run(ctx, { shout }) {
    return toldShoutCard(await approveShout(ctx, shout), true)
  },
})
