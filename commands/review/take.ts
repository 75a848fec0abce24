import { command } from '../../src/command.ts'
import { answerCard, tookCard } from '../../src/content/cards-review.ts'
import { take } from '../../src/content/decide.ts'
import { carried, option } from '../../src/option.ts'
import { policyOf } from '../../src/programs/rules.ts'

export default command({
  description: 'Tell the other managers for half an hour that you look at this',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which submission'),
    anyway: carried(option.boolean('Although somebody else looks at it')),
  },
  async run(ctx, { submission, anyway }) {
    const { outcome, view } = await take(ctx, submission, { anyway })
    return outcome === 'done' ? tookCard(view) : answerCard(view, outcome, policyOf(ctx.program).undoMinutes)
  },
})
