import { command } from '../../src/command.ts'
import { nextCard } from '../../src/content/next.ts'
import { carried, option } from '../../src/option.ts'

export default command({
  description: 'Go through what waits for review, one at a time',
  role: 'manager',
  visibility: 'private',
  options: {
    from: carried(option.id('submission', 'Beside which one')),
    way: carried(option.choice('Which way', ['next', 'previous'])),
  },
  run: (ctx, { from, way }) => nextCard(ctx, from, way ?? 'next'),
})
