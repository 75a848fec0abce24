import { command } from '../src/command.ts'
import { momentCard } from '../src/content/cards-moments.ts'
import { saveMoment } from '../src/content/moments.ts'
import { checkSave } from '../src/content/rules.ts'
import { suggestCreators } from '../src/creators/queries.ts'
import { capture, tally } from '../src/moments/captures.ts'
import { capturedCard } from '../src/moments/cards-captures.ts'
import { carried, option, optional } from '../src/option.ts'
import { atLeast } from '../src/people/service.ts'

export default command({
  description: 'Save a message of the chat as content, or ask its author for it',
  form: 'Save as content',
  role: 'anyone',
  visibility: 'private',
  // Reached from a message's own menu, which knows its writer and address, and by a manager's reaction.
  listed: false,
  options: {
    creator: option.id('creator', 'Who wrote it', async (ctx, typed) =>
      atLeast(ctx.actor.role, 'manager') ? suggestCreators(ctx, typed, 'approved') : [],
    ),
    url: option.url('Address of the message', { placeholder: 'https://…' }),
    caption: optional(option.long('What it says')),
    file: optional(option.file('Its picture, film or PDF, up to 25 MB')),
    source: carried(option.choice('How it was found', ['menu', 'reaction'])),
  },
  async run(ctx, { creator, url, caption, file, source = 'menu' }) {
    checkSave(creator, ctx.actor)
    if (creator === ctx.actor.creatorId) return momentCard(await saveMoment(ctx, { creatorId: creator, url, caption, file }))
    const asked = await capture(ctx, { creatorId: creator, url, caption, file, source })
    return capturedCard(asked.capture, asked.creator, await tally(ctx))
  },
})
