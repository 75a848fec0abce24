// Mail that lets people in: invitations, addresses to be confirmed, and links for those who have an address already.
import type { Context } from '../context.ts'
import type { Card } from '../kernel/card.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days, minutes } from '../kernel/time.ts'
import { addressesOf, type MailOffer, ownerOfAddress, taken } from './addresses.ts'
import { addressMailCard, inviteMailCard, signInMailCard, withDashboard } from './cards-mail.ts'
import { offerLogin } from './login.ts'
import { membershipOf } from './service.ts'

const INVITE_DAYS = 7
export const SIGN_IN_MINUTES = 15
/** Links to one address that may be open at once; whoever has so many needs no other. */
const OPEN_LINKS = 3

export type Invitation = { name: string; email: string; role: 'anyone' | 'manager'; finance: boolean }

/**
 * Makes a person who is nobody yet and mails them a link; following it makes them what they were invited to be. The same address
 * again replaces what was offered before. Refusal conflict when the address is somebody's, or no mail can be sent.
 */
export async function invite(ctx: Context, { name, email, role, finance }: Invitation): Promise<Date> {
  await canAsk(ctx, email)
  const open = { programId: ctx.program.id, spentAt: null }
  const kind = { path: ['kind'], equals: 'invite' }
  const before = await ctx.db.loginLink.findFirst({
    where: { ...open, AND: [{ offer: kind }, { offer: { path: ['email'], equals: email } }] },
  })
  const personId = before?.personId ?? (await newPerson(ctx, name))
  if (before) {
    await ctx.db.loginLink.deleteMany({ where: { ...open, personId } })
    await ctx.db.membership.updateMany({ where: { programId: ctx.program.id, personId }, data: { name } })
  }
  const offer: MailOffer = { kind: 'invite', email, by: ctx.actor.name, role, finance }
  return mailLink(ctx, personId, offer, days(ctx.now, INVITE_DAYS), (url, until) =>
    inviteMailCard({ ...offer, name, program: ctx.program.name, url, until }),
  )
}

/** Who was invited and has not come yet, the last first. */
export async function openInvitations(ctx: Context): Promise<{ name: string; email: string; until: Date }[]> {
  const rows = await ctx.db.loginLink.findMany({
    where: { programId: ctx.program.id, spentAt: null, expiresAt: { gt: ctx.now }, offer: { path: ['kind'], equals: 'invite' } },
    orderBy: { createdAt: 'desc' },
    take: 25,
  })
  const members = await ctx.db.membership.findMany({
    where: { programId: ctx.program.id, personId: { in: rows.map((row) => row.personId) } },
    select: { personId: true, name: true },
  })
  return rows.map(({ personId, offer, expiresAt }) => ({
    name: members.find((member) => member.personId === personId)?.name ?? '',
    email: (offer as MailOffer).email,
    until: expiresAt,
  }))
}

/** Takes back what was offered to somebody by mail and not taken up. */
export async function endOffers(ctx: Context, personId: string): Promise<void> {
  const offers = [{ offer: { path: ['kind'], equals: 'invite' } }, { offer: { path: ['kind'], equals: 'address' } }]
  await ctx.db.loginLink.deleteMany({ where: { programId: ctx.program.id, personId, spentAt: null, OR: offers } })
}

/** Asks by mail whether an address is to sign somebody in who is here already. */
export async function offerAddress(ctx: Context, personId: string, email: string): Promise<Date> {
  await canAsk(ctx, email)
  const { name } = await membershipOf(ctx, personId)
  const offer: MailOffer = { kind: 'address', email, by: ctx.actor.name }
  return mailLink(ctx, personId, offer, days(ctx.now, INVITE_DAYS), (url, until) =>
    addressMailCard({ name, by: ctx.actor.name, program: ctx.program.name, url, until }),
  )
}

/** Mails a link to an address that signs this person in; nothing when enough of them are open. */
export async function mailSignIn(ctx: Context, personId: string, email: string): Promise<void> {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`sign-in ${ctx.program.id} ${email}`}, 0))`
  const where = { programId: ctx.program.id, expiresAt: { gt: ctx.now } }
  const same = [{ offer: { path: ['kind'], equals: 'sign-in' } }, { offer: { path: ['email'], equals: email } }]
  if ((await ctx.db.loginLink.count({ where: { ...where, AND: same } })) >= OPEN_LINKS) return
  const { name } = await membershipOf(ctx, personId)
  await mailLink(ctx, personId, { kind: 'sign-in', email }, minutes(ctx.now, SIGN_IN_MINUTES), (url) =>
    signInMailCard({ name, program: ctx.program.name, url, minutes: SIGN_IN_MINUTES }),
  )
}

/** Tells a person by mail too, at each address that signs them in, once for each key. */
export async function mailPerson(ctx: Context, personId: string, key: string, card: Card): Promise<void> {
  if (!ctx.mails) return
  const shown = withDashboard(card, ctx.url('/dashboard'))
  for (const email of await addressesOf(ctx, personId)) await ctx.mail(email, `notice:${key}:${email}`, shown)
}

async function canAsk(ctx: Context, email: string): Promise<void> {
  if (!ctx.mails)
    throw new Refusal('conflict', 'This Troupe sends no mail yet.', 'Set SMTP_URL and MAIL_FROM where it runs, then try again.')
  if (await ownerOfAddress(ctx, email)) throw taken()
}

async function newPerson(ctx: Context, name: string): Promise<string> {
  const { id: personId } = await ctx.db.person.create({ data: { id: ctx.id('person'), name, createdAt: ctx.now } })
  const member = { id: ctx.id('membership'), programId: ctx.program.id, personId, name, role: 'anyone', createdAt: ctx.now }
  await ctx.db.membership.create({ data: member })
  return personId
}

async function mailLink(
  ctx: Context,
  personId: string,
  offer: MailOffer,
  until: Date,
  cardOf: (url: string, until: Date) => Card,
): Promise<Date> {
  const path = await offerLogin(ctx, personId, '/dashboard', { offer, until })
  await ctx.mail(offer.email, `${offer.kind}:${ctx.id('post')}`, cardOf(ctx.url(path), until), until)
  return until
}
