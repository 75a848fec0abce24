import { command } from '../../src/command.ts'
import { effectsCard } from '../../src/insight/cards-reports.ts'
import { effectsOf, type Incentive, incentives } from '../../src/insight/effects.ts'

export default command({
  description: 'What tiers, codes, offers and recognition did, against a fair comparison',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const found = await effectsOf(ctx)
    const rows = (Object.keys(incentives) as Incentive[]).map((what) => ({ name: incentives[what], effect: found[what] }))
    return effectsCard(rows, ctx.program.currency)
  },
})
