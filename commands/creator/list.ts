import { command } from '../../src/command.ts'
import { creatorsCard } from '../../src/creators/cards.ts'
import { listCreators, PAGE } from '../../src/creators/queries.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'The creators of the program, and who waits',
  role: 'manager',
  visibility: 'private',
  options: {
    state: optional(option.choice('Only those who are', ['applied', 'approved', 'declined', 'paused', 'banned', 'left'])),
    page: optional(option.integer('Page', { min: 1, max: 10_000 })),
  },
  async run(ctx, { state, page = 1 }) {
    const { rows, total } = await listCreators(ctx, state, page)
    return creatorsCard(rows, { state, page, pages: Math.max(1, Math.ceil(total / PAGE)), total, locale: ctx.actor.locale })
  },
})
