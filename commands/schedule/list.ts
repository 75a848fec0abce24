import { command } from '../../src/command.ts'
import { schedulesCard } from '../../src/programs/cards-schedule.ts'
import { schedules } from '../../src/programs/schedule.ts'
import { ringWords } from '../../src/recognition/rings.ts'

export default command({
  description: 'What is posted by itself, and when next',
  role: 'admin',
  visibility: 'private',
  options: {},
  run: async (ctx) => schedulesCard(await schedules(ctx), ringWords),
})
