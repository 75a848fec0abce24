import { command } from '../../src/command.ts'
import { endedCard } from '../../src/moments/cards.ts'
import { suggestRunning } from '../../src/moments/queries.ts'
import { end } from '../../src/moments/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'End a moment before its time',
  form: 'End a moment',
  role: 'manager',
  visibility: 'private',
  options: { moment: option.id('moment', 'Which moment', suggestRunning) },
  async run(ctx, { moment }) {
    const ended = await end(ctx, moment)
    return endedCard(ended.moment, ended.counts, ctx.program.currency)
  },
})
