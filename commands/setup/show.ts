import { command } from '../../src/command.ts'
import { checklistCard } from '../../src/programs/cards-checklist.ts'
import { checklistOf } from '../../src/programs/checklist.ts'

export default command({
  description: 'The checklist: what stands, and what comes next',
  role: 'admin',
  visibility: 'private',
  options: {},
  run: async (ctx) => checklistCard(ctx.program.name, await checklistOf(ctx)),
})
