import { command } from '../../src/command.ts'
import { reratedCard } from '../../src/creators/cards-rate.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { rerate } from '../../src/creators/rate.ts'
import { option } from '../../src/option.ts'
import { parsePercent } from '../../src/programs/rules.ts'

export default command({
  description: 'Agree a commission rate with one creator',
  form: 'A rate of their own',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed)),
    rate: option.text('In percent; or program, for the rate of all', { max: 10, placeholder: '12.5 % or program' }),
  },
  async run(ctx, { creator, rate }) {
    const wanted = rate.trim().toLowerCase() === 'program' ? null : parsePercent(rate)
    return reratedCard(await rerate(ctx, creator, wanted))
  },
})
