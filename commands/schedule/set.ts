import { command } from '../../src/command.ts'
import { ensureSchedules, setClock } from '../../src/messages/plan.ts'
import { ringNames, ringWords } from '../../src/messages/rings.ts'
import { option, optional } from '../../src/option.ts'
import { changedCard } from '../../src/programs/cards-schedule.ts'
import { readRhythm } from '../../src/programs/rules-schedule.ts'

export default command({
  description: 'When something is posted by itself: its rhythm, clock time and zone',
  form: 'Change a schedule',
  role: 'admin',
  visibility: 'private',
  options: {
    schedule: option.choice('Which schedule', ringNames),
    every: option.choice('Every', { day: 'Day', week: 'Week', month: 'Month' }),
    at: option.time('At'),
    on: optional(option.text('On: a weekday, a day of the month, or last', { max: 20, placeholder: 'Monday' })),
    zone: optional(option.zone('Time zone; empty = the program’s')),
  },
  async run(ctx, { schedule, every, at, on, zone }) {
    const rhythm = readRhythm(every, at, on)
    await ensureSchedules(ctx)
    return changedCard(await setClock(ctx, schedule, rhythm, zone ?? ctx.program.zone), ringWords[schedule]!)
  },
})
