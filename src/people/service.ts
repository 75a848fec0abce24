import type { Context, Role } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Identity, Membership, Person } from '../db/generated/client.ts'
import { repeatGrants } from '../db/outbox.ts'
import type { Id, Kind } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'

const ranks: Record<Role, number> = { anyone: 0, creator: 1, manager: 2, admin: 3 }

/** Whether a role may do what asks for another. */
export const atLeast = (role: Role, wanted: Role): boolean => ranks[role] >= ranks[wanted]

type Standing = { role: Role; finance?: boolean; former?: boolean; applicant?: boolean }

/** Whether somebody may run a command: by their role, as a former creator, or where money is concerned by the finance flag. */
export const mayRun = (who: Standing, command: Standing): boolean =>
  command.finance === true
    ? who.finance === true || who.role === 'admin'
    : atLeast(who.role, command.role) || (command.former === true && who.former === true)

type Offered = Standing & { inside?: true | 'former' | 'finance' }
type Owner = Standing & { creatorId?: string }

/** Whether a creator's own things are there to be shown: managers may be no creators, no creators yet, or none any more. */
export const hasOwn = (who: Owner, command: Pick<Standing, 'former'>): boolean =>
  who.creatorId !== undefined && who.applicant !== true && (who.former !== true || command.former === true)

/** Whether a command is named to somebody, in help, menus and lists: they may run it, and it does not refuse them for what they are. */
export function isFor(who: Owner, command: Offered): boolean {
  if (!mayRun(who, command)) return false
  if (command.role === 'creator' && !hasOwn(who, command) && command.finance !== true) return false
  if (command.inside === undefined || atLeast(who.role, 'creator')) return true
  return command.inside !== true && who[command.inside] === true
}

/** Roles come from the database as text; an unknown one may do nothing. */
export const asRole = (role: string): Role => (Object.hasOwn(ranks, role) ? (role as Role) : 'anyone')

export type Account = { platform: string; workspace: string; user: string; userName: string; programId: string }

type Maker = { db: Db; now: Date; id: <K extends Kind>(kind: K) => Id<K> }

/** The person behind an account and their membership; both are made when an account is seen for the first time. */
export async function recognise(world: Maker, account: Account): Promise<{ identity: Identity; membership: Membership }> {
  const { db, now } = world
  const where = {
    platform_workspace_externalId: { platform: account.platform, workspace: account.workspace, externalId: account.user },
  }
  const identity = (await db.identity.findUnique({ where })) ?? (await newIdentity(world, account))
  const key = { programId_personId: { programId: account.programId, personId: identity.personId } }
  const known = await db.membership.findUnique({ where: key })
  if (known?.mergedInto) return { identity, membership: await memberNow(db, account.programId, known.mergedInto) }
  if (known) return { identity, membership: known }
  await db.membership.createMany({
    data: {
      id: world.id('membership'),
      programId: account.programId,
      personId: identity.personId,
      name: identity.name,
      role: 'anyone',
      createdAt: now,
    },
    skipDuplicates: true,
  })
  return { identity, membership: await db.membership.findUniqueOrThrow({ where: key }) }
}

/** Two first messages may race: the unique key decides, and the loser's person is never shown. */
async function newIdentity(world: Maker, account: Account): Promise<Identity> {
  const { db, now } = world
  const person: Person = await db.person.create({ data: { id: world.id('person'), name: account.userName, createdAt: now } })
  await db.identity.createMany({
    data: {
      id: world.id('identity'),
      personId: person.id,
      platform: account.platform,
      workspace: account.workspace,
      externalId: account.user,
      name: account.userName,
      createdAt: now,
    },
    skipDuplicates: true,
  })
  return db.identity.findUniqueOrThrow({
    where: {
      platform_workspace_externalId: { platform: account.platform, workspace: account.workspace, externalId: account.user },
    },
  })
}

/** Gives somebody the name that was not known when they came. */
export async function nameLater(
  db: Db,
  programId: string,
  personId: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  const unnamed = { where: { personId, name: from }, data: { name: to } }
  await db.identity.updateMany(unnamed)
  await db.membership.updateMany({ ...unnamed, where: { ...unnamed.where, programId } })
  await db.person.updateMany({ where: { id: personId, name: from }, data: { name: to } })
}

/** The account was read a moment before two persons became one. */
const memberNow = (db: Db, programId: string, personId: string): Promise<Membership> =>
  db.membership.findUniqueOrThrow({ where: { programId_personId: { programId, personId } } })

/** What somebody who acts holds in common, and whoever merges them alone; see merge.ts. */
export const personLock = (programId: string, personId: string): string => `person ${programId} ${personId}`

/** The membership of a person in this program, of whoever they are now; Refusal when there is none. */
export async function membershipOf(ctx: Context, personId: string): Promise<Membership> {
  const membership = await ctx.db.membership.findUnique({
    where: { programId_personId: { programId: ctx.program.id, personId } },
  })
  if (membership?.mergedInto) return memberNow(ctx.db, ctx.program.id, membership.mergedInto)
  if (!membership) throw new Refusal('not_found', 'This person is not part of the program.', 'Pick someone from the list.')
  return membership
}

/** Who somebody is by now: where two persons have to act, two accounts that turned out to be one person are one person. */
export async function personNow(ctx: Context, personId: string): Promise<string> {
  const where = { programId: ctx.program.id, personId, mergedInto: { not: null } }
  const gone = await ctx.db.membership.findFirst({ where, select: { mergedInto: true } })
  return gone?.mergedInto ?? personId
}

/** Everybody this person was: what one person may do within a day, two accounts that turned out to be one do together. */
export async function personsOf(ctx: Context, personId: string): Promise<string[]> {
  const now = await personNow(ctx, personId)
  const where = { programId: ctx.program.id, mergedInto: now }
  const gone = await ctx.db.membership.findMany({ where, select: { personId: true } })
  return [now, ...gone.map((one) => one.personId)]
}

/** Sets a person's role in the program. The last admin can't step down. */
export async function setRole(ctx: Context, personId: string, role: Role): Promise<void> {
  const membership = await membershipOf(ctx, personId)
  if (membership.role === role) return
  if (membership.role === 'admin') {
    const admins = await ctx.db.$queryRaw<{ personId: string }[]>`
      SELECT "personId" FROM "Membership" WHERE "programId" = ${ctx.program.id} AND "role" = 'admin' ORDER BY id FOR UPDATE`
    if (admins.length === 1)
      throw new Refusal('conflict', 'A program needs at least one admin.', 'Make someone else admin first.')
  }
  const { count } = await ctx.db.membership.updateMany({ where: { id: membership.id, mergedInto: null }, data: { role } })
  if (count === 0) throw new Refusal('conflict', 'This person has just connected two accounts.', 'Please ask again.')
}

/** Whoever leaves a server loses their roles there, and would come back without them. */
export async function standAgain(ctx: Context): Promise<void> {
  await repeatGrants(ctx.db, ctx.program.id, ctx.actor.personId)
  ctx.ring('deliver')
}

/** Says whether a person sees money and takes part in payouts. */
export async function setFinance(ctx: Context, personId: string, finance: boolean): Promise<void> {
  const membership = await membershipOf(ctx, personId)
  const { count } = await ctx.db.membership.updateMany({ where: { id: membership.id, mergedInto: null }, data: { finance } })
  if (count === 0) throw new Refusal('conflict', 'This person has just connected two accounts.', 'Please ask again.')
}

/** Those who take part in payouts: finance members and admins, by name. */
export const financiers = (ctx: Context): Promise<Membership[]> =>
  ctx.db.membership.findMany({
    where: { programId: ctx.program.id, mergedInto: null, OR: [{ finance: true }, { role: 'admin' }] },
    orderBy: { name: 'asc' },
  })

/** Everybody who helps to run the program, by name. */
export const team = (ctx: Context): Promise<Membership[]> =>
  ctx.db.membership.findMany({
    where: { programId: ctx.program.id, mergedInto: null, OR: [{ finance: true }, { role: { in: ['manager', 'admin'] } }] },
    orderBy: { name: 'asc' },
  })

/** Managers and admins, by name. */
export const managers = (ctx: Context): Promise<Membership[]> =>
  ctx.db.membership.findMany({
    where: { programId: ctx.program.id, role: { in: ['manager', 'admin'] } },
    orderBy: { name: 'asc' },
  })
