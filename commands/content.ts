import { command } from '../src/command.ts'
import { contentCard } from '../src/content/cards-mine.ts'
import { ownContent } from '../src/content/queries.ts'

export default command({
  description: 'What you handed in and where it stands',
  role: 'creator',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const { views, total } = await ownContent(ctx)
    return contentCard(views, total)
  },
})
