import { command } from '../../src/command.ts'
import { describe } from '../../src/content/describe.ts'
import { formats, hooks, named } from '../../src/content/rules-describe.ts'
import { option, optional } from '../../src/option.ts'
import { describedCard } from '../../src/results/cards.ts'
import { resultsOf, suggestPieces } from '../../src/results/queries.ts'

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
  },
  async run(ctx, { submission, format, hook, other_format, other_hook }) {
    await describe(ctx, submission, { format: named(format, other_format), hook: named(hook, other_hook) })
    return describedCard(await resultsOf(ctx, submission), ctx.program.currency)
  },
})
