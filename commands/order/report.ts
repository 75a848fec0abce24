import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option } from '../../src/option.ts'
import { importReportCard } from '../../src/orders/cards-import.ts'
import { importOf } from '../../src/orders/import.ts'
import { offerLogin } from '../../src/people/login.ts'

export default command({
  description: 'The row-by-row report of an import of orders',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { import: option.id('import', 'Which import') },
  async run(ctx, { import: importId }) {
    const one = await importOf(ctx, importId)
    if (one.reportId === null) throw new Refusal('too_late', 'This import is still running.', 'Its card says when it is done.')
    if ((await ctx.db.file.count({ where: { programId: ctx.program.id, id: one.reportId } })) === 0)
      throw new Refusal(
        'too_late',
        'This report is gone: they are kept for thirty days.',
        'Import the list again. What is here already stays as it is, and a new report says so of each row.',
      )
    return importReportCard(one.name, ctx.url(await offerLogin(ctx, ctx.actor.personId, `/media/${one.reportId}`)))
  },
})
