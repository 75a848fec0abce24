import { command } from '../src/command.ts'
import { wayInOf } from '../src/creators/way-in.ts'
import { buttons, card } from '../src/kernel/card.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { detailsCard } from '../src/payouts/cards-details.ts'
import { historyOf, payableCreator, payeeOf } from '../src/payouts/payees.ts'
import { offerPass, PASS_MINUTES } from '../src/people/passes.ts'

export default command({
  description: 'Where your earnings are sent: opens a page for you alone',
  // Whoever has left, or has applied again, is still owed what they earned, and is no creator any more.
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const creator = await payableCreator(ctx, ctx.actor.personId)
    if (!creator) throw new Refusal('not_allowed', 'Payment details are for creators of the program.', await wayInOf(ctx))
    if (!ctx.actor.former && (creator.state === 'applied' || creator.state === 'declined'))
      return card(
        'Your payment details',
        'Nothing is owed to you yet. Once you are in, you enter them here.',
        buttons({ label: 'Show profile', run: 'profile show' }),
      )
    const url = ctx.url(await offerPass(ctx, '/details'))
    const payee = await payeeOf(ctx, creator.id)
    const history = payee ? await historyOf(ctx, payee.id) : []
    return detailsCard({ url, minutes: PASS_MINUTES, payee, history, now: ctx.now })
  },
})
