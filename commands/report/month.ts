import { command } from '../../src/command.ts'
import { evaluationCard } from '../../src/insight/cards-evaluation.ts'
import { evaluate, lastMonth } from '../../src/insight/evaluation.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'A month of the program as a report card: do more of, whom to lift, whom to talk to',
  role: 'manager',
  visibility: 'private',
  options: { month: optional(option.text('Month', { max: 7, placeholder: '2026-11' })) },
  run: async (ctx, { month }) => evaluationCard(await evaluate(ctx, month ?? lastMonth(ctx))),
})
