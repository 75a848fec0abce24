import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { retell } from '../../src/orders/telling.ts'
import { caseCard } from '../../src/trust/cards.ts'
import { hold } from '../../src/trust/decide.ts'
import { suggestUndecided } from '../../src/trust/lists.ts'
import { ordersOf, viewOf } from '../../src/trust/queries.ts'

export default command({
  description: 'Withhold the orders of a case until it is decided',
  form: 'Hold these orders',
  role: 'manager',
  visibility: 'private',
  options: {
    case: option.id('case', 'Which case', suggestUndecided),
    reason: option.long('Why, as the creator reads it', { min: 3, max: 500 }),
  },
  async run(ctx, given) {
    await hold(ctx, given.case, given.reason)
    await retell(ctx, await ordersOf(ctx, given.case))
    return caseCard(await viewOf(ctx, given.case))
  },
})
