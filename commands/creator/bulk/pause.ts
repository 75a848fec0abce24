import { command } from '../../../src/command.ts'
import { planBulk } from '../../../src/creators/bulk.ts'
import { planCard } from '../../../src/creators/cards-roster.ts'
import { readFilter } from '../../../src/creators/rules-roster.ts'
import { idsOf } from '../../../src/insight/roster.ts'
import { option } from '../../../src/option.ts'

export default command({
  description: 'Pause every creator who fits a filter',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { who: option.text('Who is meant', { max: 400 }) },
  async run(ctx, { who }) {
    // Only approved creators can be paused; the number that is shown should be the number that is done.
    const meant = { ...readFilter(who), state: 'approved' }
    return planCard(await planBulk(ctx, 'pause', await idsOf(ctx, meant)), meant)
  },
})
