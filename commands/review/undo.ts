import { command } from '../../src/command.ts'
import { undoneCard } from '../../src/content/cards-review.ts'
import { undo } from '../../src/content/decide.ts'
import { carried, option } from '../../src/option.ts'
import { answerOnward } from '../../src/shares/next.ts'

export default command({
  description: 'Take a decision back before its creator is told, with the fee and the rights',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which submission'),
    onward: carried(option.boolean('Show the next one after it')),
  },
  run: async (ctx, { submission, onward }) => answerOnward(ctx, undoneCard(await undo(ctx, submission)), submission, onward),
})
