import { command } from '../../src/command.ts'
import { answerCard } from '../../src/content/cards.ts'
import { reasons } from '../../src/content/rules.ts'
import { reject, suggestWaiting } from '../../src/content/service.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Turn content down for a stated reason',
  role: 'manager',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which submission', suggestWaiting),
    reason: option.choice('Why', reasons),
    note: optional(option.long('What the creator should know', { max: 1_000 })),
  },
  async run(ctx, { submission, reason, note }) {
    const { done, view } = await reject(ctx, submission, reason, note)
    return answerCard(view, done)
  },
})
