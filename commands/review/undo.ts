import { command } from '../../src/command.ts'
import { undoneCard } from '../../src/content/cards-review.ts'
import { undo } from '../../src/content/decide.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Take a decision back before its creator is told, with the fee and the rights',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { submission: option.id('submission', 'Which submission') },
  run: async (ctx, { submission }) => undoneCard(await undo(ctx, submission)),
})
