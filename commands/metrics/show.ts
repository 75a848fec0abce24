import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { resultsCard } from '../../src/results/cards.ts'
import { resultsOf, suggestPieces } from '../../src/results/queries.ts'

export default command({
  description: 'What a piece of content brought',
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: { submission: option.id('submission', 'Which piece', suggestPieces) },
  run: async (ctx, { submission }) => resultsCard(await resultsOf(ctx, submission), ctx.program.currency),
})
