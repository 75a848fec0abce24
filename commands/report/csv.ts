import { command } from '../../src/command.ts'
import { fileCard } from '../../src/insight/cards-reports.ts'
import { figuresFile } from '../../src/insight/figures.ts'
import { suggestThings, thingOf } from '../../src/insight/names.ts'
import { ordersFileName } from '../../src/insight/orders-file.ts'
import { type Period, windowOf } from '../../src/insight/rules.ts'
import { type Way, ways } from '../../src/insight/rules-kpi.ts'
import { paperUrl } from '../../src/ledger/papers.ts'
import { option, optional } from '../../src/option.ts'
import { offerLogin } from '../../src/people/login.ts'

export default command({
  description: 'All figures as a list for a spreadsheet, with what each is made of',
  role: 'manager',
  visibility: 'private',
  options: {
    period: optional(option.choice('Which period', { '7d': 'Last 7 days', '30d': 'Last 30 days', '90d': 'Last 90 days' })),
    by: optional(option.choice('Apart by', ways)),
    of: optional(option.text('Of one creator, mission, offer, niche, platform or moment', { suggest: suggestThings })),
  },
  async run(ctx, { period = '30d', by, of }) {
    const window = windowOf(period as Period, ctx.now, ctx.program.zone)
    const thing = of === undefined ? undefined : await thingOf(ctx, of)
    const file = await figuresFile(ctx, { window, by: thing?.by ?? (by as Way | undefined), of: thing?.of })
    const orders = ctx.url(await offerLogin(ctx, ctx.actor.personId, `/exports/${ordersFileName(period as Period)}`))
    return fileCard(
      'The figures',
      { label: 'Open the list', url: await paperUrl(ctx, file) },
      { label: 'Open every order', url: orders },
    )
  },
})
