import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { placementCard } from '../../src/rights/cards-lists.ts'
import { namesOf } from '../../src/rights/queries.ts'
import { channels } from '../../src/rights/rules.ts'
import { place } from '../../src/rights/service.ts'
import { shareOf, suggestShares } from '../../src/shares/queries.ts'

export default command({
  description: 'Record where something of a customer is used; refused when its rights do not cover it',
  form: 'Record a use',
  role: 'manager',
  visibility: 'private',
  options: {
    share: option.id('share', 'Which entry', suggestShares('approved')),
    channel: option.choice('Channel', channels),
    where: option.text('Where: an address, or words', { max: 300, placeholder: 'https://… or newsletter of 3 May' }),
  },
  async run(ctx, { share: id, channel, where }) {
    const share = await shareOf(ctx, id)
    const placement = await place(ctx, { submissionId: share.id, channel, where, since: ctx.now })
    return placementCard(placement, (await namesOf(ctx, [share.id])).get(share.id) ?? 'content', share.endsAt)
  },
})
