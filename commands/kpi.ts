import { command } from '../src/command.ts'
import { kpiCard } from '../src/insight/cards.ts'
import { countsOf, dailyOf } from '../src/insight/queries.ts'
import { type Period, windowOf } from '../src/insight/rules.ts'
import { option, optional } from '../src/option.ts'

export default command({
  description: 'The program in numbers, beside the period before',
  role: 'manager',
  visibility: 'private',
  options: {
    period: optional(option.choice('Which period', { '7d': 'Last 7 days', '30d': 'Last 30 days', '90d': 'Last 90 days' })),
  },
  async run(ctx, { period = '30d' }) {
    const window = windowOf(period as Period, ctx.now, ctx.program.zone)
    const now = await countsOf(ctx, window)
    const before = await countsOf(ctx, { from: window.before, to: window.from })
    const daily = await dailyOf(ctx, window, ctx.program.zone)
    return kpiCard(now, before, daily, period as Period, ctx.program.currency)
  },
})
