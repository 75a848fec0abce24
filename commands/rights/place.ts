import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { placementCard } from '../../src/rights/cards-lists.ts'
import { countsOf, track } from '../../src/rights/counting.ts'
import { grantOf, namesOf, suggestContent } from '../../src/rights/queries.ts'
import { channels } from '../../src/rights/rules.ts'
import { place, spanOf } from '../../src/rights/service.ts'

export default command({
  description: 'Record where content is used; refused when no licence covers it',
  form: 'Place content',
  role: 'manager',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which content', suggestContent),
    channel: option.choice('Channel', channels),
    where: option.text('Where: an address, or words', { max: 300, placeholder: 'https://… or newsletter of 3 May' }),
    since: optional(option.text('First day (today when empty)', { max: 10, placeholder: '2026-11-21' })),
    until: optional(option.text('Last day (open when empty)', { max: 10, placeholder: '2027-02-28' })),
    leads_to: optional(option.text('Make a tracked link to this page of the shop', { max: 500, placeholder: '/serum' })),
  },
  async run(ctx, { submission, channel, where, since, until, leads_to: leadsTo }) {
    const what = { submissionId: submission, channel }
    const made = await place(ctx, { ...what, where, ...(await spanOf(ctx, what, { since, until })) })
    const placement = leadsTo === undefined ? made : await track(ctx, made, leadsTo)
    const counts = (await countsOf(ctx, [placement])).get(placement.id)
    const { endsAt } = await grantOf(ctx, placement.grantId)
    return placementCard(placement, (await namesOf(ctx, [submission])).get(submission) ?? 'content', endsAt, counts)
  },
})
