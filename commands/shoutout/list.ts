import { command } from '../../src/command.ts'
import { insideOnly } from '../../src/creators/way-in.ts'
import { shoutsCard } from '../../src/recognition/cards-shouts.ts'
import { shouts } from '../../src/recognition/shouts.ts'

export default command({
  description: 'Shout-outs that were asked for',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: {},
  async run(ctx) {
    await insideOnly(ctx, 'Shout-outs are')
    return shoutsCard(await shouts(ctx))
  },
})
