import { command } from '../../src/command.ts'
import { type Act, carryOut } from '../../src/creators/bulk.ts'
import { bulkDoneCard } from '../../src/creators/cards-roster.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Do with many creators what was shown before',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { bulk: option.id('bulk', 'What was planned') },
  async run(ctx, { bulk: bulkId }) {
    const { bulk, done } = await carryOut(ctx, bulkId)
    return bulkDoneCard(bulk.act as Act, done)
  },
})
