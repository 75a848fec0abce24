import { follow as campaigns } from '../../src/campaigns/merge.ts'
import { command } from '../../src/command.ts'
import { follow as content, followPerson as uploads } from '../../src/content/merge.ts'
import type { Context } from '../../src/context.ts'
import { unite } from '../../src/creators/merge.ts'
import { roleBy } from '../../src/creators/rules.ts'
import { creatorOfPerson, showStatus } from '../../src/creators/service.ts'
import type { Claim } from '../../src/db/generated/client.ts'
import { follow as gifts } from '../../src/gifts/service.ts'
import type { Card } from '../../src/kernel/card.ts'
import { must, Refusal } from '../../src/kernel/refusal.ts'
import { minutes } from '../../src/kernel/time.ts'
import { follow as ledger } from '../../src/ledger/merge.ts'
import { follow as links } from '../../src/links/merge.ts'
import { followPerson as messages } from '../../src/messages/merge.ts'
import { follow as moments, followPerson as questions } from '../../src/moments/merge.ts'
import { option, optional } from '../../src/option.ts'
import { follow as orders } from '../../src/orders/merge.ts'
import { follow as payouts } from '../../src/payouts/merge.ts'
import { connectCodeCard, connectedCard, wrongCodeCard } from '../../src/people/cards-connect.ts'
import { offerConnect, spend, tryCode } from '../../src/people/claims.ts'
import { mailPerson } from '../../src/people/invitations.ts'
import { accountsOf, beginMerge, finishMerge } from '../../src/people/merge.ts'
import { CONNECT_MINUTES } from '../../src/people/rules-claims.ts'
import { mayBegin } from '../../src/privacy/service.ts'
import { follow as recognition } from '../../src/recognition/merge.ts'
import { follow as rewards } from '../../src/rewards/merge.ts'
import { follow as rights } from '../../src/rights/merge.ts'
import { follow as trust } from '../../src/trust/merge.ts'

export default command({
  description: 'Be one person on Discord, Slack and the web',
  form: 'Connect your accounts',
  role: 'anyone',
  visibility: 'private',
  options: {
    code: optional(option.text('Code from your other account', { min: 10, max: 20, placeholder: 'K7QMP-XW4ZR', secret: true })),
  },
  async run(ctx, { code }) {
    if (code === undefined) return connectCodeCard(await offerConnect(ctx), minutes(ctx.now, CONNECT_MINUTES))
    const claim = await tryCode(ctx.db, ctx, ctx.now, { asker: ctx.actor.personId, typed: code, purposes: ['connect'] })
    // Thrown it would be rolled back, and with it the count of wrong codes.
    return claim instanceof Refusal ? wrongCodeCard(claim) : connect(ctx, claim)
  },
})

/** Two persons become one, room by room in one transaction; the ledger comes last of those that book. */
async function connect(ctx: Context, claim: Claim): Promise<Card> {
  must(claim.personId !== null, 'whoever connects accounts is somebody')
  if (claim.personId === ctx.actor.personId && claim.spentAt === null) throw own()
  const persons = await beginMerge(ctx, claim.personId)
  if (!persons) return connectedCard(await accountsOf(ctx, ctx.actor.personId))
  for (const id of [persons.from, persons.to]) await mayBegin(ctx, id)
  await spend(ctx, claim)
  const creators = await unite(ctx, persons)
  if (creators) {
    await links(ctx, creators)
    await trust(ctx, creators)
    await orders(ctx, creators)
    await campaigns(ctx, creators)
    await gifts(ctx, creators)
    await rights(ctx, creators)
    await content(ctx, creators)
    await moments(ctx, creators)
    await recognition(ctx, creators)
    await rewards(ctx, creators)
    await payouts(ctx, creators)
    await ledger(ctx, creators)
  }
  await uploads(ctx, persons)
  await questions(ctx, persons)
  await messages(ctx, persons)
  const creator = await creatorOfPerson(ctx, persons.to)
  await finishMerge(ctx, persons, roleBy(creator) === 'creator')
  // Each of two had a card of how they stand, and one of them is true no more.
  if (creators && creator) await showStatus(ctx, creator)
  const connected = connectedCard(await accountsOf(ctx, persons.to))
  // Whoever has the code becomes them: an account of somebody else must not come to theirs unseen.
  await ctx.show({ person: persons.to }, `connected:${persons.from}`, connected, { everywhere: true })
  await mailPerson(ctx, persons.to, `connected:${persons.from}`, connected)
  return connected
}

const own = () =>
  new Refusal('conflict', 'This code is from the account you type it with.', 'Type it on your other account.', 'code')
