import { campaignsCard } from '../../src/campaigns/cards-campaign.ts'
import { campaigns } from '../../src/campaigns/queries.ts'
import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'All missions of the program, and ways to a new one',
  role: 'manager',
  visibility: 'private',
  options: { page: optional(option.integer('Page', { min: 1, max: 1_000 })) },
  async run(ctx, { page = 1 }) {
    const { rows, total } = await campaigns(ctx, page)
    return campaignsCard(rows, total, ctx.program.currency, ctx.now, page)
  },
})
