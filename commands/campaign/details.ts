import { missionOf } from '../../src/campaigns/board.ts'
import { changedCard } from '../../src/campaigns/cards-campaign.ts'
import { change } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { detailsSaid } from '../../src/campaigns/rules-form.ts'
import { orNothing, parseHashtags, parseLinks, parseTags } from '../../src/campaigns/rules-plan.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Do and do not, hashtags, accounts to name and product links of a mission',
  role: 'manager',
  visibility: 'private',
  form: 'Details: a dash takes away',
  options: {
    mission: option.id('mission', 'Which mission', suggestAllMissions),
    do: optional(option.long('Do', { max: 800, placeholder: 'Show the product in use' })),
    do_not: optional(option.long('Do not', { max: 800, placeholder: 'No promises about health' })),
    hashtags: optional(option.text('Hashtags', { max: 300, placeholder: '#glow #morning' })),
    tags: optional(option.text('Accounts to name', { max: 300, placeholder: '@glow.skincare' })),
    links: optional(option.text('Product links', { max: 1_000, placeholder: 'https://shop.example.com/serum' })),
  },
  begin: async (ctx, { mission }) => (mission === undefined ? undefined : detailsSaid(await missionOf(ctx, mission))),
  async run(ctx, { mission, do: dos, do_not, hashtags, tags, links }) {
    const changed = await change(ctx, mission, {
      ...(dos === undefined ? {} : { dos: orNothing(dos) }),
      ...(do_not === undefined ? {} : { donts: orNothing(do_not) }),
      ...(hashtags === undefined ? {} : { hashtags: parseHashtags(hashtags) }),
      ...(tags === undefined ? {} : { tags: parseTags(tags) }),
      ...(links === undefined ? {} : { links: parseLinks(links) }),
    })
    return changedCard('The details are kept.', changed, await campaignView(ctx, changed))
  },
})
