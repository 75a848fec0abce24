import { command } from '../../src/command.ts'
import { cohortsCard } from '../../src/insight/cards-reports.ts'
import { cohortsOf } from '../../src/insight/cohorts.ts'

export default command({
  description: 'Of each month’s new creators, how many stay active',
  role: 'manager',
  visibility: 'private',
  options: {},
  run: async (ctx) => cohortsCard(await cohortsOf(ctx)),
})
