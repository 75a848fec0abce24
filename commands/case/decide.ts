import { command } from '../../src/command.ts'
import { typedMoney } from '../../src/kernel/money.ts'
import { option, optional } from '../../src/option.ts'
import { recount } from '../../src/orders/recount.ts'
import { recredit } from '../../src/orders/recredit.ts'
import { retell } from '../../src/orders/telling.ts'
import { celebrateLetGo } from '../../src/recognition/wins.ts'
import { caseCard } from '../../src/trust/cards.ts'
import { announce, decide } from '../../src/trust/decide.ts'
import { suggestUndecided } from '../../src/trust/lists.ts'
import { ordersOf, viewOf } from '../../src/trust/queries.ts'
import { verdicts } from '../../src/trust/rules.ts'
import { endCalls, tellThread } from '../../src/trust/talk.ts'

export default command({
  description: 'Decide a case or an appeal; both sides read the reason',
  form: 'Decide this case',
  role: 'manager',
  visibility: 'private',
  options: {
    case: option.id('case', 'Which case', suggestUndecided),
    verdict: option.choice('Decision', verdicts),
    reason: option.long('Why, as the creator reads it', { min: 3, max: 1_000 }),
    orders: optional(option.text('Only these orders (all when empty)', { max: 500, placeholder: '#1042, #1043' })),
    amount: optional(option.text('Goodwill bonus', { max: 20, placeholder: '8.00' })),
  },
  async run(ctx, { verdict, reason, orders, amount, ...given }) {
    const money = amount === undefined ? undefined : typedMoney(amount, ctx.program.currency)
    const decided = await decide(ctx, given.case, { verdict, reason, only: orders, amount: money })
    const { id, orderId, creatorId } = decided
    // Crediting an order is for the room of orders, in the same unit of work: refused there, nothing was decided.
    if (verdict === 'credit' || verdict === 'move')
      await recredit(ctx, { caseId: id, orderId, creatorId, take: verdict === 'move', reason })
    await recount(ctx, id)
    await retell(ctx, await ordersOf(ctx, id))
    await celebrateLetGo(ctx, { caseId: id, creatorId })
    await announce(ctx, id)
    await endCalls(ctx, decided)
    await tellThread(ctx, decided)
    return caseCard(await viewOf(ctx, id))
  },
})
