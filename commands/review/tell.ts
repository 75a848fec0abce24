import { command } from '../../src/command.ts'
import { toldCard } from '../../src/content/cards-review.ts'
import { viewOf } from '../../src/content/queries.ts'
import { tellNow } from '../../src/content/tell.ts'
import { carried, option } from '../../src/option.ts'
import { celebrateApproval } from '../../src/recognition/wins.ts'
import { answerOnward } from '../../src/shares/next.ts'

export default command({
  description: 'Tell the creator now what was decided; it can no longer be undone then',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    submission: option.id('submission', 'Which submission'),
    onward: carried(option.boolean('Show the next one after it')),
  },
  async run(ctx, { submission, onward }) {
    const told = await tellNow(ctx, submission)
    if (told.state === 'approved') await celebrateApproval(ctx, { creatorId: told.creatorId, submissionId: told.id })
    return answerOnward(ctx, toldCard(await viewOf(ctx, told)), submission, onward)
  },
})
