import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { galleryCard } from '../../src/reuse/cards.ts'
import { create } from '../../src/reuse/service.ts'
import { viewOf } from '../../src/reuse/views.ts'

export default command({
  description: 'Make a gallery of licensed content for your product pages',
  form: 'Create a gallery',
  role: 'manager',
  visibility: 'private',
  options: {
    name: option.text('Name, as shoppers read it', { max: 80, placeholder: 'Seen with the Dew Serum' }),
    page: optional(option.text('Page its pictures lead to (the shop when empty)', { max: 500, placeholder: '/dew-serum' })),
    tag: optional(option.text('Take in what is about this product', { max: 60, placeholder: '#dewserum' })),
    mission: optional(option.id('mission', 'Take in what is made for this mission', suggestAllMissions)),
    country: optional(option.text('Shown in one country only', { max: 60, placeholder: 'DE' })),
    earns: optional(option.boolean('Do creators earn from it (yes when empty)')),
  },
  async run(ctx, plan) {
    const gallery = await create(ctx, plan)
    return galleryCard(await viewOf(ctx, gallery), `Gallery “${gallery.name}” is ready`)
  },
})
