import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { metricWords } from '../../src/recognition/cards.ts'
import { startedCard } from '../../src/recognition/cards-seasons.ts'
import { kinds } from '../../src/recognition/rules-seasons.ts'
import { createSeason } from '../../src/recognition/seasons.ts'

export default command({
  description: 'Start a season with a title and prizes',
  form: 'Start a season',
  role: 'manager',
  visibility: 'private',
  options: {
    kind: option.choice('How long', kinds),
    title: optional(option.text('Title', { max: 80, placeholder: 'Winter sprint' })),
    prizes: optional(option.long('Prizes, as everybody reads them', { max: 500 })),
    from: optional(option.text('First day (days of my own)', { max: 10, placeholder: '2026-12-01' })),
    until: optional(option.text('Last day (days of my own)', { max: 10, placeholder: '2026-12-24' })),
    metric: optional(option.choice('Ranked by', metricWords)),
    divisions: optional(option.boolean('A board for each tier too')),
  },
  async run(ctx, plan) {
    return startedCard(await createSeason(ctx, plan), ctx.program.locale)
  },
})
