import { command } from '../../src/command.ts'
import { cancel, suggestBroadcasts } from '../../src/messages/broadcasts.ts'
import { cancelledCard } from '../../src/messages/cards-broadcasts.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Take a broadcast back; whoever has it keeps it',
  role: 'manager',
  visibility: 'private',
  options: { broadcast: option.id('broadcast', 'Which broadcast', suggestBroadcasts) },
  async run(ctx, { broadcast }) {
    const cancelled = await cancel(ctx, broadcast)
    return cancelledCard(cancelled.broadcast, cancelled.stopped)
  },
})
