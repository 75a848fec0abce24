import { command } from '../../src/command.ts'
import { ensureSchedules, setResting } from '../../src/messages/plan.ts'
import { ringNames, ringWords } from '../../src/messages/rings.ts'
import { option } from '../../src/option.ts'
import { pausedCard } from '../../src/programs/cards-schedule.ts'

export default command({
  description: 'Pause a schedule or let it run again',
  role: 'admin',
  visibility: 'private',
  options: {
    schedule: option.choice('Which schedule', ringNames),
    state: option.choice('Paused or running', { paused: 'Pause it', running: 'Let it run' }),
  },
  async run(ctx, { schedule, state }) {
    await ensureSchedules(ctx)
    return pausedCard(await setResting(ctx, schedule, state === 'paused'), ringWords[schedule]!)
  },
})
