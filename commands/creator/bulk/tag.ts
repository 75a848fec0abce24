import { command } from '../../../src/command.ts'
import { planBulk } from '../../../src/creators/bulk.ts'
import { planCard } from '../../../src/creators/cards-roster.ts'
import { parseTags, readFilter } from '../../../src/creators/rules-roster.ts'
import { idsOf } from '../../../src/insight/roster.ts'
import { option } from '../../../src/option.ts'

export default command({
  description: 'Tag every creator who fits a filter',
  form: 'Tag all of them',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    who: option.text('Who is meant', { max: 400 }),
    add: option.text('Tags to put on them', { max: 200, placeholder: 'vip, summer-26' }),
  },
  async run(ctx, { add, who }) {
    const filter = readFilter(who)
    return planCard(await planBulk(ctx, 'tag', await idsOf(ctx, filter), parseTags(add, 'add').join(',')), filter)
  },
})
