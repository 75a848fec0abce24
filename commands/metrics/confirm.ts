import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { recordedCard, toConfirmCard } from '../../src/results/cards.ts'
import { resultsOf } from '../../src/results/queries.ts'
import { confirm } from '../../src/results/service.ts'

export default command({
  description: 'Stand by the numbers a creator gave; pays what they earn',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { metric: option.id('metric', 'Which numbers') },
  async run(ctx, { metric }) {
    const { submission, paid } = await confirm(ctx, metric)
    const results = await resultsOf(ctx, submission.id)
    await ctx.show({ channel: 'managers' }, `numbers:${metric}`, toConfirmCard(results))
    return recordedCard(results, ctx.program.currency, paid)
  },
})
