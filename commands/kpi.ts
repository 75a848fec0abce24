import { command } from '../src/command.ts'
import { kpiCard, waysCard } from '../src/insight/cards-kpi.ts'
import { keptIn } from '../src/insight/daily.ts'
import { dailyOf } from '../src/insight/days.ts'
import { namesOf, suggestThings, thingOf } from '../src/insight/names.ts'
import { type Period, windowOf } from '../src/insight/rules.ts'
import { type Way, ways } from '../src/insight/rules-kpi.ts'
import { tallies, tallyOf, termsOf } from '../src/insight/tally.ts'
import { option, optional } from '../src/option.ts'

export default command({
  description: 'The program in numbers, beside the period before',
  role: 'manager',
  visibility: 'private',
  options: {
    period: optional(option.choice('Which period', { '7d': 'Last 7 days', '30d': 'Last 30 days', '90d': 'Last 90 days' })),
    by: optional(option.choice('Compare by', ways)),
    of: optional(option.text('Of one creator, mission, offer, niche, platform or moment', { suggest: suggestThings })),
  },
  async run(ctx, { period = '30d', by, of }) {
    const { zone, locale } = ctx.program
    const window = windowOf(period as Period, ctx.now, zone)
    const terms = termsOf(ctx)
    const frame = { window, zone, locale }
    if (by !== undefined && of === undefined) {
      const found = await tallies(ctx, { ...window, by: by as Way, brief: true })
      const names = await namesOf(ctx, by as Way, [...found.keys()])
      const rows = [...found].map(([key, tally]) => ({ name: names.get(key) ?? key, tally }))
      return waysCard({ period: period as Period, by: by as Way }, frame, rows, terms)
    }
    const thing = of === undefined ? undefined : await thingOf(ctx, of)
    const kept = await keptIn(ctx, { from: window.before, to: window.to })
    const now = await tallyOf(ctx, { ...window, ...thing, kept })
    const before = await tallyOf(ctx, { from: window.before, to: window.beforeTo, by: thing?.by, of: thing?.of, kept })
    const daily = thing && thing.by !== 'creator' ? [] : await dailyOf(ctx, { ...window, kept }, zone, thing?.of)
    return kpiCard({ period: period as Period, ...thing }, frame, { now, before, terms }, daily)
  },
})
