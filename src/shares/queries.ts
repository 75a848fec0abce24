import type { Suggestion } from '../command.ts'
import { type Near, nearDuplicates } from '../content/near.ts'
import type { Context } from '../context.ts'
import type { File, Placement, Share } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sha256 } from '../kernel/signature.ts'
import { presetOf } from '../rights/presets.ts'
import { licenceOf } from '../rights/queries.ts'
import { covering } from '../rights/rules.ts'
import { FROM_APPROVAL, offerText, scopeLines, scopeOf } from '../rights/rules-words.ts'
import { uncovered } from '../rights/takedown.ts'
import { currentTerms } from '../rights/terms.ts'
import { THANKED } from './rules.ts'

/** What customers agree to: social, website and mail for 180 days from the approval. */
export const PRESET = 'web'

/** The rights that the page asks for: every clause, the whole text that is agreed to, and its hash. */
export async function rightsAsked(ctx: Context) {
  const preset = presetOf(PRESET)
  const terms = await currentTerms(ctx)
  const { currency, locale, name } = ctx.program
  const lines = (preset.scope === null ? [] : scopeLines(preset.scope, currency, locale, FROM_APPROVAL)).map((line) =>
    line.label === 'Fee' ? { ...line, says: 'None' } : line,
  )
  const text = offerText({
    program: name,
    creator: 'whoever sends it',
    content: 'what is sent with this form',
    lines,
    version: terms.version,
    terms: terms.text,
  })
  return { preset, lines, text, hash: sha256(text), terms }
}

export const tokenHash = (token: string): string => sha256(`/share ${token}`)

/** An entry by its private link; null for a link that is none. */
export const shareBehind = (ctx: Context, token: string): Promise<Share | null> =>
  ctx.db.share.findUnique({ where: { programId_tokenHash: { programId: ctx.program.id, tokenHash: tokenHash(token) } } })

/** An entry of this program that was sent. Refusal not_found. */
export async function shareOf(ctx: Context, shareId: string): Promise<Share> {
  const found = await ctx.db.share.findFirst({ where: { id: shareId, programId: ctx.program.id, state: { not: 'open' } } })
  if (!found) throw new Refusal('not_found', 'This entry does not exist.', 'Pick one from /share list.', 'share')
  return found
}

export type Twin = { share: Share; same: boolean }

/** An entry with everything its card says. */
export type View = {
  share: Share
  file: File | null
  fileUrl: string | null
  decidedBy: { personId: string; name: string } | null
  /** Content of creators that holds the same or a like file, and entries of customers that do. */
  near: Near[]
  twins: Twin[]
  standing: Placement[]
}

export async function viewOf(ctx: Context, share: Share): Promise<View> {
  const programId = ctx.program.id
  const file = share.fileId === null ? null : await ctx.db.file.findFirst({ where: { programId, id: share.fileId } })
  const key = { programId, personId: share.decidedBy ?? '' }
  const decidedBy = share.decidedBy && (await ctx.db.membership.findUnique({ where: { programId_personId: key } }))
  return {
    share,
    file,
    fileUrl: file && ctx.url(`/media/${file.id}`),
    decidedBy: decidedBy ? { personId: decidedBy.personId, name: decidedBy.name } : null,
    near: file ? (await nearDuplicates(ctx, file.id)).slice(0, 3) : [],
    twins: await twinsOf(ctx, share),
    standing: share.startsAt === null ? [] : await uncovered(ctx, share.id),
  }
}

/** Entries with the same file, one that looks alike, or the very same words; the nearest three that came before. */
async function twinsOf(ctx: Context, { id, fileId, words }: Share): Promise<Twin[]> {
  const programId = ctx.program.id
  const long = words.length >= 20 ? words : null
  const rows = await ctx.db.$queryRaw<{ id: string; same: boolean }[]>`
    WITH mine AS (SELECT look FROM "Media" WHERE "fileId" = ${fileId} AND "programId" = ${programId})
    SELECT s.id, (s."fileId" = ${fileId} OR s.words = ${long}) IS TRUE AS same
    FROM "Share" s LEFT JOIN "Media" m ON m."fileId" = s."fileId" LEFT JOIN mine ON true
    WHERE s."programId" = ${programId} AND s.id < ${id} AND s.state IN ('submitted', 'approved', 'rejected', 'withdrawn')
      AND (s."fileId" = ${fileId} OR s.words = ${long}
        OR (m.look IS NOT NULL AND mine.look IS NOT NULL AND bit_count((m.look # mine.look)::bit(64)) <= 8))
    ORDER BY 2 DESC, s.id DESC LIMIT 3`
  const shares = await ctx.db.share.findMany({ where: { programId, id: { in: rows.map((row) => row.id) } } })
  return rows.flatMap((row) => {
    const share = shares.find((one) => one.id === row.id)
    return share ? [{ share, same: row.same }] : []
  })
}

const PAGE = 8

/** What waits for an answer, oldest first, and how much there is; and what has to come down somewhere. */
export async function waitingShares(ctx: Context): Promise<{ waiting: View[]; total: number; down: View[] }> {
  const programId = ctx.program.id
  const where = { programId, state: 'submitted' }
  const rows = await ctx.db.share.findMany({ where, orderBy: [{ submittedAt: 'asc' }, { id: 'asc' }], take: PAGE })
  const standing = await ctx.db.placement.findMany({
    where: { programId, submissionId: { startsWith: 'shr_' }, OR: [{ until: null }, { until: { gt: ctx.now } }] },
    distinct: ['submissionId'],
    select: { submissionId: true },
  })
  const ids = standing.map(({ submissionId }) => submissionId)
  const ended = await ctx.db.share.findMany({
    where: { programId, id: { in: ids }, state: { in: ['withdrawn', 'rejected'] }, startsAt: { not: null } },
    orderBy: { takedownAt: 'asc' },
    take: 200,
  })
  const down: View[] = []
  for (const share of ended) {
    const view = await viewOf(ctx, share)
    if (view.standing.length > 0) down.push(view)
  }
  const waiting: View[] = []
  for (const share of rows) waiting.push(await viewOf(ctx, share))
  return { waiting, total: await ctx.db.share.count({ where }), down }
}

/** Entries in these states whose name or words hold what was typed, newest first. */
export const suggestShares =
  (...states: string[]) =>
  async (ctx: Context, typed: string): Promise<Suggestion[]> => {
    const holds = { contains: typed, mode: 'insensitive' as const }
    const rows = await ctx.db.share.findMany({
      where: { programId: ctx.program.id, state: { in: states }, erasedAt: null, OR: [{ name: holds }, { words: holds }] },
      orderBy: { submittedAt: 'desc' },
      take: 25,
    })
    return rows.map(({ id, name, words }) => ({ label: `${name}: ${words || 'no words'}`.slice(0, 100), value: id }))
  }

/** What a customer sent and may be shown today. */
export type SharedPiece = {
  id: string
  words: string
  rating: number | null
  /** The name to show with it. */
  by: string
  /** Has to stand beside it wherever it is shown; null where nothing was given for it. */
  disclosure: string | null
  /** Of its file; null for words alone. */
  mime: string | null
  endsAt: Date | null
}

/**
 * Entries that were approved and whose rights cover a website now, newest first. A customer who takes theirs back is not among them
 * from that moment on.
 */
export async function approvedShares(ctx: Context): Promise<SharedPiece[]> {
  const programId = ctx.program.id
  const shares = await ctx.db.share.findMany({
    where: { programId, state: 'approved', endsAt: { gt: ctx.now } },
    orderBy: [{ decidedAt: 'desc' }, { id: 'desc' }],
    take: 2_000,
  })
  const fileIds = shares.flatMap(({ fileId }) => fileId ?? [])
  const files = new Map((await ctx.db.file.findMany({ where: { programId, id: { in: fileIds } } })).map((one) => [one.id, one]))
  return shares.flatMap((share): SharedPiece[] => {
    const licence = licenceOf(ctx.program.currency, share)
    if (!licence) return []
    const { state, startsAt, endsAt } = licence
    if (!covering([{ ...scopeOf(licence), state, startsAt, endsAt }], { channel: 'website', at: ctx.now }).ok) return []
    const { id, words, rating, name: by, thanks, fileId } = share
    const mime = files.get(fileId ?? '')?.mime ?? null
    return [{ id, words, rating, by, disclosure: thanks === null ? null : THANKED, mime, endsAt }]
  })
}
