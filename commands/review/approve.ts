import { command } from '../../src/command.ts'
import { answerCard } from '../../src/content/cards-review.ts'
import { approve } from '../../src/content/decide.ts'
import { suggestWaiting } from '../../src/content/queue.ts'
import { carried, option } from '../../src/option.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { celebrateApproval } from '../../src/recognition/wins.ts'
import { answerOnward } from '../../src/shares/next.ts'

export default command({
  description: 'Approve content: fee, rights and praise in one press',
  role: 'manager',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which submission', suggestWaiting),
    anyway: carried(option.boolean('Although somebody else looks at it')),
    onward: carried(option.boolean('Show the next one after it')),
    seen: carried(option.text('What was seen of it', { max: 20 })),
  },
  async run(ctx, { submission, anyway, onward, seen }) {
    const { outcome, view } = await approve(ctx, submission, { anyway, seen })
    const told = outcome === 'done' && view.submission.toldAt !== null
    if (told) await celebrateApproval(ctx, { creatorId: view.submission.creatorId, submissionId: view.submission.id })
    return answerOnward(ctx, answerCard(view, outcome, policyOf(ctx.program).undoMinutes, onward), submission, onward)
  },
})
