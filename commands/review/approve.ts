import { command } from '../../src/command.ts'
import { answerCard } from '../../src/content/cards.ts'
import { approve, suggestWaiting } from '../../src/content/service.ts'
import { option } from '../../src/option.ts'
import { celebrateApproval } from '../../src/recognition/service.ts'

export default command({
  description: 'Approve content: books the fee and tells the creator',
  role: 'manager',
  visibility: 'private',
  options: { submission: option.id('submission', 'Which submission', suggestWaiting) },
  async run(ctx, { submission }) {
    const { done, view } = await approve(ctx, submission)
    if (done) await celebrateApproval(ctx, { creatorId: view.submission.creatorId, submissionId: view.submission.id })
    return answerCard(view, done)
  },
})
