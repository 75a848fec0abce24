import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { postedCard } from '../../src/programs/cards-schedule.ts'
import { noteTurn } from '../../src/programs/schedule.ts'
import { ringNames, rings } from '../../src/recognition/rings.ts'

export default command({
  description: 'Post what is scheduled now; its next turn stays as it is',
  role: 'admin',
  visibility: 'private',
  options: { schedule: option.choice('Which schedule', ringNames) },
  async run(ctx, { schedule }) {
    const row = await noteTurn(ctx, schedule)
    return postedCard(row, await rings[schedule]!.byHand(ctx))
  },
})
