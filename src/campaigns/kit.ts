import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import { nextLocal } from '../kernel/time.ts'
import { kitCard, pastKitCard } from '../links/cards.ts'
import { plainOff } from '../links/cards-offers.ts'
import { makeCode, offerOn } from '../links/codes.ts'
import { makeLink, qrOf, shortUrl } from '../links/service.ts'
import { policyOf } from '../programs/rules.ts'
import { disclosureOf } from '../programs/rules-territories.ts'
import { firstMission } from './service.ts'

/** Makes what a new creator needs and pins it in their private place: link, code, first mission, payday. */
export async function showKit(ctx: Context, creator: Creator): Promise<void> {
  const link = await makeLink(ctx, creator)
  const own = await makeCode(ctx, creator)
  const { code, percent } = own
  const offer = await offerOn(ctx, own, creator)
  const mission = await firstMission(ctx, creator.id)
  const policy = policyOf(ctx.program)
  const kit = kitCard({
    program: ctx.program.name,
    name: creator.name,
    url: shortUrl(ctx, link),
    qr: await qrOf(ctx, link),
    code,
    percent,
    offer,
    off: plainOff(percent, offer, ctx.program.locale),
    disclosure: disclosureOf(ctx.program, creator),
    mission: mission && {
      id: mission.id,
      title: mission.title,
      fee: { minor: mission.feeMinor, currency: ctx.program.currency },
    },
    // Noon, so that a reader in another zone is shown the same day.
    payday: nextLocal({ every: 'month', at: '12:00', day: policy.payday }, ctx.program.zone, ctx.now),
  })
  await ctx.show({ person: creator.personId }, 'kit', kit, { pin: true })
}

/** Whoever is in no longer has nothing to press there; the kit comes back with them. */
export async function putAwayKit(ctx: Context, { personId }: Pick<Creator, 'personId'>): Promise<void> {
  const audience = `person:${personId}`
  if ((await ctx.db.outbox.count({ where: { programId: ctx.program.id, kind: 'post', audience, key: 'kit' } })) === 0) return
  await ctx.show({ person: personId }, 'kit', pastKitCard(ctx.program.name), { pin: true })
}
