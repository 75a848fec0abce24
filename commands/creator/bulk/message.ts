import { command } from '../../../src/command.ts'
import { messageCard, planBulk } from '../../../src/creators/bulk.ts'
import { planCard } from '../../../src/creators/cards-roster.ts'
import { readFilter } from '../../../src/creators/rules-roster.ts'
import { idsOfHere } from '../../../src/insight/roster.ts'
import { option } from '../../../src/option.ts'

export default command({
  description: 'Write to every creator who fits a filter',
  form: 'Write to all of them',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    who: option.text('Who is meant', { max: 400 }),
    words: option.long('What they will read', { max: 1_500 }),
  },
  async run(ctx, { words, who }) {
    const filter = readFilter(who)
    const plan = await planBulk(ctx, 'message', await idsOfHere(ctx, filter), words)
    return planCard(plan, filter, messageCard(ctx.program.name, ctx.actor.name, words))
  },
})
