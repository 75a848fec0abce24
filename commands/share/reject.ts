import { command } from '../../src/command.ts'
import { carried, option, optional } from '../../src/option.ts'
import { answerCard } from '../../src/shares/cards.ts'
import { answerOnward } from '../../src/shares/next.ts'
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
    onward: carried(option.boolean('Show the next one after it')),
  },
  async run(ctx, { share: id, reason, note, onward }) {
    const { share, done } = await reject(ctx, id, reason, note)
    return answerOnward(ctx, answerCard(await viewOf(ctx, share), done), id, onward)
  },
})
