import { command } from '../../src/command.ts'
import { ensureSchedules } from '../../src/messages/plan.ts'
import { ringWords } from '../../src/messages/rings.ts'
import { schedulesCard } from '../../src/programs/cards-schedule.ts'
import { schedules } from '../../src/programs/schedule.ts'

export default command({
  description: 'What is posted by itself, and when next',
  role: 'admin',
  visibility: 'private',
  options: {},
  async run(ctx) {
    await ensureSchedules(ctx)
    return schedulesCard(await schedules(ctx), ringWords)
  },
})
