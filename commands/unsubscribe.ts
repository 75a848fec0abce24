import { command } from '../src/command.ts'
import { stoppedCard } from '../src/messages/cards-stop.ts'
import { stoppable } from '../src/messages/rules.ts'
import { setStopped } from '../src/messages/stop.ts'
import { option, optional } from '../src/option.ts'

export default command({
  description: 'Stop digests, briefs, hints or news; or take them again',
  role: 'anyone',
  visibility: 'private',
  options: {
    what: option.choice('What', { ...stoppable, all: 'All of them' }),
    state: optional(option.choice('Stop or take again', { stopped: 'Stop', wanted: 'Take again' })),
  },
  async run(ctx, { what, state }) {
    await setStopped(ctx, ctx.actor.personId, what, state !== 'wanted')
    return stoppedCard(what, state !== 'wanted')
  },
})
