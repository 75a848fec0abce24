import { command } from '../../src/command.ts'
import { carried, option } from '../../src/option.ts'
import { nextCard } from '../../src/shares/next.ts'

export default command({
  description: 'Go through what waits for review, one at a time',
  role: 'manager',
  visibility: 'private',
  options: {
    from: carried(option.id('submission', 'Beside which one')),
    entry: carried(option.id('share', 'Or beside which entry of a customer')),
    way: carried(option.choice('Which way', ['next', 'previous'])),
  },
  run: (ctx, { from, entry, way }) => nextCard(ctx, from ?? entry, way ?? 'next'),
})
