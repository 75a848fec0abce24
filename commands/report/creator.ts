import { command } from '../../src/command.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { creatorNow } from '../../src/creators/service.ts'
import { evaluationCard } from '../../src/insight/cards-evaluation.ts'
import { evaluate, lastMonth } from '../../src/insight/evaluation.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'A month of one creator as a report card',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed)),
    month: optional(option.text('Month', { max: 7, placeholder: '2026-11' })),
  },
  async run(ctx, { creator, month }) {
    const { id } = await creatorNow(ctx, creator)
    return evaluationCard(await evaluate(ctx, month ?? lastMonth(ctx), id))
  },
})
