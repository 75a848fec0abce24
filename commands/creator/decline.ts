import { command } from '../../src/command.ts'
import { decisionCard } from '../../src/creators/cards.ts'
import { suggestCreators, waiting } from '../../src/creators/queries.ts'
import { type DeclineReason, declineReasons } from '../../src/creators/rules.ts'
import { decline } from '../../src/creators/service.ts'
import { option, optional } from '../../src/option.ts'

const labels = Object.fromEntries(Object.entries(declineReasons).map(([reason, { label }]) => [reason, label])) as Record<
  DeclineReason,
  string
>

export default command({
  description: 'Turn an applicant down with a reason',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which applicant', (ctx, typed) => suggestCreators(ctx, typed, 'applied')),
    reason: option.choice('Why', labels),
    note: optional(option.long('A note for the applicant', { max: 500 })),
  },
  async run(ctx, { creator, reason, note }) {
    return decisionCard(await decline(ctx, creator, reason, note), await waiting(ctx))
  },
})
