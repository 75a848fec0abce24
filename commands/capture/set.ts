import { command } from '../../src/command.ts'
import { adjust, tally } from '../../src/moments/captures.ts'
import { capturedCard } from '../../src/moments/cards-captures.ts'
import { intents } from '../../src/moments/rules.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Say what a captured message helps with, or ask for other rights',
  role: 'manager',
  visibility: 'private',
  // Reached from the answer to a capture.
  listed: false,
  options: {
    capture: option.id('capture', 'Which request'),
    rights: optional(option.choice('Rights', ['none', 'social', 'web', 'ads'])),
    intent: optional(option.choice('What it helps with', intents)),
  },
  async run(ctx, { capture, rights, intent }) {
    const changed = await adjust(ctx, capture, { rights, intent })
    return capturedCard(changed.capture, changed.creator, await tally(ctx))
  },
})
