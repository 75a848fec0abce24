import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { sampleCard } from '../../src/trust/cards-sample.ts'
import { sampleOf } from '../../src/trust/sample.ts'

export default command({
  description: 'A small set of last month’s orders to check by hand',
  role: 'manager',
  visibility: 'private',
  options: { month: optional(option.text('Month', { max: 7, placeholder: '2026-10' })) },
  run: async (ctx, { month }) => sampleCard(await sampleOf(ctx, month)),
})
