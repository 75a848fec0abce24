import { firstMission } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { decisionCard } from '../../src/creators/cards.ts'
import { suggestCreators, waiting } from '../../src/creators/queries.ts'
import { admit } from '../../src/creators/service.ts'
import { nextLocal } from '../../src/kernel/time.ts'
import { kitCard } from '../../src/links/cards.ts'
import { makeCode, makeLink, qrOf, shortUrl } from '../../src/links/service.ts'
import { option } from '../../src/option.ts'
import { policyOf } from '../../src/programs/rules.ts'

export default command({
  description: 'Let an applicant in',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which applicant', (ctx, typed) => suggestCreators(ctx, typed, 'applied')),
  },
  async run(ctx, { creator: creatorId }) {
    const creator = await admit(ctx, creatorId)
    const link = await makeLink(ctx, creator)
    const { code, percent } = await makeCode(ctx, creator)
    const mission = await firstMission(ctx)
    const policy = policyOf(ctx.program)
    const kit = kitCard({
      program: ctx.program.name,
      name: creator.name,
      url: shortUrl(ctx, link),
      qr: await qrOf(ctx, link),
      code,
      percent,
      disclosure: policy.disclosure,
      mission: mission && {
        id: mission.id,
        title: mission.title,
        fee: { minor: mission.feeMinor, currency: ctx.program.currency },
      },
      // Noon, so that a reader in another zone is shown the same day.
      payday: nextLocal({ every: 'month', at: '12:00', day: policy.payday }, ctx.program.zone, ctx.now),
    })
    await ctx.show({ person: creator.personId }, 'kit', kit, { pin: true })
    return decisionCard(creator, await waiting(ctx))
  },
})
