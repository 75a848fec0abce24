import { command } from '../../src/command.ts'
import { oneOf } from '../../src/content/cards-queue.ts'
import { answerCard, tookCard } from '../../src/content/cards-review.ts'
import { take } from '../../src/content/decide.ts'
import { placeOf } from '../../src/content/queue.ts'
import { carried, option } from '../../src/option.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { answerOnward } from '../../src/shares/next.ts'

export default command({
  description: 'Tell the other managers for half an hour that you look at this',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which submission'),
    anyway: carried(option.boolean('Although somebody else looks at it')),
    onward: carried(option.boolean('Show the next one after it')),
  },
  async run(ctx, { submission, anyway, onward }) {
    const { outcome, view } = await take(ctx, submission, { anyway })
    if (outcome !== 'done')
      return answerOnward(ctx, answerCard(view, outcome, policyOf(ctx.program).undoMinutes, onward), submission, onward)
    // Whoever goes through the queue goes on from it.
    return onward ? oneOf(tookCard(view, onward), await placeOf(ctx, view.submission), { from: submission }) : tookCard(view)
  },
})
