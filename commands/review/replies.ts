import { command } from '../../src/command.ts'
import { repliesCard } from '../../src/content/cards-replies.ts'
import { keepReply, repliesOf } from '../../src/content/replies.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Ready answers to pick from when you ask for changes or turn something down',
  form: 'A ready answer',
  role: 'manager',
  visibility: 'private',
  options: {
    title: optional(option.text('Title', { max: 60, placeholder: 'Disclosure first' })),
    words: optional(option.long('What it says (empty removes it)', { max: 900 })),
  },
  async run(ctx, { title, words }) {
    if (title !== undefined) await keepReply(ctx, title, words)
    return repliesCard(await repliesOf(ctx))
  },
})
