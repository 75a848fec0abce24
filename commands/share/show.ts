import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { showCard } from '../../src/shares/cards.ts'
import { shareOf, suggestShares, viewOf } from '../../src/shares/queries.ts'
import { agreedText } from '../../src/shares/service.ts'

export default command({
  description: 'One entry of a customer, with the proof of consent',
  role: 'manager',
  visibility: 'private',
  options: { share: option.id('share', 'Which entry', suggestShares('submitted', 'approved', 'rejected')) },
  async run(ctx, { share: id }) {
    const share = await shareOf(ctx, id)
    const email = share.emailSealed === null ? null : ctx.unseal(share.emailSealed)
    return showCard(await viewOf(ctx, share), { email, agreed: await agreedText(ctx, share) })
  },
})
