import { command } from '../src/command.ts'
import { creatorOf } from '../src/creators/service.ts'
import { caption, codeCard } from '../src/links/cards.ts'
import { linksOf, makeCode, makeLink, shortUrl } from '../src/links/service.ts'
import { policyOf } from '../src/programs/rules.ts'

export default command({
  description: 'Your discount code, with a caption to copy',
  role: 'creator',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const creator = await creatorOf(ctx, ctx.actor.creatorId)
    const own = await makeCode(ctx, creator)
    const link = (await linksOf(ctx, creator.id))[0] ?? (await makeLink(ctx, creator))
    const { disclosure } = policyOf(ctx.program)
    return codeCard(
      own,
      caption({ program: ctx.program.name, url: shortUrl(ctx, link), code: own.code, percent: own.percent, disclosure }),
    )
  },
})
