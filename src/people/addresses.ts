// An e-mail address that signs somebody in. It becomes theirs by following a link that was mailed to it and by nothing else, so a
// mistyped address lets nobody in once the link is over. Like any account it belongs to one person of the program.
import type { Context } from '../context.ts'
import type { Card } from '../kernel/card.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addressAddedCard, joinedCard, otherAddressCard } from './cards-mail.ts'
import { financiers, membershipOf, setFinance, setRole } from './service.ts'

/** What following a mailed link does: lets in by a known address, adds one to a person, or makes them what they were invited to be. */
export type MailOffer =
  | { kind: 'sign-in'; email: string }
  | { kind: 'address'; email: string; by: string }
  | { kind: 'invite'; email: string; by: string; role: 'anyone' | 'manager'; finance: boolean }

const accountOf = (ctx: Context, email: string) => ({ platform: 'email', workspace: ctx.program.id, externalId: email })

/** Whom an address signs in here. */
export const ownerOfAddress = async (ctx: Context, email: string): Promise<string | undefined> =>
  (await ctx.db.identity.findUnique({ where: { platform_workspace_externalId: accountOf(ctx, email) } }))?.personId

/** The addresses that sign a person in, the oldest first. */
export const addressesOf = async (ctx: Context, personId: string): Promise<string[]> => {
  const where = { personId, platform: 'email', workspace: ctx.program.id }
  const rows = await ctx.db.identity.findMany({ where, orderBy: { createdAt: 'asc' }, select: { externalId: true } })
  return rows.map((row) => row.externalId)
}

/** What came with a link is done in the transaction that spends it. Refusal when it can't be any more; the link stays unspent then. */
export async function takeUp(ctx: Context, linkedId: string, offer: MailOffer): Promise<void> {
  const member = await membershipOf(ctx, linkedId)
  const { personId, name } = member
  if (offer.kind === 'sign-in') {
    if ((await ownerOfAddress(ctx, offer.email)) === personId) return
    throw new Refusal('not_allowed', 'This address no longer signs anybody in.', 'Ask an admin of the program.')
  }
  const before = await addressesOf(ctx, personId)
  await addAddress(ctx, personId, name, offer.email)
  if (offer.kind === 'invite') {
    if (offer.role === 'manager' && member.role === 'anyone') {
      await setRole(ctx, personId, 'manager')
      await ctx.grant(personId, 'manager', true)
    }
    if (offer.finance) await setFinance(ctx, personId, true)
    return tellFinance(ctx, personId, joinedCard(name, offer))
  }
  const added = addressAddedCard(offer.email, offer.by)
  const key = `address:${offer.email}:${ctx.now.toISOString()}`
  await ctx.show({ person: personId }, key, added, { everywhere: true })
  for (const email of before) await ctx.mail(email, `notice:${key}:${email}`, added)
  // Whoever signs in as somebody could be the second person of a payout, so the others who could notice are told as well.
  if (member.finance || member.role === 'admin') await tellFinance(ctx, personId, otherAddressCard(name, offer))
}

async function tellFinance(ctx: Context, about: string, told: Card): Promise<void> {
  for (const { personId } of await financiers(ctx))
    if (personId !== about) await ctx.show({ person: personId }, `mail-sign-in:${about}:${ctx.now.toISOString()}`, told)
}

async function addAddress(ctx: Context, personId: string, name: string, email: string): Promise<void> {
  const account = { id: ctx.id('identity'), personId, ...accountOf(ctx, email), name, createdAt: ctx.now }
  await ctx.db.identity.createMany({ data: account, skipDuplicates: true })
  if ((await ownerOfAddress(ctx, email)) !== personId) throw taken()
}

export const taken = (): Refusal =>
  new Refusal('conflict', 'This address signs somebody else in.', 'Use another address, or end that sign-in first.', 'email')

/** Ends all e-mail sign-in of a person: addresses, links on their way and open browsers. Gives how many addresses there were. */
export async function endAddresses(ctx: Context, personId: string): Promise<number> {
  const own = { programId: ctx.program.id, personId }
  await ctx.db.loginLink.deleteMany({ where: { ...own, spentAt: null } })
  await ctx.db.session.deleteMany({ where: own })
  const { count } = await ctx.db.identity.deleteMany({ where: { personId, platform: 'email', workspace: ctx.program.id } })
  return count
}
