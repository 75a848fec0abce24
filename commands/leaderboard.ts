import { command } from '../src/command.ts'
import { insideOnly } from '../src/creators/way-in.ts'
import { option, optional } from '../src/option.ts'
import { policyOf } from '../src/programs/rules.ts'
import { metricWords, periodWords } from '../src/recognition/cards.ts'
import { periodBoard } from '../src/recognition/reading.ts'

export default command({
  description: 'Who leads, and where you stand',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: {
    period: optional(option.choice('When', periodWords)),
    metric: optional(option.choice('Ranked by', metricWords)),
    among: optional(option.choice('Among', { all: 'everybody', tier: 'creators of my tier' })),
  },
  async run(ctx, { period = 'this_week', metric = policyOf(ctx.program).leaderboard, among }) {
    await insideOnly(ctx, 'The leaderboard is')
    return periodBoard(ctx, period, metric, among === 'tier')
  },
})
