import { command } from '../../src/command.ts'
import { carried, option } from '../../src/option.ts'
import { recordedCard, toConfirmCard } from '../../src/results/cards.ts'
import { resultsOf } from '../../src/results/queries.ts'
import { confirm } from '../../src/results/service.ts'

export default command({
  description: 'Stand by the numbers a creator gave; pays what they earn',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { metric: option.id('metric', 'Which numbers'), said: carried(option.text('When they were given', { max: 30 })) },
  async run(ctx, { metric: id, said }) {
    const { submission, metric, paid } = await confirm(ctx, id, said)
    const results = await resultsOf(ctx, submission.id)
    await ctx.show({ channel: 'managers' }, `numbers:${id}`, toConfirmCard(results, metric))
    return recordedCard(results, ctx.program.currency, paid)
  },
})
