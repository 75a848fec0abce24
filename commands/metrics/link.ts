import { command } from '../../src/command.ts'
import { creatorOf } from '../../src/creators/service.ts'
import { pieceLink, shortUrl } from '../../src/links/service.ts'
import { option, optional } from '../../src/option.ts'
import { pieceLinkCard } from '../../src/results/cards.ts'
import { resultsOf, suggestPieces } from '../../src/results/queries.ts'

export default command({
  description: 'A link for one piece alone, which shows what that piece sells',
  role: 'creator',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'For which piece', suggestPieces),
    destination: optional(option.text('A page of the shop, if not the front page', { max: 500, placeholder: '/serum' })),
  },
  async run(ctx, { submission, destination }) {
    const { title } = await resultsOf(ctx, submission)
    const link = await pieceLink(ctx, await creatorOf(ctx, ctx.actor.creatorId), { submissionId: submission, destination })
    return pieceLinkCard(title, shortUrl(ctx, link))
  },
})
