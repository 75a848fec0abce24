import type { Context } from '../context.ts'
import { FORMER, type Forgotten, type Section, type Subject } from '../kernel/personal.ts'
import { BANNED, bansOf, keepBanned } from './banned.ts'

const STAYING = 'while you are here'

/** Who somebody is: their accounts, how they want to be spoken to, and where they are signed in. */
export async function personal(ctx: Context, { personIds }: Subject): Promise<Section[]> {
  const own = { programId: ctx.program.id, personId: { in: personIds } }
  const persons = await ctx.db.person.findMany({ where: { id: { in: personIds } } })
  const identities = await accountsIn(ctx, personIds)
  const members = await ctx.db.membership.findMany({ where: own })
  const sessions = await ctx.db.session.findMany({ where: own, select: { createdAt: true, expiresAt: true } })
  const links = await ctx.db.loginLink.findMany({ where: own, select: { page: true, offer: true, expiresAt: true } })
  const offered = links.flatMap(({ offer }) => (offer as { email?: string } | null)?.email ?? [])
  const mails = identities.flatMap(({ platform, externalId }) => (platform === 'email' ? [externalId] : []))
  return [
    {
      name: 'Accounts',
      about: 'to know you at each door',
      until: STAYING,
      fate: 'deleted',
      rows: [...persons, ...identities],
      words: [...persons, ...identities].map(({ name }) => name).concat(mails, offered),
    },
    {
      name: 'Settings',
      about: 'to speak to you as you like',
      until: STAYING,
      fate: 'deleted',
      rows: members.map(({ programId: _, ...row }) => row),
      words: members.map(({ name }) => name),
    },
    {
      name: 'Sign-ins',
      about: 'to keep you signed in in your browser',
      until: '12 hours',
      fate: 'deleted',
      rows: [...sessions, ...links],
    },
    {
      name: 'Ban',
      about: 'so that it holds',
      until: 'as long as the program',
      fate: 'pseudonymised',
      why: 'Of your accounts keyed hashes stay, which name nobody, so that a ban holds.',
      rows: await bansOf(ctx, personIds),
    },
  ]
}

/** Accounts belong to persons and not to programs: those at a space of this program, and its mail. */
const accountsIn = async (ctx: Context, personIds: string[]) => {
  const programId = ctx.program.id
  const spaces = await ctx.db.space.findMany({ where: { programId }, select: { platform: true, workspace: true } })
  const places = [...spaces, { platform: 'email', workspace: programId }]
  return ctx.db.identity.findMany({ where: { personId: { in: personIds }, OR: places }, orderBy: { createdAt: 'asc' } })
}

/** The accounts go, so whoever comes by them again is somebody new. A person of other programs too keeps their name there. */
export async function forget(ctx: Context, { personIds }: Subject): Promise<Forgotten> {
  const own = { programId: ctx.program.id, personId: { in: personIds } }
  await ctx.db.session.deleteMany({ where: own })
  await ctx.db.loginLink.deleteMany({ where: own })
  await ctx.db.claim.deleteMany({ where: own })
  const gone = await accountsIn(ctx, personIds)
  if ((await bansOf(ctx, personIds)).length > 0) await keepBanned(ctx, gone)
  for (const { platform, workspace, externalId } of gone)
    await ctx.db.install.updateMany({ where: { platform, workspace, installer: externalId }, data: { installer: null } })
  await ctx.db.identity.deleteMany({ where: { id: { in: gone.map(({ id }) => id) } } })
  const still = { personId: { in: personIds }, platform: { not: BANNED } }
  const known = await ctx.db.identity.findMany({ where: still, select: { personId: true } })
  const elsewhere = known.map(({ personId }) => personId)
  await ctx.db.person.updateMany({ where: { id: { in: personIds, notIn: elsewhere } }, data: { name: FORMER } })
  const unset = { zone: null, locale: null, quietFrom: null, quietTo: null, door: null, pausedUntil: null, muted: [] }
  await ctx.db.membership.updateMany({
    where: own,
    data: { name: FORMER, role: 'anyone', finance: false, ...unset, alerts: 'none', reach: 'off' },
  })
  return {}
}
