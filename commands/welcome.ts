import { command } from '../src/command.ts'
import { newcomerCard, returnedCard } from '../src/creators/cards-welcome.ts'
import { roleBy, stepOf } from '../src/creators/rules.ts'
import { creatorOfPerson } from '../src/creators/service.ts'
import { localDay } from '../src/kernel/time.ts'
import { atLeast, standAgain } from '../src/people/service.ts'

export default command({
  description: 'What newcomers are greeted with',
  role: 'anyone',
  visibility: 'private',
  listed: false,
  on: 'joined',
  options: {},
  async run(ctx) {
    const { personId, name, role } = ctx.actor
    await standAgain(ctx)
    const own = await creatorOfPerson(ctx, personId)
    if (roleBy(own) === 'creator') {
      const card = returnedCard(ctx.program.name, name)
      await ctx.show({ person: personId }, `welcome-back:${localDay(ctx.now, ctx.program.zone)}`, card)
      return card
    }
    const step = stepOf(own, ctx.now, ctx.actor.zone)
    const joining = !atLeast(role, 'manager') && (step === 'apply' || step === 'accept')
    const card = newcomerCard(ctx.program.name, name, joining)
    // Who may never join is not written to.
    if (step !== 'closed') await ctx.show({ person: personId }, 'welcome', card)
    return card
  },
})
