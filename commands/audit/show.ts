import { command } from '../../src/command.ts'
import type { Button } from '../../src/kernel/card.ts'
import { audit as ledger } from '../../src/ledger/audit.ts'
import { auditCard } from '../../src/ledger/cards.ts'
import { lastDone } from '../../src/ledger/queries.ts'
import { openForeign } from '../../src/orders/foreign.ts'
import { audit as orders } from '../../src/orders/queries.ts'
import { audit as payouts } from '../../src/payouts/audit.ts'
import { audit as boards } from '../../src/recognition/audit.ts'

export default command({
  description: 'Do the books balance, and who did what',
  role: 'admin',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const broken = [...(await ledger(ctx)), ...(await orders(ctx)), ...(await payouts(ctx)), ...(await boards(ctx))]
    const open = (await openForeign(ctx)).length > 0
    const settle: Button = { label: 'Settle a refund', run: 'order settle', given: { '?': 'form' } }
    return auditCard(broken, await lastDone(ctx), open ? [settle] : [])
  },
})
