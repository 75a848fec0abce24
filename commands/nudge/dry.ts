import { command } from '../../src/command.ts'
import { dryCard } from '../../src/messages/cards-nudges.ts'
import { dryRun } from '../../src/messages/nudges.ts'
import { digestReaders, elsewhereDue } from '../../src/messages/nudges-elsewhere.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { schedules } from '../../src/programs/schedule.ts'

export default command({
  description: 'Who would get which hint now, and why; nothing is sent',
  role: 'manager',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const digest = (await schedules(ctx)).find(({ name }) => name === 'digest')
    const { messagesFrom } = policyOf(ctx.program)
    const startsAt = messagesFrom === null ? null : new Date(messagesFrom)
    return dryCard({
      rows: await dryRun(ctx),
      others: await elsewhereDue(ctx),
      digest: { readers: await digestReaders(ctx), nextAt: digest && !digest.paused ? digest.nextAt : null },
      startsAt: startsAt && startsAt > ctx.now ? startsAt : null,
    })
  },
})
