import { command } from '../src/command.ts'
import { streamCard } from '../src/content/cards-streams.ts'
import { LONGEST, parseStart } from '../src/content/rules-streams.ts'
import { announce, suggestStreams } from '../src/content/streams.ts'
import { option } from '../src/option.ts'

export default command({
  description: 'Say when your live stream starts, and get the times to say that it is advertising',
  form: 'Your live stream',
  role: 'creator',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which live stream', suggestStreams),
    start: option.text('Start, by your own clock', { max: 20, placeholder: '2026-12-01 20:00' }),
    minutes: option.integer('How long, in minutes', { min: 5, max: LONGEST }),
  },
  async run(ctx, { submission, start, minutes: lengthMinutes }) {
    const startsAt = parseStart(start, ctx.now, ctx.actor.zone)
    const { view, plan } = await announce(ctx, submission, { startsAt, lengthMinutes })
    return streamCard(view, plan)
  },
})
