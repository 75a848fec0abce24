import { command } from '../../src/command.ts'
import { dryCard } from '../../src/messages/cards-nudges.ts'
import { dryRun } from '../../src/messages/nudges.ts'

export default command({
  description: 'Who would get which hint now, and why; nothing is sent',
  role: 'manager',
  visibility: 'private',
  options: {},
  run: async (ctx) => dryCard(await dryRun(ctx)),
})
