import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Grant, RightsEvent, Share, Submission } from '../db/generated/client.ts'
import { cut } from '../kernel/cut.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { localDay } from '../kernel/time.ts'
import { atLeast } from '../people/service.ts'
import type { View } from './cards.ts'
import { presetOf } from './presets.ts'
import type { Side } from './rules.ts'
import { FROM_APPROVAL, offerText, scopeLines, scopeOf, stateWords } from './rules-words.ts'
import { termsById } from './terms.ts'

const NAME_SHOWN = 60

/** Content of this program. Refusal not_found. */
export async function contentOf(ctx: Context, submissionId: string): Promise<Submission> {
  const found = await ctx.db.submission.findFirst({ where: { id: submissionId, programId: ctx.program.id } })
  if (!found) throw new Refusal('not_found', 'This content does not exist.', 'Pick it from the list.', 'submission')
  return found
}

/** Throws Refusal not_found unless the id names content of this program: a creator's, or what a customer sent. */
export async function checkContent(ctx: Context, contentId: string): Promise<void> {
  const where = { id: contentId, programId: ctx.program.id }
  if (!isId('share', contentId)) await contentOf(ctx, contentId)
  else if ((await ctx.db.share.count({ where })) === 0)
    throw new Refusal('not_found', 'This content does not exist.', 'Pick it from the list.', 'share')
}

/** The licences of these pieces of content, newest first. What a customer sent has one, which its own row carries. */
export async function licencesOf(ctx: Context, contentIds: string[]): Promise<Grant[]> {
  const programId = ctx.program.id
  const grants = await ctx.db.grant.findMany({
    where: { programId, submissionId: { in: contentIds } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  })
  const ids = contentIds.filter((id) => isId('share', id))
  if (ids.length === 0) return grants
  const shares = await ctx.db.share.findMany({ where: { programId, id: { in: ids } } })
  return [...grants, ...shares.flatMap((share) => licenceOf(ctx.program.currency, share) ?? [])]
}

/** The licence of what a customer sent; undefined until it is approved for the first time. */
export function licenceOf(currency: string, share: Share): Grant | undefined {
  const { scope } = presetOf(share.preset)
  if (scope === null || share.startsAt === null || share.termsId === null) return undefined
  return {
    ...scope,
    id: share.id,
    programId: share.programId,
    submissionId: share.id,
    creatorId: '',
    state: share.state === 'approved' ? 'granted' : 'revoked',
    preset: share.preset,
    currency,
    termsId: share.termsId,
    round: 1,
    offeredBy: 'brand',
    requestedBy: null,
    renewsId: null,
    signedAt: share.submittedAt,
    startsAt: share.startsAt,
    endsAt: share.endsAt,
    reminded: null,
    revokedAt: share.withdrawnAt,
    takedownAt: share.takedownAt,
    createdAt: share.createdAt,
  }
}

/** On whose side the actor stands: creators on their own, managers for the brand. Refusal not_found for everybody else. */
export function sideOf(ctx: Context, grant: Pick<Grant, 'creatorId'>): Side {
  if (ctx.actor.creatorId === grant.creatorId) return 'creator'
  if (atLeast(ctx.actor.role, 'manager')) return 'brand'
  throw new Refusal('not_found', 'There is no such licence of yours.', 'Pick one from /rights list.', 'grant')
}

/**
 * What a creator's licences are looked up by: those that came with an approval which can still be undone are not given away. Managers
 * see all.
 */
async function heardBy(ctx: Context): Promise<{ creatorId?: string; submissionId?: { notIn: string[] } }> {
  const { creatorId, role } = ctx.actor
  if (atLeast(role, 'manager') || creatorId === undefined) return {}
  const untold = { programId: ctx.program.id, creatorId, state: 'approved', decidedAt: { not: null }, toldAt: null }
  const rows = await ctx.db.submission.findMany({ where: untold, select: { id: true } })
  return rows.length === 0 ? { creatorId } : { creatorId, submissionId: { notIn: rows.map(({ id }) => id) } }
}

/** A licence of this program, for those who may see it. Refusal not_found. */
export async function grantOf(ctx: Context, grantId: string): Promise<Grant> {
  const { submissionId } = await heardBy(ctx)
  const where = { id: grantId, programId: ctx.program.id, ...(submissionId ? { submissionId } : {}) }
  const grant = await ctx.db.grant.findFirst({ where })
  if (!grant) throw new Refusal('not_found', 'There is no such licence.', 'Pick one from /rights list.', 'grant')
  sideOf(ctx, grant)
  return grant
}

/** The same, with its row locked until the unit of work ends. */
export async function lockGrant(ctx: Context, grantId: string): Promise<Grant> {
  await ctx.db.$queryRaw`SELECT id FROM "Grant" WHERE id = ${grantId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return grantOf(ctx, grantId)
}

/** Whoever asks for rights in, grants rights on or places the same content takes turns. */
export const lockContent = async (ctx: Context, submissionId: string): Promise<void> => {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`rights ${submissionId}`}, 0))`
}

/** What people call pieces of content: its mission, its address, what it says. */
export async function namesOf(ctx: Context, submissionIds: string[]): Promise<Map<string, string>> {
  const programId = ctx.program.id
  const rows = await ctx.db.submission.findMany({
    where: { programId, id: { in: submissionIds } },
    select: { id: true, missionId: true, url: true, caption: true },
  })
  const missions = await ctx.db.mission.findMany({
    where: { programId, id: { in: rows.flatMap(({ missionId }) => missionId ?? []) } },
    select: { id: true, title: true },
  })
  const sent = submissionIds.filter((id) => isId('share', id))
  const shares = sent.length === 0 ? [] : await ctx.db.share.findMany({ where: { programId, id: { in: sent } } })
  const named = shares.map(({ id, name }): [string, string] => [id, cut(`what ${name || 'a customer'} sent`, NAME_SHOWN)])
  return new Map([
    ...named,
    ...rows.map(({ id, missionId, url, caption }): [string, string] => {
      const title = missions.find((mission) => mission.id === missionId)?.title
      const said = caption.trim().split('\n', 1)[0]
      return [id, cut(title ?? (said ? `“${said}”` : (url?.replace(/^https:\/\/(www\.)?/, '') ?? 'content')), NAME_SHOWN)]
    }),
  ])
}

export async function viewOf(ctx: Context, grant: Grant): Promise<View> {
  const programId = ctx.program.id
  const creator = await ctx.db.creator.findUniqueOrThrow({
    where: { id: grant.creatorId },
    select: { personId: true, name: true, handle: true },
  })
  const submission = await ctx.db.submission.findUniqueOrThrow({ where: { id: grant.submissionId } })
  const file = submission.fileId ? await ctx.db.file.findUnique({ where: { id: submission.fileId } }) : null
  const terms = await termsById(ctx, grant.termsId)
  const before = grant.renewsId === null ? null : await ctx.db.grant.findFirst({ where: { programId, id: grant.renewsId } })
  const starts = grant.startsAt ?? before?.endsAt
  const from = before && starts && starts > (grant.signedAt ?? ctx.now) ? starts : null
  const what = (await namesOf(ctx, [submission.id])).get(submission.id) ?? 'content'
  const scope = scopeOf(grant)
  const begins = from ? `from ${localDay(from, ctx.program.zone)}, when the present licence ends` : undefined
  const lines = scopeLines(scope, grant.currency, ctx.program.locale, grant.preset === null ? begins : FROM_APPROVAL)
  return {
    grant,
    creator,
    what,
    url: submission.url,
    picture: file?.mime.startsWith('image/') ? file.id : null,
    terms,
    lines,
    text: offerText({
      program: ctx.program.name,
      creator: `${creator.name} (${creator.handle})`,
      content: `${submission.id}, revision ${submission.revision}${submission.url ? `, ${submission.url}` : ''}${file ? `, SHA-256 ${file.sha256}` : ''}`,
      lines,
      version: terms.version,
      terms: terms.text,
    }),
  }
}

export type Told = RightsEvent & { name: string }

/** Everything that was done about a licence, oldest first, with the names of those who did it. */
export async function historyOf(ctx: Context, grant: Grant): Promise<Told[]> {
  const programId = ctx.program.id
  const events = await ctx.db.rightsEvent.findMany({
    where: { programId, grantId: grant.id },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  const people = await ctx.db.membership.findMany({
    where: { programId, personId: { in: events.flatMap(({ personId }) => personId ?? []) } },
    select: { personId: true, name: true },
  })
  return events.map((event) => ({
    ...event,
    name: people.find(({ personId }) => personId === event.personId)?.name ?? 'Troupe',
  }))
}

export type Row = { grant: Grant; creator: string; what: string }

const PAGE = 10

/** Licences for the list: a creator's own, or all of them for managers; those that end first at the top. */
export async function listGrants(
  ctx: Context,
  filter: { states?: string[] | undefined; endsBefore?: Date | undefined; creatorId?: string | undefined; page?: number },
): Promise<{ rows: Row[]; total: number; page: number }> {
  const page = filter.page ?? 1
  const where = {
    programId: ctx.program.id,
    state: filter.states ? { in: filter.states } : { not: 'none' },
    ...(await heardBy(ctx)),
    ...(filter.creatorId === undefined ? {} : { creatorId: filter.creatorId }),
    ...(filter.endsBefore === undefined ? {} : { endsAt: { gt: ctx.now, lte: filter.endsBefore } }),
  }
  const grants = await ctx.db.grant.findMany({
    where,
    orderBy: [{ endsAt: { sort: 'asc', nulls: 'first' } }, { id: 'desc' }],
    skip: (page - 1) * PAGE,
    take: PAGE,
  })
  const rows = await named(ctx, grants)
  return { rows, total: await ctx.db.grant.count({ where }), page }
}

/** With the name of the creator and of the content. */
export async function named(ctx: Context, grants: Grant[]): Promise<Row[]> {
  const creators = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: grants.map(({ creatorId }) => creatorId) } },
    select: { id: true, name: true },
  })
  const names = await namesOf(
    ctx,
    grants.map(({ submissionId }) => submissionId),
  )
  return grants.map((grant) => ({
    grant,
    creator: creators.find(({ id }) => id === grant.creatorId)?.name ?? '',
    what: names.get(grant.submissionId) ?? 'content',
  }))
}

const MANY = 25

/** Licences in these states whose creator or content holds what was typed: all for managers, a creator's own for them. */
export const suggestGrants =
  (...states: string[]) =>
  async (ctx: Context, typed: string): Promise<Suggestion[]> => {
    const all = atLeast(ctx.actor.role, 'manager')
    if (!all && ctx.actor.creatorId === undefined) return []
    const own = await heardBy(ctx)
    const state = states.length === 0 ? { not: 'none' } : { in: states }
    const where = { programId: ctx.program.id, state, ...own }
    const grants = await ctx.db.grant.findMany({ where, orderBy: { createdAt: 'desc' }, take: 100 })
    const rows = (await named(ctx, grants)).map(({ grant, creator, what }) => ({
      label: `${creator}: ${what} (${stateWords[grant.state]})`,
      value: grant.id,
    }))
    return rows.filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase())).slice(0, MANY)
  }

/** Content that rights can be asked for, newest first. */
export async function suggestContent(ctx: Context, typed: string): Promise<Suggestion[]> {
  if (!atLeast(ctx.actor.role, 'manager')) return []
  const programId = ctx.program.id
  const rows = await ctx.db.submission.findMany({
    where: { programId, OR: [{ state: { in: approved } }, { state: 'submitted', kind: { in: captured } }] },
    orderBy: { submittedAt: 'desc' },
    take: 100,
    select: { id: true, creatorId: true },
  })
  const ids = rows.map(({ creatorId }) => creatorId)
  const creators = await ctx.db.creator.findMany({ where: { programId, id: { in: ids } }, select: { id: true, name: true } })
  const names = await namesOf(
    ctx,
    rows.map(({ id }) => id),
  )
  return rows
    .map(({ id, creatorId }) => ({
      label: `${creators.find((creator) => creator.id === creatorId)?.name ?? ''}: ${names.get(id) ?? ''}`,
      value: id,
    }))
    .filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, MANY)
}

/** Content is asked for once it is approved; what was captured from a chat or a page is asked for before that. */
const approved = ['approved', 'live', 'measured']
const captured = ['moment', 'share']
export const mayBeAsked = ({ state, kind }: Pick<Submission, 'state' | 'kind'>): boolean =>
  approved.includes(state) || (state === 'submitted' && captured.includes(kind))
