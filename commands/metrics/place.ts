import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { readCount } from '../../src/results/rules.ts'
import { placementCard } from '../../src/rights/cards-lists.ts'
import { countPlacement, countsOf } from '../../src/rights/counting.ts'
import { licencesOf, namesOf } from '../../src/rights/queries.ts'
import { suggestPlacements } from '../../src/rights/takedown.ts'

const counted = (label: string) => optional(option.text(label, { max: 20, placeholder: '12300' }))

export default command({
  description: 'Say what a place brought that Troupe can’t count: views and clicks of a mail, a poster, a marketplace',
  form: 'Numbers of a place',
  role: 'manager',
  visibility: 'private',
  options: {
    placement: option.id('placement', 'Which placement', suggestPlacements),
    views: counted('Views'),
    clicks: counted('Clicks'),
  },
  async run(ctx, { placement: id, views, clicks }) {
    const placement = await countPlacement(ctx, id, { views: readCount(views, 'views'), clicks: readCount(clicks, 'clicks') })
    const licence = (await licencesOf(ctx, [placement.submissionId])).find((one) => one.id === placement.grantId)
    const name = (await namesOf(ctx, [placement.submissionId])).get(placement.submissionId) ?? 'content'
    return placementCard(placement, name, licence?.endsAt ?? null, (await countsOf(ctx, [placement])).get(id))
  },
})
