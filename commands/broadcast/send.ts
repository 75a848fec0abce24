import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { send, suggestBroadcasts } from '../../src/messages/broadcasts.ts'
import { sentCard } from '../../src/messages/cards-broadcasts.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Send a broadcast now, or at an hour of a day where each reader is',
  form: 'When it goes out',
  role: 'manager',
  visibility: 'private',
  options: {
    broadcast: option.id('broadcast', 'Which broadcast', suggestBroadcasts),
    day: optional(option.text('Day; empty = now', { max: 10, placeholder: '2026-12-01' })),
    at: optional(option.time('Local time; empty = 09:00')),
  },
  async run(ctx, { broadcast, day, at }) {
    // Whoever gives a time does not mean this moment, and what was sent comes back from nobody.
    if (day === undefined && at !== undefined)
      throw new Refusal(
        'invalid',
        'A time was given without its day.',
        'Give the day too, or leave both empty to send it now.',
        'day',
      )
    const sent = await send(ctx, broadcast, day === undefined ? undefined : { day, at: at ?? '09:00' })
    return sentCard(sent.broadcast, sent.seen, ctx.now)
  },
})
