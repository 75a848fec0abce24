import { command } from '../src/command.ts'
import { statsCard } from '../src/insight/cards.ts'
import { dailyOf } from '../src/insight/days.ts'
import { countsOf } from '../src/insight/queries.ts'
import { type Period, windowOf } from '../src/insight/rules.ts'
import { option, optional } from '../src/option.ts'
import { kudosOf } from '../src/recognition/kudos.ts'

export default command({
  description: 'Your clicks, orders and earnings, with charts',
  role: 'creator',
  visibility: 'private',
  options: {
    period: optional(option.choice('Which period', { '7d': 'Last 7 days', '30d': 'Last 30 days', '90d': 'Last 90 days' })),
  },
  async run(ctx, { period = '30d' }) {
    const window = windowOf(period as Period, ctx.now, ctx.actor.zone)
    const counts = await countsOf(ctx, window, ctx.actor.creatorId)
    const daily = await dailyOf(ctx, window, ctx.actor.zone, ctx.actor.creatorId)
    const kudos = await kudosOf(ctx, ctx.actor.creatorId, window)
    return statsCard(counts, daily, period as Period, ctx.program.currency, kudos)
  },
})
