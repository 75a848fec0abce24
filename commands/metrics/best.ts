import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { bestCard } from '../../src/results/cards.ts'
import { piecesBy } from '../../src/results/queries.ts'
import { dimensions, rankGroups } from '../../src/results/rules.ts'

export default command({
  description: 'What works: content compared by format, hook, niche or kind',
  role: 'manager',
  visibility: 'private',
  options: { by: optional(option.choice('Compared by', dimensions)) },
  run: async (ctx, { by = 'format' }) => bestCard(by, rankGroups(await piecesBy(ctx, by)), ctx.program.currency),
})
