import { command } from '../../src/command.ts'
import { ringNames, ringWords } from '../../src/messages/rings.ts'
import { option } from '../../src/option.ts'
import { scheduleCard } from '../../src/programs/cards-schedule.ts'
import { scheduleNamed } from '../../src/programs/schedule.ts'

export default command({
  description: 'One schedule with its next five runs',
  role: 'admin',
  visibility: 'private',
  options: { schedule: option.choice('Which schedule', ringNames) },
  run: async (ctx, { schedule }) => scheduleCard(await scheduleNamed(ctx, schedule), ringWords[schedule]!),
})
