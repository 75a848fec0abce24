import { suggestMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { toldCard } from '../../src/gifts/cards.ts'
import { ask } from '../../src/gifts/service.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Ask for a product you would like to show',
  form: 'Ask for a product',
  role: 'creator',
  visibility: 'private',
  options: {
    product: option.text('Which product', { max: 100 }),
    why: option.long('What you would show with it', { max: 500 }),
    name: option.text('Name on the parcel', { max: 100, secret: 'sealed' }),
    address: option.long('Street, then postcode and town', {
      max: 300,
      secret: 'sealed',
      placeholder: 'Rose Lane 4\n10115 Berlin',
    }),
    country: option.text('Country', { max: 60, secret: 'sealed', placeholder: 'Germany' }),
    mission: optional(option.id('mission', 'For which mission', suggestMissions)),
  },
  run: async (ctx, { product, why, name, address, country, mission }) =>
    toldCard(await ask(ctx, { product, why, missionId: mission, address: { name, lines: address, country } })),
})
