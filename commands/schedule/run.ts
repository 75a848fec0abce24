import { command } from '../../src/command.ts'
import { ensureSchedules } from '../../src/messages/plan.ts'
import { ringNames, rings } from '../../src/messages/rings.ts'
import { option } from '../../src/option.ts'
import { postedCard } from '../../src/programs/cards-schedule.ts'
import { noteTurn } from '../../src/programs/schedule.ts'

export default command({
  description: 'Post what is scheduled now; its next turn stays as it is',
  role: 'admin',
  visibility: 'private',
  options: { schedule: option.choice('Which schedule', ringNames) },
  async run(ctx, { schedule }) {
    await ensureSchedules(ctx)
    const row = await noteTurn(ctx, schedule)
    return postedCard(row, await rings[schedule]!.byHand(ctx))
  },
})
