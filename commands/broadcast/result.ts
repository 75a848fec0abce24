import { command } from '../../src/command.ts'
import { broadcastOf, resultOf, suggestBroadcasts } from '../../src/messages/broadcasts.ts'
import { resultCard } from '../../src/messages/cards-broadcasts.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'How many got a broadcast, by which way, and who was left out',
  role: 'manager',
  visibility: 'private',
  options: { broadcast: option.id('broadcast', 'Which broadcast', suggestBroadcasts) },
  run: async (ctx, { broadcast }) => resultCard(await broadcastOf(ctx, broadcast), await resultOf(ctx, broadcast)),
})
