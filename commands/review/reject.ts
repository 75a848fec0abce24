import { command } from '../../src/command.ts'
import { answerCard } from '../../src/content/cards-review.ts'
import { reject } from '../../src/content/decide.ts'
import { suggestOpen } from '../../src/content/queue.ts'
import { suggestReplies, wordsFrom } from '../../src/content/replies.ts'
import { reasons } from '../../src/content/rules.ts'
import { carried, option, optional } from '../../src/option.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { answerOnward } from '../../src/shares/next.ts'

export default command({
  description: 'Turn content down for a stated reason',
  role: 'manager',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which submission', suggestOpen),
    reason: option.choice('Why', reasons),
    note: optional(option.long('What the creator should know', { max: 1_000 })),
    reply: optional(option.id('reply', 'Or a ready answer', suggestReplies)),
    onward: carried(option.boolean('Show the next one after it')),
  },
  async run(ctx, { submission, reason, note, reply, onward }) {
    const { outcome, view } = await reject(ctx, submission, reason, await wordsFrom(ctx, note, reply))
    return answerOnward(ctx, answerCard(view, outcome, policyOf(ctx.program).undoMinutes, onward), submission, onward)
  },
})
