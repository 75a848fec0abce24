import { command } from '../../src/command.ts'
import { askedCard } from '../../src/content/cards-thread.ts'
import { ask } from '../../src/content/thread.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Ask or answer something about content that waits',
  form: 'Ask or answer',
  role: 'anyone',
  visibility: 'private',
  // Reached from what was handed in, and from what the other side said.
  listed: false,
  options: {
    submission: option.id('submission', 'Which submission'),
    words: option.long('What you would like to say', { max: 500 }),
  },
  run: async (ctx, { submission, words }) => askedCard((await ask(ctx, submission, words)).as),
})
