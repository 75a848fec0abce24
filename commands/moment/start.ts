import { command } from '../../src/command.ts'
import { startedCard } from '../../src/moments/cards.ts'
import { kinds } from '../../src/moments/rules.ts'
import { start } from '../../src/moments/service.ts'
import { carried, option, optional } from '../../src/option.ts'

export default command({
  description: 'Start a moment: a short prompt with seats, an end and perhaps a discount',
  form: 'Start a moment',
  role: 'manager',
  visibility: 'private',
  options: {
    kind: option.choice('What is up', kinds),
    headline: option.text('Headline', { max: 80, placeholder: 'The Dew Serum is back' }),
    hours: option.integer('For how many hours', { min: 1, max: 168 }),
    seats: option.integer('For how many creators', { min: 1, max: 10_000 }),
    percent: optional(option.integer('What their codes take off until then, in percent', { min: 1, max: 90 })),
    prompt: optional(option.long('What they should make', { max: 600 })),
    page: optional(option.text('Page their links lead to until then', { max: 500, placeholder: '/dew-serum' })),
    audience: optional(
      option.text('For whom: tags, tiers, niches, countries; empty = everybody', { max: 300, placeholder: 'vip, Gold, DE' }),
    ),
    idea: carried(option.id('question', 'The question it answers')),
  },
  async run(ctx, { idea, ...plan }) {
    const { moment, reached } = await start(ctx, { ...plan, questionId: idea })
    return startedCard(moment, reached)
  },
})
