import { command } from '../../src/command.ts'
import { buttons, card } from '../../src/kernel/card.ts'
import { sayCalendarDay } from '../../src/kernel/time.ts'
import { option } from '../../src/option.ts'
import { batchOf, suggestBatches } from '../../src/payouts/batches.ts'
import { LINK_MINUTES, offerLogin } from '../../src/people/login.ts'

export default command({
  description: 'Payment files of a batch, and the place to hand in the answer of the bank or provider',
  role: 'anyone',
  finance: true,
  visibility: 'private',
  options: { batch: option.id('batch', 'Batch', (ctx) => suggestBatches(ctx)) },
  async run(ctx, { batch }) {
    const { payday } = await batchOf(ctx, batch)
    const path = await offerLogin(ctx, ctx.actor.personId, `/payouts/${batch}`)
    return card(
      `Files of the payouts for ${sayCalendarDay(payday, ctx.actor.locale)}`,
      `The page shows accounts in full. It opens as ${ctx.actor.name}, once within ${LINK_MINUTES} minutes; keep the link to yourself.`,
      buttons({ label: 'Open payments', url: ctx.url(path) }),
    )
  },
})
