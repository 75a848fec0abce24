import { command } from '../../src/command.ts'
import { answerCard } from '../../src/content/cards.ts'
import { requestChanges, suggestWaiting } from '../../src/content/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Ask the creator for changes',
  role: 'manager',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which submission', suggestWaiting),
    note: option.long('What to change, and how', { min: 5, max: 1_000 }),
  },
  async run(ctx, { submission, note }) {
    const { done, view } = await requestChanges(ctx, submission, note)
    return answerCard(view, done)
  },
})
