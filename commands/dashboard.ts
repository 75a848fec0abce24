import { command } from '../src/command.ts'
import { wayInOf } from '../src/creators/way-in.ts'
import { buttons, card } from '../src/kernel/card.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { LINK_MINUTES, offerLogin } from '../src/people/login.ts'

export default command({
  description: 'Your pages in the browser: numbers, money, and for managers the queue',
  // Managers have pages too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: 'finance',
  visibility: 'private',
  options: {},
  async run(ctx) {
    if (ctx.actor.role === 'anyone' && !ctx.actor.finance) {
      throw new Refusal('not_allowed', 'The dashboard is for creators and managers of the program.', await wayInOf(ctx))
    }
    const path = await offerLogin(ctx, ctx.actor.personId, '/dashboard')
    return card(
      'Your dashboard',
      `The button opens it as ${ctx.actor.name}. It works once, within ${LINK_MINUTES} minutes; keep it to yourself.`,
      buttons({ label: 'Open dashboard', url: ctx.url(path) }),
    )
  },
})
