import { command } from '../../src/command.ts'
import { rosterCard } from '../../src/creators/cards-roster.ts'
import { suggestTags } from '../../src/creators/notes.ts'
import { niches } from '../../src/creators/rules.ts'
import { states } from '../../src/creators/rules-roster.ts'
import { findCreators, PAGE } from '../../src/insight/roster.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'The creators of the program, and who waits',
  form: 'Filter creators',
  role: 'manager',
  visibility: 'private',
  options: {
    state: optional(option.choice('Only those who are', states)),
    tag: optional(option.text('With the tag or tier', { max: 30, suggest: suggestTags })),
    niche: optional(option.choice('Niche', niches)),
    inactive: optional(option.integer('Days without a sale or content', { min: 1, max: 1_000 })),
    sales: optional(option.integer('Sales, at least', { min: 1, max: 100_000 })),
    page: optional(option.integer('Page', { min: 1, max: 10_000 })),
  },
  async run(ctx, { page = 1, ...filter }) {
    const { rows, total } = await findCreators(ctx, filter, page)
    const pages = Math.max(1, Math.ceil(total / PAGE))
    return rosterCard(rows, { filter, page, pages, total, locale: ctx.actor.locale })
  },
})
