import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { answerCard } from '../../src/shares/cards.ts'
import { suggestShares, viewOf } from '../../src/shares/queries.ts'
import { reasons } from '../../src/shares/rules.ts'
import { reject } from '../../src/shares/service.ts'

export default command({
  description: 'Turn down what a customer sent, or take it out again, for a stated reason',
  role: 'manager',
  visibility: 'private',
  options: {
    share: option.id('share', 'Which entry', suggestShares('submitted', 'approved')),
    reason: option.choice('Why', reasons),
    note: optional(option.long('Note for the team', { max: 1_000 })),
  },
  async run(ctx, { share: id, reason, note }) {
    const { share, done } = await reject(ctx, id, reason, note)
    return answerCard(await viewOf(ctx, share), done)
  },
})
