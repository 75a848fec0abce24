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
  description: 'Pictures and films for paid ads, with captions and a sheet of licences',
  form: 'Export for ads',
  role: 'manager',
  visibility: 'private',
  options: {
    gallery: optional(option.id('gallery', 'All of a gallery', suggestGalleries)),
    mission: optional(option.id('mission', 'Or all of a mission', suggestAllMissions)),
    submission: optional(option.id('submission', 'Or one piece', suggestContent)),
    country: optional(option.text('Ads in one country only', { max: 60, placeholder: 'DE' })),
  },
  oneOf: ['gallery', 'mission', 'submission'],
  async run(ctx, wanted) {
    const { set, taken, refused } = await collect(ctx, 'paid_ads', wanted)
    const says = `${plural(taken, 'piece')} with captions and licences. What a licence covers no more is left out when you open it.`
    return exportCard('Ready for your ads', says, { label: 'Open the zip', url: await exportUrl(ctx, set) }, refused)
  },
})
