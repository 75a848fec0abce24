import { command } from '../src/command.ts'
import { auditCard } from '../src/ledger/cards.ts'
import { lastDone, audit as ledger } from '../src/ledger/queries.ts'
import { audit as orders } from '../src/orders/queries.ts'

export default command({
  description: 'Do the books balance, and who did what',
  role: 'admin',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const broken = [...(await ledger(ctx)), ...(await orders(ctx))]
    return auditCard(broken, await lastDone(ctx))
  },
})
