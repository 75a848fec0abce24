import { showKit } from '../../src/campaigns/kit.ts'
import { command } from '../../src/command.ts'
import { acceptedCard } from '../../src/creators/cards.ts'
import { acceptTerms } from '../../src/creators/service.ts'
import { option } from '../../src/option.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { currentTerms } from '../../src/programs/service.ts'

export default command({
  description: 'Accept the terms of the program',
  role: 'anyone',
  visibility: 'private',
  options: {
    terms: option.id('terms', 'Which version', async (ctx) => {
      const terms = await currentTerms(ctx.db, ctx.program.id)
      return [{ label: `Version ${terms.version}`, value: terms.id }]
    }),
  },
  async run(ctx, { terms }) {
    const creator = await acceptTerms(ctx, terms)
    // An invitation may admit at once, and whoever was brought along is in already: both need their kit now.
    if (creator.state === 'approved' && creator.termsAt?.getTime() === ctx.now.getTime()) await showKit(ctx, creator)
    return acceptedCard(creator, policyOf(ctx.program).answerHours)
  },
})
