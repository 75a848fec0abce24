import { command } from '../../src/command.ts'
import { answerCard } from '../../src/content/cards-review.ts'
import { describe } from '../../src/content/describe.ts'
import { viewOf } from '../../src/content/queries.ts'
import { formats, hooks, named } from '../../src/content/rules-describe.ts'
import { carried, option, optional } from '../../src/option.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { describedCard } from '../../src/results/cards.ts'
import { resultsOf, suggestPieces } from '../../src/results/queries.ts'
import { answerOnward } from '../../src/shares/next.ts'

export default command({
  description: 'Say what a piece is, so that pieces can be compared by format and hook',
  form: 'Say what it is',
  role: 'manager',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which piece', suggestPieces),
    format: optional(option.choice('Format', formats)),
    hook: optional(option.choice('How it begins', hooks)),
    other_format: optional(option.text('Another format, in your words', { max: 40, placeholder: 'street interview' })),
    other_hook: optional(option.text('Another beginning, in your words', { max: 40, placeholder: 'slow zoom' })),
    decided: carried(option.boolean('Back to what was decided')),
    onward: carried(option.boolean('Show the next one after it')),
  },
  async run(ctx, { submission, format, hook, other_format, other_hook, decided, onward }) {
    const said = await describe(ctx, submission, { format: named(format, other_format), hook: named(hook, other_hook) })
    if (decided) {
      const answer = answerCard(await viewOf(ctx, said), 'done', policyOf(ctx.program).undoMinutes, onward)
      return answerOnward(ctx, answer, submission, onward)
    }
    return describedCard(await resultsOf(ctx, submission), ctx.program.currency)
  },
})
