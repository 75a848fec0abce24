import { command } from '../src/command.ts'
import { momentCard } from '../src/content/cards-moments.ts'
import { saveMoment } from '../src/content/moments.ts'
import { suggestCreators } from '../src/creators/queries.ts'
import { option, optional } from '../src/option.ts'
import { atLeast } from '../src/people/service.ts'

export default command({
  description: 'Save a message of the chat as content of whoever wrote it',
  form: 'Save as content',
  role: 'anyone',
  visibility: 'private',
  // Reached from a message's own menu, which knows its writer and address.
  listed: false,
  options: {
    creator: option.id('creator', 'Who wrote it', async (ctx, typed) =>
      atLeast(ctx.actor.role, 'manager') ? suggestCreators(ctx, typed, 'approved') : [],
    ),
    url: option.url('Address of the message', { placeholder: 'https://…' }),
    caption: optional(option.long('What it says')),
    file: optional(option.file('Its picture, film or PDF, up to 25 MB')),
  },
  run: async (ctx, { creator, url, caption, file }) =>
    momentCard(await saveMoment(ctx, { creatorId: creator, url, caption, file }), ctx.actor.personId),
})
