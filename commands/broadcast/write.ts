import { command } from '../../src/command.ts'
import { seenOf, suggestBroadcasts, write } from '../../src/messages/broadcasts.ts'
import { previewCard } from '../../src/messages/cards-broadcasts.ts'
import { carried, option, optional } from '../../src/option.ts'

export default command({
  description: 'Write news for creators; it is shown to you before anybody gets it',
  form: 'Write news',
  role: 'manager',
  visibility: 'private',
  options: {
    title: option.text('Headline', { max: 80 }),
    words: option.long('What it says', { max: 1_800 }),
    audience: optional(
      option.text('For whom: tags, tiers, niches, countries, paused; empty = all who are active', {
        max: 300,
        placeholder: 'vip, Gold, DE',
      }),
    ),
    link: optional(option.url('Page it leads to')),
    broadcast: carried(option.id('broadcast', 'The draft to write anew', suggestBroadcasts)),
  },
  async run(ctx, { broadcast, ...draft }) {
    const written = await write(ctx, draft, broadcast)
    return previewCard(written, await seenOf(ctx, written))
  },
})
