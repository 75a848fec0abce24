import { command } from '../src/command.ts'
import type { Context } from '../src/context.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { option, optional } from '../src/option.ts'
import { atLeast } from '../src/people/service.ts'
import { policyOf } from '../src/programs/rules.ts'
import { metricWords, periodWords, standingsCard } from '../src/recognition/cards.ts'
import { creatorsOf, frozen, standings } from '../src/recognition/queries.ts'
import { around, type Metric, nameOn, type Period, periodAt } from '../src/recognition/rules.ts'
import { headingOf } from '../src/recognition/service.ts'

export default command({
  description: 'Who leads, and where you stand',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  visibility: 'private',
  options: {
    period: optional(option.choice('When', periodWords)),
    metric: optional(option.choice('Ranked by', metricWords)),
  },
  async run(ctx, { period = 'this_week', metric = policyOf(ctx.program).leaderboard }) {
    if (!atLeast(ctx.actor.role, 'creator')) {
      throw new Refusal('not_allowed', 'The leaderboard is for creators of the program.', 'Join first with /apply.')
    }
    return standingsOf(ctx, period, metric)
  },
})

async function standingsOf(ctx: Context, period: Period, metric: Metric) {
  const me = ctx.actor.creatorId
  const { season, from, to } = periodAt(period, ctx.now, ctx.program.zone)
  const kept = period === 'last_week' ? await frozen(ctx, season, metric) : undefined
  const places = kept ?? (await standings(ctx, { from, to, metric }))
  const shown = around(places, me)
  const known = await creatorsOf(ctx, [...shown.top, ...shown.near, ...(me === undefined ? [] : [{ creatorId: me }])])
  const self = me === undefined ? undefined : known.get(me)
  return standingsCard({
    ...shown,
    heading: headingOf(ctx, metric, { from, to }),
    period,
    places,
    me,
    hidden: self !== undefined && nameOn(self) === null,
    manager: atLeast(ctx.actor.role, 'manager'),
    known,
    final: kept !== undefined,
  })
}
