import { command } from '../../src/command.ts'
import { recapCard } from '../../src/moments/cards.ts'
import { suggestMoments } from '../../src/moments/queries.ts'
import { recap } from '../../src/moments/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'What a moment brought: clicks, orders, revenue and content',
  form: 'How did a moment go?',
  role: 'manager',
  visibility: 'private',
  options: { moment: option.id('moment', 'Which moment', suggestMoments) },
  async run(ctx, { moment }) {
    const shown = await recap(ctx, moment)
    return recapCard(shown.moment, shown.counts, ctx.program.currency)
  },
})
