import { command } from '../../src/command.ts'
import { endedOfferCard } from '../../src/links/cards-offers.ts'
import { endOffer, offerOf, suggestOffers } from '../../src/links/offers.ts'
import { partFrom } from '../../src/moments/service.ts'
import { option } from '../../src/option.ts'
import { offerViews } from '../../src/orders/offers.ts'

export default command({
  description: 'End an offer before its last day, or take back one that has not begun',
  form: 'End an offer',
  role: 'manager',
  visibility: 'private',
  options: { offer: option.id('offer', 'Which offer', suggestOffers) },
  async run(ctx, { offer: offerId }) {
    const begun = (await offerOf(ctx, offerId)).startsAt < ctx.now
    // The moment before its offer, as whoever joins it holds them.
    await partFrom(ctx, offerId)
    const [view] = await offerViews(ctx, [await endOffer(ctx, offerId)])
    return endedOfferCard(view!, begun)
  },
})
