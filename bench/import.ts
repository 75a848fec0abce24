// A long list of orders as the chat takes it in: previewed, imported, and imported again when nothing of it is new. A tenth are refunds.
// Figures count only when the second import leaves the books as they were and no law of them is broken.
import { audit } from '../src/ledger/audit.ts'
import { beginImport } from '../src/orders/import.ts'
import { askPreview } from '../src/orders/import-plan.ts'
import { withCreators } from './bulk.ts'
import { openHouse } from './house-process.ts'
import type { Bench } from './side-by-side.ts'

const CREATORS = 50
const MOST_SECONDS = 40

export const bench: Bench = async ({ short }) => {
  const house = await openHouse()
  const { app } = house
  const rows = short ? 5_000 : 50_000
  try {
    const programId = await withCreators(app)
    const file = await app.within(programId, (ctx) => ctx.store(listOf(rows), 'orders.csv'))
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const began = performance.now()
      await work()
      return (performance.now() - began) / 1_000
    }
    const preview = () =>
      timed(async () => {
        await app.within(programId, (ctx) => askPreview(ctx, { id: file.id, name: 'orders.csv' }, 'csv'))
        await app.runJob('import')
      })
    const take = () =>
      timed(async () => {
        await app.within(programId, (ctx) => beginImport(ctx, { id: file.id, name: 'orders.csv' }, 'csv'))
        await app.runJob('import')
      })
    const books = () =>
      app.within(programId, ({ db }) =>
        Promise.all([db.order.count(), db.refund.count(), db.transfer.count(), db.transfer.aggregate({ _sum: { minor: true } })]),
      )
    const previewed = await preview()
    const taken = await take()
    const first = JSON.stringify(await books(), plain)
    const again = await preview()
    const retaken = await take()
    const gates = {
      'the second import leaves the books as they were': JSON.stringify(await books(), plain) === first,
      'no law of the books is broken': (await app.within(programId, audit)).length === 0,
      [`imported again within ${MOST_SECONDS} s`]: retaken <= MOST_SECONDS,
    }
    return {
      name: 'import',
      claim: 'a list of orders that is imported again changes nothing, and soon says so',
      main: 'import of what is here, seconds',
      exact: 'the second import leaves the books as they were',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        rows,
        'preview, seconds': previewed,
        'import, seconds': taken,
        'preview of what is here, seconds': again,
        'import of what is here, seconds': retaken,
      },
      rounds: {},
    }
  } finally {
    await house.close()
  }
}

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

/** So many rows of shoppers who are all new; every tenth gives a third of the order before it back. */
function listOf(rows: number): Uint8Array {
  const lines = Array.from({ length: rows }, (_, n) => {
    const at = new Date(Date.UTC(2026, 9, 1) + n * 30_000).toISOString()
    return n % 10 === 9
      ? `refund,${n - 1},,${at},EUR,,4.00,,r${n},`
      : `order,${n},#${n},${at},EUR,${20 + (n % 80)}.50,,BENCH${n % CREATORS},,shopper-${n}@example.com`
  })
  return Buffer.from(['type,order,number,date,currency,total,base,codes,refund,email', ...lines].join('\r\n'), 'utf8')
}
