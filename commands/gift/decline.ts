import { command } from '../../src/command.ts'
import { toldCard, toSendCard } from '../../src/gifts/cards.ts'
import { decline, suggestGifts } from '../../src/gifts/service.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Say no to a gift that was asked for or offered',
  form: 'No to this gift',
  // Managers decline too.
  role: 'anyone',
  visibility: 'private',
  listed: false,
  options: {
    gift: option.id('gift', 'Which gift', suggestGifts),
    why: optional(option.text('Why, as the other side will read it', { max: 200 })),
  },
  async run(ctx, { gift, why }) {
    const view = await decline(ctx, gift, why)
    return view.gift.creatorId === ctx.actor.creatorId ? toldCard(view) : toSendCard(view)
  },
})
