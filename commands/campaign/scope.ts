import { missionOf } from '../../src/campaigns/board.ts'
import { changedCard } from '../../src/campaigns/cards-campaign.ts'
import { change } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { scopeSaid } from '../../src/campaigns/rules-form.ts'
import { parse, parseCountries, parseKinds } from '../../src/campaigns/rules-plan.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Budget, kinds of content, countries of the audience, reviewers and repetition of a mission',
  role: 'manager',
  visibility: 'private',
  form: 'Budget and checks',
  options: {
    mission: option.id('mission', 'Which mission', suggestAllMissions),
    budget: optional(option.text('Budget for all fees together', { max: 20, placeholder: '500.00' })),
    kinds: optional(option.text('Kinds wanted', { max: 100, placeholder: 'short video, review; - for any' })),
    territories: optional(option.text('Where the audience lives', { max: 60, placeholder: 'DE, US; decides the disclosure' })),
    reviewers: optional(option.integer('How many have to approve', { min: 1, max: 2 })),
    stream: optional(option.integer('Live stream: minutes from one disclosure to the next', { min: 5, max: 60 })),
    repeat: optional(option.choice('Comes again', { once: 'Once', week: 'Every week', month: 'Every month' })),
  },
  begin: async (ctx, { mission }) =>
    mission === undefined ? undefined : scopeSaid(await missionOf(ctx, mission), ctx.program.currency),
  async run(ctx, { mission, budget, kinds, territories, reviewers, stream, repeat }) {
    const changed = await change(ctx, mission, {
      ...(budget === undefined ? {} : { budgetMinor: parse(budget, ctx.program.currency, 'budget') }),
      ...(kinds === undefined ? {} : { kinds: parseKinds(kinds) }),
      ...(territories === undefined ? {} : { territories: parseCountries(territories, 'territories') }),
      ...(reviewers === undefined ? {} : { reviewers }),
      ...(stream === undefined ? {} : { liveMinutes: stream }),
      ...(repeat === undefined ? {} : { repeat: repeat === 'once' ? null : repeat }),
    })
    return changedCard('The mission says so now.', changed, await campaignView(ctx, changed))
  },
})
