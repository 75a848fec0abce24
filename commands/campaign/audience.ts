import { platformNames } from '../../src/campaigns/audience.ts'
import { missionOf } from '../../src/campaigns/board.ts'
import { changedCard } from '../../src/campaigns/cards-campaign.ts'
import { change } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { audienceOf, checkKnown } from '../../src/campaigns/rules-audience.ts'
import { audienceSaid } from '../../src/campaigns/rules-form.ts'
import { parseCountries, parseNames } from '../../src/campaigns/rules-plan.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { plural } from '../../src/kernel/plural.ts'
import { option, optional } from '../../src/option.ts'
import { policyOf } from '../../src/programs/rules.ts'

export default command({
  description: 'For whom a mission is: tiers, tags, niches, countries, platforms',
  role: 'manager',
  visibility: 'private',
  form: 'Audience: a dash takes away',
  options: {
    mission: option.id('mission', 'Which mission', suggestAllMissions),
    tiers: optional(option.text('Tiers', { max: 200, placeholder: 'Gold, Silver' })),
    tags: optional(option.text('Tags', { max: 200, placeholder: 'vip, video' })),
    niches: optional(option.text('Niches', { max: 200, placeholder: 'beauty, fitness' })),
    countries: optional(option.text('Countries', { max: 100, placeholder: 'DE, AT' })),
    platforms: optional(option.text('Platforms', { max: 100, placeholder: 'tiktok, instagram' })),
  },
  begin: async (ctx, { mission }) =>
    mission === undefined ? undefined : audienceSaid(audienceOf(await missionOf(ctx, mission))),
  async run(ctx, { mission, tiers, tags, niches, countries, platforms }) {
    const policy = policyOf(ctx.program)
    const before = audienceOf(await missionOf(ctx, mission))
    const audience = {
      ...before,
      ...(tiers === undefined
        ? {}
        : { tiers: checkKnown(parseNames(tiers), policy.tiers?.steps.map((s) => s.name) ?? [], 'tiers') }),
      ...(tags === undefined ? {} : { tags: parseNames(tags) }),
      ...(niches === undefined ? {} : { niches: checkKnown(parseNames(niches), policy.niches, 'niches') }),
      ...(countries === undefined ? {} : { countries: parseCountries(countries, 'countries') }),
      ...(platforms === undefined ? {} : { platforms: checkKnown(parseNames(platforms), platformNames, 'platforms') }),
    }
    const changed = await change(ctx, mission, { audience })
    const view = await campaignView(ctx, changed)
    return changedCard(`It is for ${plural(view.fits, 'creator')} now.`, changed, view)
  },
})
