import { command } from '../src/command.ts'
import { leave } from '../src/creators/standing.ts'
import { buttons, card } from '../src/kernel/card.ts'
import { option } from '../src/option.ts'

export default command({
  description: 'Leave the program',
  role: 'creator',
  visibility: 'private',
  options: { sure: option.choice('Leave the program', { yes: 'Yes, I leave', no: 'No, I stay' }) },
  async run(ctx, { sure }) {
    if (sure === 'no') return card('You stay', 'Nothing was changed.')
    await leave(ctx)
    return card(
      'You have left the program',
      'Your links still work for shoppers and earn nothing from now on. What you earned is paid at the next payday after its hold.',
      buttons({ label: 'Apply again', run: 'apply' }),
    )
  },
})
