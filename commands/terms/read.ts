import { command } from '../../src/command.ts'
import { termsTextCard } from '../../src/creators/cards.ts'
import { creatorOfPerson } from '../../src/creators/service.ts'
import { currentTerms } from '../../src/programs/service.ts'

export default command({
  description: 'Read the terms of the program',
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const terms = await currentTerms(ctx.db, ctx.program.id)
    const known = await creatorOfPerson(ctx, ctx.actor.personId)
    const key = { programId: ctx.program.id, personId: ctx.actor.personId, termsId: terms.id }
    const accepted = await ctx.db.acceptance.findUnique({ where: { programId_personId_termsId: key } })
    // Whoever applies anew accepts anew, even the same version.
    const open = known !== null && (!accepted || (known.state === 'applied' && !known.termsAt))
    return termsTextCard(terms, open)
  },
})
