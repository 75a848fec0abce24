import { command } from '../src/command.ts'
import { endWork } from '../src/content/gone.ts'
import { leave } from '../src/creators/standing.ts'
import { card } from '../src/kernel/card.ts'
import { option } from '../src/option.ts'
import { restCard } from '../src/payouts/cards-rest.ts'
import { restOf } from '../src/payouts/rest.ts'
import { withdrawShouts } from '../src/recognition/shouts.ts'

export default command({
  description: 'Leave the program',
  role: 'creator',
  visibility: 'private',
  options: { sure: option.choice('Leave the program', { yes: 'Yes, I leave', no: 'No, I stay' }) },
  async run(ctx, { sure }) {
    if (sure === 'no') return card('You stay', 'Nothing was changed.')
    const creator = await leave(ctx)
    await endWork(ctx, creator)
    await withdrawShouts(ctx, creator.id)
    return restCard(
      {
        title: 'You have left the program',
        says: 'Your links still work for shoppers and earn nothing from now on. What waited for an answer is withdrawn, a product that was not sent yet is called off, and your seats in missions are free for others. What you earned is paid at the next payday after its hold.',
      },
      await restOf(ctx, creator.id),
      { label: 'Apply again', run: 'apply' },
    )
  },
})
