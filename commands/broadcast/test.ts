import { command } from '../../src/command.ts'
import { suggestBroadcasts, tryOut } from '../../src/messages/broadcasts.ts'
import { testedCard } from '../../src/messages/cards-broadcasts.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Send a broadcast to yourself alone',
  role: 'manager',
  visibility: 'private',
  options: { broadcast: option.id('broadcast', 'Which broadcast', suggestBroadcasts) },
  async run(ctx, { broadcast }) {
    const tried = await tryOut(ctx, broadcast)
    return testedCard(tried.broadcast, tried.mailed)
  },
})
