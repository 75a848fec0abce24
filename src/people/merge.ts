/**
 * The law of the merge: two persons of one program who prove with a code that they are one become one, in one transaction. The older
 * person stays. Their accounts, role and settings come together here; what they are as creators, their money, links, orders, content
 * and badges each follow in their own room; what was shown to them privately stays where it is and is edited there. A transfer is never
 * edited: what is left on the old accounts moves by transfers. Whoever acts holds a shared lock on themselves while they do, and a merge
 * holds an exclusive one on both, so that nobody goes on acting as somebody who is no more.
 */
import type { Context, Role } from '../context.ts'
import { followPrivately, repeatGrants } from '../db/outbox.ts'
import { LEFT } from '../db/places.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { elder, joinSettings } from './rules-merge.ts'
import { asRole, atLeast, personLock } from './service.ts'

/** Who is given up, and who stays. */
export type Pair = { from: string; to: string }

/** Locks the actor and another person of the program and says which of them stays; undefined when they are one already. */
export async function beginMerge(ctx: Context, otherId: string): Promise<Pair | undefined> {
  const programId = ctx.program.id
  const ids = [ctx.actor.personId, otherId].sort()
  for (const id of ids) await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${personLock(programId, id)}, 0))`
  await ctx.db.$queryRaw`
    SELECT id FROM "Membership" WHERE "programId" = ${programId} AND "personId" = ANY(${ids}) ORDER BY id FOR UPDATE`
  const members = await ctx.db.membership.findMany({ where: { programId, personId: { in: ids } } })
  const into = members.find((member) => member.mergedInto !== null)?.mergedInto
  if (ids[0] === ids[1] || (into && ids.includes(into))) return undefined
  if (into || members.length !== 2)
    throw new Refusal('conflict', 'The account this code came from has changed.', 'Get a new code there.')
  const [a, b] = await ctx.db.person.findMany({ where: { id: { in: ids } } })
  must(a && b, 'members are persons')
  const to = elder(a, b).id
  return { from: to === a.id ? b.id : a.id, to }
}

/** Brings accounts, role, settings, sessions and private places of both together, and grants every role on every account. */
export async function finishMerge(ctx: Context, { from, to }: Pair, isCreator: boolean): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$executeRaw`
    UPDATE "Identity" i SET "personId" = ${to} FROM "Space" s
    WHERE i."personId" = ${from} AND s."programId" = ${programId} AND s.platform = i.platform AND s.workspace = i.workspace`
  await ctx.db.identity.updateMany({ where: { personId: from, platform: 'email', workspace: programId }, data: { personId: to } })
  const role = await joinMemberships(ctx, { from, to })
  const own = { programId, personId: from }
  await ctx.db.session.updateMany({ where: own, data: { personId: to } })
  await ctx.db.loginLink.updateMany({ where: own, data: { personId: to } })
  // Whoever took up an invitation of the person given up would come in as nobody.
  const codes = [
    { personId: from, purpose: { in: ['connect', 'invite'] } },
    { personId: to, purpose: 'connect' },
  ]
  await ctx.db.claim.deleteMany({ where: { programId, spentAt: null, OR: codes } })
  await ctx.db.draft.deleteMany({ where: own })
  await movePrivatePlaces(ctx, { from, to })
  for (const granted of ['creator', 'manager', 'admin'] as const) {
    const holds = granted === 'creator' ? isCreator : atLeast(role, granted)
    if (holds) await ctx.grant(to, granted, true)
  }
  await repeatGrants(ctx.db, programId, to)
}

/** One membership with the higher role; the other one keeps a name for what was done under it. */
async function joinMemberships(ctx: Context, { from, to }: Pair): Promise<Role> {
  const programId = ctx.program.id
  const of = (personId: string) => ctx.db.membership.findUniqueOrThrow({ where: { programId_personId: { programId, personId } } })
  const [goes, stays] = [await of(from), await of(to)]
  const [typed, other] = ctx.actor.personId === from ? [goes, stays] : [stays, goes]
  const role = atLeast(asRole(goes.role), asRole(stays.role)) ? goes.role : stays.role
  const finance = goes.finance || stays.finance
  await ctx.db.membership.update({ where: { id: stays.id }, data: { ...joinSettings(typed, other), role, finance } })
  await ctx.db.membership.update({ where: { id: goes.id }, data: { role: 'anyone', finance: false, mergedInto: to } })
  await ctx.db.membership.updateMany({ where: { programId, mergedInto: from }, data: { mergedInto: to } })
  return asRole(role)
}

/** Where only one of them has a private place in a space, it is now the place of both; where both have one, the older person's stays. */
async function movePrivatePlaces(ctx: Context, { from, to }: Pair): Promise<void> {
  const programId = ctx.program.id
  const taken = await ctx.db.channel.findMany({
    where: { programId, audience: `person:${to}` },
    select: { spaceId: true },
  })
  await ctx.db.channel.updateMany({
    where: { programId, audience: `person:${from}`, spaceId: { notIn: taken.map(({ spaceId }) => spaceId) } },
    data: { audience: `person:${to}` },
  })
  // Both may have come in by the same server, and only one of them is in the place there.
  await ctx.db.channel.updateMany({ where: { programId, audience: `person:${to}` }, data: { name: LEFT } })
  // A direct message is opened anew when it is wanted.
  await ctx.db.channel.deleteMany({ where: { programId, audience: `dm:${from}` } })
  await followPrivately(ctx.db, programId, from, to)
}

/** The accounts of a person in this program, the first one first. */
export async function accountsOf(ctx: Context, personId: string): Promise<{ platform: string; name: string }[]> {
  return ctx.db.$queryRaw<{ platform: string; name: string }[]>`
    SELECT i.platform, i.name FROM "Identity" i
    JOIN "Space" s ON s.platform = i.platform AND s.workspace = i.workspace AND s."programId" = ${ctx.program.id}
    WHERE i."personId" = ${personId} ORDER BY i."createdAt", i.id`
}
