import { command } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { plural } from '../../src/kernel/plural.ts'
import { option, optional } from '../../src/option.ts'
import { currencyCard } from '../../src/programs/cards-currency.ts'
import { enterRate, ratesOf } from '../../src/programs/fx.ts'

export default command({
  description: 'What other currencies are worth in the program’s',
  form: 'Enter a rate of exchange',
  role: 'admin',
  visibility: 'private',
  options: {
    currency: optional(option.text('Currency of the orders', { min: 3, max: 3, placeholder: 'USD', suggest: suggestWaiting })),
    rate: optional(option.text('What one unit of it is worth in ours', { max: 20, placeholder: '0.9213' })),
    day: optional(option.text('From which day on', { max: 10, placeholder: '2026-11-21' })),
  },
  async run(ctx, { currency, rate, day }) {
    const entered = currency !== undefined && rate !== undefined ? await enterRate(ctx, { currency, rate, day }) : undefined
    // Orders that waited for it are decided at the next bell, which this rings.
    if (entered) ctx.ring('due')
    return currencyCard(ctx.program.currency, await ratesOf(ctx), await waitingIn(ctx), entered)
  },
})

async function waitingIn(ctx: Context): Promise<{ currency: string; orders: number }[]> {
  const rows = await ctx.db.order.groupBy({
    by: ['currency'],
    where: { programId: ctx.program.id, rule: 'currency' },
    _count: true,
    orderBy: { currency: 'asc' },
  })
  return rows.map((row) => ({ currency: row.currency, orders: row._count }))
}

async function suggestWaiting(ctx: Context, typed: string) {
  const rows = await waitingIn(ctx)
  return rows
    .filter((row) => row.currency.startsWith(typed.toUpperCase()))
    .map((row) => ({
      label: `${row.currency}: ${plural(row.orders, 'order waits', 'orders wait')}`,
      value: row.currency,
    }))
}
