import { command } from '../../src/command.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { creatorOf } from '../../src/creators/service.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { days } from '../../src/kernel/time.ts'
import { option, optional } from '../../src/option.ts'
import { atLeast } from '../../src/people/service.ts'
import { grantsCard } from '../../src/rights/cards-lists.ts'
import { listGrants } from '../../src/rights/queries.ts'
import { rightsCoverage } from '../../src/rights/service.ts'

const shown = {
  open: 'Waiting for an answer',
  granted: 'Granted',
  expiring: 'Ending soon',
  expired: 'Ended',
  revoked: 'Taken back',
  disputed: 'In dispute',
  declined: 'Declined',
} as const

export default command({
  description: 'Licences: who may use what, where, until when',
  form: 'Filter licences',
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: {
    state: optional(option.choice('Only those that are', shown)),
    days: optional(option.integer('Ending within so many days', { min: 1, max: 1_825 })),
    creator: optional(
      option.id('creator', 'Only those of', async (ctx, typed) =>
        atLeast(ctx.actor.role, 'manager') ? suggestCreators(ctx, typed) : [],
      ),
    ),
    page: optional(option.integer('Page', { min: 1, max: 10_000 })),
  },
  async run(ctx, { state, days: within, creator, page = 1 }) {
    const all = atLeast(ctx.actor.role, 'manager')
    if (!all && ctx.actor.creatorId === undefined)
      throw new Refusal('not_allowed', 'Only creators and managers have licences to see.', 'Join with /apply.')
    if (all && creator !== undefined) await creatorOf(ctx, creator)
    const found = await listGrants(ctx, {
      states: state === undefined ? undefined : state === 'open' ? ['requested', 'countered'] : [state],
      endsBefore: within === undefined ? undefined : days(ctx.now, within),
      creatorId: all ? creator : ctx.actor.creatorId,
      page,
    })
    const filter = { ...(state && { state }), ...(within && { days: String(within) }), ...(creator && { creator }) }
    return grantsCard(found, all ? 'brand' : 'creator', filter, all ? await rightsCoverage(ctx) : null)
  },
})
