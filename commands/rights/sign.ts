import { command } from '../../src/command.ts'
import { carried, option } from '../../src/option.ts'
import { sign } from '../../src/rights/asking.ts'
import { offerCard, signedCard } from '../../src/rights/cards.ts'
import { grantOf, sideOf, suggestGrants, viewOf } from '../../src/rights/queries.ts'
import { isOpen } from '../../src/rights/rules.ts'

export default command({
  description: 'Read an offer for rights, and sign it',
  // A creator signs what the brand asks, a manager what a creator offers.
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: {
    grant: option.id('grant', 'Which licence', suggestGrants('requested', 'countered')),
    // Only a card that shows every clause brings it along, so nobody signs what they have not been shown.
    round: carried(option.text('Which offer', { max: 6 })),
  },
  async run(ctx, { grant, round }) {
    const found = await grantOf(ctx, grant)
    if (round === undefined && isOpen(found.state)) return offerCard(await viewOf(ctx, found))
    return signedCard(await sign(ctx, grant, round ?? ''), sideOf(ctx, found))
  },
})
