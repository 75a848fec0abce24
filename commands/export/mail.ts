import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { plural } from '../../src/kernel/plural.ts'
import { option, optional } from '../../src/option.ts'
import { collect } from '../../src/reuse/ads.ts'
import { exportCard } from '../../src/reuse/cards.ts'
import { suggestGalleries } from '../../src/reuse/queries.ts'
import { exportUrl } from '../../src/reuse/views.ts'
import { suggestContent } from '../../src/rights/queries.ts'

export default command({
  description: 'A block of creators’ words and pictures to paste into a mail',
  form: 'Export for a mail',
  role: 'manager',
  visibility: 'private',
  options: {
    gallery: optional(option.id('gallery', 'From a gallery', suggestGalleries)),
    mission: optional(option.id('mission', 'Or from a mission', suggestAllMissions)),
    submission: optional(option.id('submission', 'Or one piece', suggestContent)),
    most: optional(option.integer('How many at most (3 when empty)', { min: 1, max: 12 })),
    page: optional(option.text('Page it leads to (the shop when empty)', { max: 500, placeholder: '/dew-serum' })),
    country: optional(option.text('Sent to one country only', { max: 60, placeholder: 'DE' })),
  },
  oneOf: ['gallery', 'mission', 'submission'],
  async run(ctx, { most, page, ...wanted }) {
    const { set, taken, refused } = await collect(ctx, 'email', wanted, { page, most: most ?? 3 })
    const says = `${plural(taken, 'piece')}. Its pictures are shown as long as their licences cover mails; after that their words stand alone.`
    return exportCard('Ready for your mail', says, { label: 'Open the block', url: await exportUrl(ctx, set) }, refused)
  },
})
