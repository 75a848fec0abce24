// An invitation is a creator who is not here yet: a person without an account, what they are offered, and a code in an address that
// one person can take up once. Only the keyed hash of a code is kept; whoever loses the address is given a new one, which ends it.
import type { Context } from '../context.ts'
import type { Claim, Creator } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { parseHandle, UNKNOWN_COUNTRY } from './rules.ts'
import { creatorOf, locked } from './service.ts'

export const INVITE_DAYS = 30

/** What an invitation says beside the row of its creator. */
export type InvitePayload = { note?: string }

export type Offer = {
  name: string
  /** Missing = the program's rate. */
  rateBps?: number | undefined
  /** What the invited person reads. */
  note?: string | undefined
  handle?: string | undefined
  email?: string | undefined
  autoApprove: boolean
}

/** An invitation that can still be taken up. */
export type OpenInvite = { creator: Creator; note: string | undefined; expiresAt: Date; by: string | null }

/** Invites someone by name; gives the address to send to them, which is shown this once. */
export async function invite(ctx: Context, offer: Offer): Promise<{ creator: Creator; url: string }> {
  const handle = offer.handle === undefined ? '' : parseHandle(offer.handle)
  const person = { id: ctx.id('person'), name: offer.name, createdAt: ctx.now }
  await ctx.db.person.create({ data: person })
  const own = { programId: ctx.program.id, personId: person.id, name: offer.name, createdAt: ctx.now }
  await ctx.db.membership.create({ data: { ...own, id: ctx.id('membership'), role: 'anyone' } })
  const creator = await ctx.db.creator.create({
    data: {
      ...own,
      id: ctx.id('creator'),
      state: 'invited',
      handle,
      niche: 'other',
      country: UNKNOWN_COUNTRY,
      email: offer.email ?? '',
      rateBps: offer.rateBps ?? null,
      invitedBy: ctx.actor.personId,
      autoApprove: offer.autoApprove,
      appliedAt: ctx.now,
    },
  })
  return { creator, url: await offerPlace(ctx, creator, offer.note) }
}

/** A new address for someone who is invited or was brought along and has no account yet; the one before it ends. */
export async function inviteAgain(ctx: Context, creatorId: string): Promise<{ creator: Creator; url: string }> {
  const creator = await locked(ctx, creatorId)
  if (await hasAccount(ctx, creator))
    throw new Refusal('conflict', `${creator.name} is here already.`, 'Only someone without an account takes up an invitation.')
  const before = await ctx.db.claim.findFirst({ where: openClaim(ctx, creator.personId), orderBy: { createdAt: 'desc' } })
  const url = await offerPlace(ctx, creator, (before?.payload as InvitePayload | undefined)?.note)
  if (creator.state !== 'candidate') return { creator, url }
  return { creator: await ctx.db.creator.update({ where: { id: creator.id }, data: { state: 'invited' } }), url }
}

/** Ends whatever address someone was given; who was only invited is a candidate again. */
export async function revokeInvite(ctx: Context, creatorId: string): Promise<Creator> {
  const creator = await locked(ctx, creatorId)
  const { count } = await ctx.db.claim.deleteMany({ where: openClaim(ctx, creator.personId) })
  if (count === 0 && creator.state !== 'invited')
    throw new Refusal('conflict', `${creator.name} has no open invitation.`, 'It was taken up, or its time is over.')
  if (creator.state !== 'invited') return creator
  return ctx.db.creator.update({ where: { id: creator.id }, data: { state: 'candidate' } })
}

/** The invitations that can still be taken up, those that end first in front. */
export async function openInvites(ctx: Context, take: number): Promise<{ rows: OpenInvite[]; total: number }> {
  const where = { programId: ctx.program.id, purpose: 'invite', spentAt: null, expiresAt: { gt: ctx.now } }
  const claims = await ctx.db.claim.findMany({ where, orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }], take })
  const people = claims.flatMap((claim) => claim.personId ?? [])
  const creators = await ctx.db.creator.findMany({ where: { programId: ctx.program.id, personId: { in: people } } })
  const members = await ctx.db.membership.findMany({
    where: { programId: ctx.program.id, personId: { in: creators.flatMap((creator) => creator.invitedBy ?? []) } },
    select: { personId: true, name: true },
  })
  const rows = claims.flatMap((claim) => {
    const creator = creators.find((one) => one.personId === claim.personId)
    if (!creator) return []
    const by = members.find((one) => one.personId === creator.invitedBy)?.name ?? null
    return [{ creator, note: (claim.payload as InvitePayload).note, expiresAt: claim.expiresAt, by }]
  })
  return { rows, total: await ctx.db.claim.count({ where }) }
}

/** How many invitations of somebody can still be taken up. Whoever let theirs run out stays invited, and waits for nothing. */
export async function openBy(ctx: Context, personId: string): Promise<number> {
  const where = { programId: ctx.program.id, invitedBy: personId, state: 'invited' }
  const invited = await ctx.db.creator.findMany({ where, select: { personId: true } })
  const of = { personId: { in: invited.map((creator) => creator.personId) }, expiresAt: { gt: ctx.now } }
  return ctx.db.claim.count({ where: { programId: ctx.program.id, purpose: 'invite', spentAt: null, ...of } })
}

/** The invitation behind a code, while it can be taken up. Looking at it does not spend it. */
export async function findInvite(ctx: Context, code: string): Promise<{ creator: Creator; note: string | undefined } | null> {
  const where = {
    programId: ctx.program.id,
    purpose: 'invite',
    codeHash: ctx.hash(code),
    spentAt: null,
    expiresAt: { gt: ctx.now },
  }
  const claim: Claim | null = await ctx.db.claim.findFirst({ where })
  if (!claim?.personId) return null
  const personId = claim.personId
  const creator = await ctx.db.creator.findFirst({ where: { programId: ctx.program.id, personId } })
  return creator && { creator, note: (claim.payload as InvitePayload).note }
}

/**
 * Spends an invitation: the account on the web is from now on that of the invited person. Of two who try at once one is refused, and
 * so is whoever is somebody else here already.
 */
export async function takeInvite(ctx: Context, code: string, user: string): Promise<Creator> {
  const where = {
    programId: ctx.program.id,
    purpose: 'invite',
    codeHash: ctx.hash(code),
    spentAt: null,
    expiresAt: { gt: ctx.now },
  }
  const { count } = await ctx.db.claim.updateMany({ where, data: { spentAt: ctx.now } })
  if (count !== 1) throw inviteOver()
  const claim = await ctx.db.claim.findUniqueOrThrow({ where: { codeHash: ctx.hash(code) } })
  const creator = await ctx.db.creator.findFirstOrThrow({ where: { programId: ctx.program.id, personId: claim.personId! } })
  const account = { platform: 'web', workspace: ctx.program.id, externalId: user }
  const made = await ctx.db.identity.createMany({
    data: { ...account, id: ctx.id('identity'), personId: creator.personId, name: creator.name, createdAt: ctx.now },
    skipDuplicates: true,
  })
  if (made.count === 0)
    throw new Refusal(
      'conflict',
      'You have begun here as somebody else in this browser.',
      'Open the invitation in another browser or in a private window.',
    )
  if (creator.state === 'approved' || creator.state === 'paused') await ctx.grant(creator.personId, 'creator', true)
  return creator
}

/** Someone whom the brand brought along takes up their place and agrees that we keep what we know of them. */
export async function claimPlace(ctx: Context, code: string, user: string): Promise<Creator> {
  const creator = await takeInvite(ctx, code, user)
  return ctx.db.creator.update({ where: { id: creator.id }, data: { adultAt: ctx.now, shown: 'name' } })
}

const inviteOver = (): Refusal =>
  new Refusal(
    'too_late',
    'This invitation was used before, taken back, or is older than thirty days.',
    'Ask the team for a new one.',
  )

/** Those of these creators who have no account anywhere yet. */
export async function withoutAccount(ctx: Context, creatorIds: string[]): Promise<Creator[]> {
  const where = {
    programId: ctx.program.id,
    id: { in: creatorIds },
    mergedInto: null,
    state: { notIn: ['banned', 'left', 'declined'] },
  }
  const creators = await ctx.db.creator.findMany({ where, orderBy: [{ name: 'asc' }, { id: 'asc' }] })
  const known = await ctx.db.identity.findMany({
    where: { personId: { in: creators.map((creator) => creator.personId) } },
    select: { personId: true },
  })
  const here = new Set(known.map((identity) => identity.personId))
  return creators.filter((creator) => !here.has(creator.personId))
}

/** New addresses for many at once, by creator id; whatever they were given before ends, and what it said is said again. */
export async function inviteMany(ctx: Context, creators: Creator[]): Promise<Map<string, string>> {
  const people = creators.map((one) => one.personId)
  const before = { programId: ctx.program.id, purpose: 'invite', spentAt: null, personId: { in: people } }
  const said = await ctx.db.claim.findMany({ where: before, orderBy: { createdAt: 'asc' } })
  const notes = new Map(said.map(({ personId, payload }) => [personId, (payload as InvitePayload).note]))
  await ctx.db.claim.deleteMany({ where: before })
  const made = creators.map((creator) => ({ creator, code: newCode(ctx) }))
  const rows = made.map(({ creator, code }) => claimRow(ctx, creator, code, notes.get(creator.personId)))
  await ctx.db.claim.createMany({ data: rows })
  await ctx.db.creator.updateMany({
    where: { programId: ctx.program.id, id: { in: creators.map((one) => one.id) }, state: 'candidate' },
    data: { state: 'invited' },
  })
  return new Map(made.map(({ creator, code }) => [creator.id, addressOf(ctx, code)]))
}

async function offerPlace(ctx: Context, creator: Creator, note: string | undefined): Promise<string> {
  await ctx.db.claim.deleteMany({ where: openClaim(ctx, creator.personId) })
  const code = newCode(ctx)
  await ctx.db.claim.create({ data: claimRow(ctx, creator, code, note) })
  return addressOf(ctx, code)
}

const openClaim = (ctx: Context, personId: string) => ({
  programId: ctx.program.id,
  purpose: 'invite',
  personId,
  spentAt: null,
})

const claimRow = (ctx: Context, creator: Creator, code: string, note: string | undefined) => ({
  id: ctx.id('claim'),
  programId: ctx.program.id,
  purpose: 'invite',
  personId: creator.personId,
  codeHash: ctx.hash(code),
  payload: (note === undefined ? {} : { note }) satisfies InvitePayload,
  expiresAt: days(ctx.now, INVITE_DAYS),
  createdAt: ctx.now,
})

/** 128 random bits, so that nobody guesses one. */
const newCode = (ctx: Context): string => Buffer.from(ctx.random(16)).toString('base64url')

const addressOf = (ctx: Context, code: string): string => ctx.url(`/join/${ctx.program.id}?invite=${code}`)

async function hasAccount(ctx: Context, { id }: Creator): Promise<boolean> {
  const creator = await creatorOf(ctx, id)
  return (await ctx.db.identity.count({ where: { personId: creator.personId } })) > 0
}
