import { command } from '../src/command.ts'
import { statsCard } from '../src/insight/cards.ts'
import { dailyOf } from '../src/insight/days.ts'
import { booksOf, countsOf } from '../src/insight/own.ts'
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
    const { creatorId, zone } = ctx.actor
    const window = windowOf(period as Period, ctx.now, zone)
    const books = await booksOf(ctx, creatorId)
    const counts = await countsOf(ctx, window, creatorId, books)
    const daily = await dailyOf(ctx, window, zone, creatorId, books)
    const kudos = await kudosOf(ctx, creatorId, window)
    return statsCard(counts, daily, period as Period, ctx.program.currency, kudos)
  },
})
