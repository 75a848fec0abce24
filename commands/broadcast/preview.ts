import { command } from '../../src/command.ts'
import { broadcastOf, seenOf, suggestBroadcasts } from '../../src/messages/broadcasts.ts'
import { previewCard } from '../../src/messages/cards-broadcasts.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'What a broadcast says and how many it would reach',
  role: 'manager',
  visibility: 'private',
  options: { broadcast: option.id('broadcast', 'Which broadcast', suggestBroadcasts) },
  async run(ctx, { broadcast }) {
    const found = await broadcastOf(ctx, broadcast)
    return previewCard(found, await seenOf(ctx, found))
  },
})
