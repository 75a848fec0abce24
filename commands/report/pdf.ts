import { command } from '../../src/command.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { creatorOf } from '../../src/creators/service.ts'
import { fileCard } from '../../src/insight/cards-reports.ts'
import { evaluationFile, lastMonth } from '../../src/insight/evaluation.ts'
import { sayMonth } from '../../src/kernel/time.ts'
import { paperUrl } from '../../src/ledger/papers.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'The report card of a month as a PDF',
  role: 'manager',
  visibility: 'private',
  options: {
    month: optional(option.text('Month', { max: 7, placeholder: '2026-11' })),
    creator: optional(option.id('creator', 'Of one creator', (ctx, typed) => suggestCreators(ctx, typed))),
  },
  async run(ctx, { month, creator }) {
    const wanted = month ?? lastMonth(ctx)
    const own = creator === undefined ? undefined : await creatorOf(ctx, creator)
    const file = await evaluationFile(ctx, wanted, own && (own.mergedInto ?? own.id))
    return fileCard(`The evaluation of ${sayMonth(wanted)}`, { label: 'Open the PDF', url: await paperUrl(ctx, file) })
  },
})
