import { command } from '../../src/command.ts'
import { previewCard } from '../../src/links/cards-roster.ts'
import { planImport } from '../../src/links/roster.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Bring creators along from a list (CSV); shows first what would happen',
  form: 'Import creators',
  role: 'manager',
  visibility: 'private',
  options: { file: option.file('The list, as CSV', { placeholder: 'A CSV file of up to 25 MB' }) },
  async run(ctx, { file }) {
    const plan = await planImport(ctx, file.ref)
    return previewCard(plan, { file: file.ref, name: file.name, currency: ctx.program.currency })
  },
})
