import { command } from '../src/command.ts'
import { option } from '../src/option.ts'
import { ownCaseCard } from '../src/trust/cards.ts'
import { appeal } from '../src/trust/decide.ts'
import { suggestCases } from '../src/trust/lists.ts'
import { viewOf } from '../src/trust/queries.ts'
import { tellAppeal } from '../src/trust/talk.ts'

export default command({
  description: 'Ask for a decision about your orders to be looked at once more',
  form: 'Appeal',
  role: 'anyone',
  // The card of a decision carries its button; among what a visitor may type it would only stand in the way of apply.
  listed: false,
  visibility: 'private',
  options: {
    case: option.id('case', 'Which case', suggestCases),
    words: option.long('Why it should be decided otherwise', { min: 3, max: 1_000 }),
  },
  async run(ctx, given) {
    await tellAppeal(ctx, await appeal(ctx, given.case, given.words))
    return ownCaseCard(await viewOf(ctx, given.case))
  },
})
