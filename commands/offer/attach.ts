import { command } from '../../src/command.ts'
import { suggestTags } from '../../src/creators/notes.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { offerCard } from '../../src/links/cards-offers.ts'
import { attachOffer, carriers, suggestOffers } from '../../src/links/offers.ts'
import { option, optional } from '../../src/option.ts'
import { offerViews } from '../../src/orders/offers.ts'
import { shopsOf } from '../../src/programs/connections.ts'

export default command({
  description: 'Put an offer on more links or codes: of one creator, of a tag, or of everybody',
  form: 'Put an offer on more',
  role: 'manager',
  visibility: 'private',
  options: {
    offer: option.id('offer', 'Which offer', suggestOffers),
    creator: optional(option.id('creator', 'Of this creator', (ctx, typed) => suggestCreators(ctx, typed))),
    tag: optional(option.text('Of creators with this tag; of everybody if both are empty', { max: 40, suggest: suggestTags })),
    on: optional(option.choice('On', carriers)),
  },
  async run(ctx, { offer: offerId, creator, tag, on = 'both' }) {
    const offer = await attachOffer(ctx, offerId, { creatorId: creator, tag, links: on !== 'codes', codes: on !== 'links' })
    const [view] = await offerViews(ctx, [offer])
    return offerCard('The offer is on more now', view!, ctx.now, (await shopsOf(ctx)).length > 0)
  },
})
