import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { toSendCard } from '../../src/gifts/cards.ts'
import { readWorth } from '../../src/gifts/rules.ts'
import { offer } from '../../src/gifts/service.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Offer a creator a product; they say privately where it may go',
  form: 'Offer a gift',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'To whom', (ctx, typed) => suggestCreators(ctx, typed, 'approved')),
    product: option.text('Which product', { max: 100 }),
    worth: option.text('What it is worth', { max: 20, placeholder: '25.00' }),
    mission: optional(option.id('mission', 'For which mission', suggestAllMissions)),
  },
  async run(ctx, { creator, product, worth, mission }) {
    const valueMinor = readWorth(worth, ctx.program.currency)
    return toSendCard(await offer(ctx, { creatorId: creator, product, valueMinor, missionId: mission }))
  },
})
