import { command } from '../../src/command.ts'
import { offersCard } from '../../src/links/cards-offers.ts'
import { listOffers } from '../../src/links/offers.ts'
import { offerViews } from '../../src/orders/offers.ts'

export default command({
  description: 'All offers: what they give, whose links and codes they are on, and what they sold',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    return offersCard(await offerViews(ctx, await listOffers(ctx)), ctx.now)
  },
})
