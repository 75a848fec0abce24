import { showKit } from '../src/campaigns/kit.ts'
import { command } from '../src/command.ts'
import type { Context } from '../src/context.ts'
import { creatorOf } from '../src/creators/service.ts'
import type { Creator } from '../src/db/generated/client.ts'
import type { Card } from '../src/kernel/card.ts'
import { caption } from '../src/links/cards.ts'
import { chosenCard, codeCard } from '../src/links/cards-codes.ts'
import { plainOff } from '../src/links/cards-offers.ts'
import { chooseCode, codeOf, codesView, makeCode, offerOn, viewOf } from '../src/links/codes.ts'
import { linksOf, makeLink, shortUrl } from '../src/links/service.ts'
import { option, optional } from '../src/option.ts'
import { disclosureOf } from '../src/programs/rules-territories.ts'

export default command({
  description: 'Your discount code, with a caption to copy',
  form: 'Choose your own code, once',
  role: 'creator',
  visibility: 'private',
  options: {
    name: optional(option.text('Your own code, chosen once', { max: 60, placeholder: '3 to 20 letters and digits' })),
  },
  async run(ctx, { name }) {
    const creator = await creatorOf(ctx, ctx.actor.creatorId)
    return name === undefined ? show(ctx, creator) : choose(ctx, creator, name)
  },
})

async function show(ctx: Context, creator: Creator): Promise<Card> {
  const own = await makeCode(ctx, creator)
  const link = (await linksOf(ctx, creator.id))[0] ?? (await makeLink(ctx, creator))
  const disclosure = disclosureOf(ctx.program, creator)
  const offer = await offerOn(ctx, own, creator)
  const off = plainOff(own.percent, offer, ctx.actor.locale)
  const words = { program: ctx.program.name, url: shortUrl(ctx, link), code: own.code, off, disclosure }
  return codeCard({
    own: await viewOf(ctx, own),
    offer,
    id: own.id,
    ...(await codesView(ctx, creator.id)),
    caption: caption(words),
  })
}

async function choose(ctx: Context, creator: Creator, name: string): Promise<Card> {
  const before = await codeOf(ctx, creator.id)
  const fresh = await chooseCode(ctx, creator, name)
  if (fresh.state === 'active') await showKit(ctx, creator)
  const old = before && (await ctx.db.code.findUniqueOrThrow({ where: { id: before.id } }))
  const replaced = old?.endedAt ? { code: old.code, until: old.endedAt } : null
  return chosenCard(await viewOf(ctx, fresh), replaced, await offerOn(ctx, fresh, creator))
}
