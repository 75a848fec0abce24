import { command } from '../../src/command.ts'
import { respond } from '../../src/moments/captures.ts'
import { closedCard } from '../../src/moments/cards-captures.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Say whether your message may be used',
  role: 'creator',
  visibility: 'private',
  // Reached from the card that asks.
  listed: false,
  options: {
    capture: option.id('capture', 'Which request'),
    answer: option.choice('Your answer', ['yes', 'no']),
    rights: optional(option.choice('The rights you read', ['none', 'social', 'web', 'ads'])),
  },
  run: async (ctx, { capture, answer, rights }) => closedCard(await respond(ctx, capture, answer === 'yes', rights)),
})
