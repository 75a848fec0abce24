import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { toldCard } from '../../src/trust/cards-talk.ts'
import { suggestCases } from '../../src/trust/lists.ts'
import { say } from '../../src/trust/talk.ts'

export default command({
  description: 'Write to the other side of a case',
  form: 'Say your side',
  role: 'anyone',
  visibility: 'private',
  listed: false,
  options: {
    case: option.id('case', 'Which case', suggestCases),
    words: option.long('What you would like to say', { max: 1_000 }),
  },
  run: async (ctx, given) => toldCard(await say(ctx, given.case, given.words)),
})
