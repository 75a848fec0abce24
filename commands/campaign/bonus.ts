import { missionOf } from '../../src/campaigns/board.ts'
import { changedCard } from '../../src/campaigns/cards-campaign.ts'
import { change, NO_BONUS } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { bonusOf, checkBonus } from '../../src/campaigns/rules-bonus.ts'
import { bonusSaid } from '../../src/campaigns/rules-form.ts'
import { parse } from '../../src/campaigns/rules-plan.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'What good results add to the fee of a mission: so much for a thousand views, up to a limit',
  role: 'manager',
  visibility: 'private',
  form: 'Bonus for views',
  options: {
    mission: option.id('mission', 'Which mission', suggestAllMissions),
    per_thousand: option.text('For every 1,000 views', { max: 20, placeholder: '2.00; 0 for no bonus' }),
    at_most: option.text('At most for one piece', { max: 20, placeholder: '40.00' }),
  },
  async begin(ctx, { mission }) {
    const bonus = mission === undefined ? null : bonusOf(await missionOf(ctx, mission))
    return bonus === null ? undefined : bonusSaid(bonus, ctx.program.currency)
  },
  async run(ctx, { mission, per_thousand, at_most }) {
    const perThousand = parse(per_thousand, ctx.program.currency, 'per_thousand')
    const bonus = perThousand === 0n ? NO_BONUS : checkBonus(perThousand, parse(at_most, ctx.program.currency, 'at_most'))
    const changed = await change(ctx, mission, { bonus })
    const said =
      perThousand === 0n ? 'It pays no bonus.' : 'The bonus is worked out from the views of each post once they are known.'
    return changedCard(said, changed, await campaignView(ctx, changed))
  },
})
