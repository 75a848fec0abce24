import { command } from '../../src/command.ts'
import { answerCard } from '../../src/content/cards-review.ts'
import { requestChanges } from '../../src/content/decide.ts'
import { suggestWaiting } from '../../src/content/queue.ts'
import { noteFrom, suggestReplies } from '../../src/content/replies.ts'
import { carried, option, optional } from '../../src/option.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { answerOnward } from '../../src/shares/next.ts'

export default command({
  description: 'Ask the creator for changes',
  role: 'manager',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which submission', suggestWaiting),
    note: optional(
      option.long('What to change', { max: 1_000, placeholder: '0:12 softer light (a time makes it a comment on that second)' }),
    ),
    reply: optional(option.id('reply', 'Or a ready answer', suggestReplies)),
    onward: carried(option.boolean('Show the next one after it')),
  },
  async run(ctx, { submission, note, reply, onward }) {
    const { outcome, view } = await requestChanges(ctx, submission, await noteFrom(ctx, note, reply))
    return answerOnward(ctx, answerCard(view, outcome, policyOf(ctx.program).undoMinutes, onward), submission, onward)
  },
})
