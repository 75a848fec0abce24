import { command } from '../../src/command.ts'
import { windowWords } from '../../src/insight/cards-kpi.ts'
import { funnelCard, funnelsCard } from '../../src/insight/cards-reports.ts'
import { funnelOf, funnelsOf } from '../../src/insight/cohorts.ts'
import { suggestThings, thingOf } from '../../src/insight/names.ts'
import { type Period, windowOf } from '../../src/insight/rules.ts'
import { type Way, ways } from '../../src/insight/rules-kpi.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'From clicks to orders to sales that are paid for',
  role: 'manager',
  visibility: 'private',
  options: {
    period: optional(option.choice('Which period', { '7d': 'Last 7 days', '30d': 'Last 30 days', '90d': 'Last 90 days' })),
    by: optional(option.choice('Compare by', ways)),
    of: optional(option.text('Of one creator, mission, offer, niche, platform or moment', { suggest: suggestThings })),
  },
  async run(ctx, { period = '30d', by, of }) {
    const { zone, locale, name } = ctx.program
    const window = windowOf(period as Period, ctx.now, zone)
    if (by !== undefined && of === undefined) {
      const frame = { period, words: windowWords(window, zone, locale) }
      return funnelsCard(by as Way, await funnelsOf(ctx, { ...window, by: by as Way }), frame)
    }
    const thing = of === undefined ? undefined : await thingOf(ctx, of)
    const funnel = await funnelOf(ctx, { ...window, by: thing?.by, of: thing?.of })
    const given: Record<string, string> = thing ? { period, of: thing.of } : { period }
    return funnelCard(funnel, thing?.name ?? name, windowWords(window, zone, locale), given)
  },
})
