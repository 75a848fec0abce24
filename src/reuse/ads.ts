// Material for ads: every file in it stands under a licence with paid ads, and the sheet beside it names that licence.

import { subject } from '../content/cards.ts'
import { views } from '../content/queries.ts'
import type { Context } from '../context.ts'
import type { Gallery } from '../db/generated/client.ts'
import type { Button } from '../kernel/card.ts'
import { type Cell, csvFile } from '../kernel/csv.ts'
import { Refusal } from '../kernel/refusal.ts'
import { localDay } from '../kernel/time.ts'
import { linesPdf, type PaperLine } from '../rights/evidence-pdf.ts'
import { scopeLines } from '../rights/rules-words.ts'
import { type Granted, galleryOf, type Piece, piecesOf } from './queries.ts'
import { showable, type UseOf } from './rules.ts'
import { add, create, placeOf } from './service.ts'

export type Wanted = {
  gallery?: string | undefined
  mission?: string | undefined
  submission?: string | undefined
  country?: string | undefined
}

export type Refused = { submissionId: string; who: string; sentence: string }
export type Taken = { set: Gallery; taken: number; refused: Refused[] }

const MOST = 100

/**
 * Takes content into a set for a mail or for ads, as far as its licences cover that. Refusal not_allowed, with the clause of each piece,
 * when none does.
 */
export async function collect(
  ctx: Context,
  channel: UseOf,
  wanted: Wanted,
  plan: { page?: string | undefined; most?: number } = {},
): Promise<Taken> {
  const { name, ids, page } = await chosen(ctx, wanted)
  const set = await create(ctx, { name, channel, country: wanted.country, page: plan.page ?? page })
  const judged = await judgedBy(ctx, set, ids.slice(0, MOST))
  const refused = judged.filter(({ sentence }) => sentence !== null) as Refused[]
  const fit = judged.filter(({ sentence }) => sentence === null).slice(0, plan.most ?? MOST)
  if (fit.length === 0) {
    const lines = refused.slice(0, 10).map(({ who, sentence }) => `${who}: ${sentence}`)
    throw new Refusal(
      'not_allowed',
      ['Nothing of this may be used so.', ...lines].join('\n'),
      'Ask for what is missing; the creator decides.',
      undefined,
      askFor(judged),
    )
  }
  for (const { submissionId } of fit) await add(ctx, set.id, submissionId)
  await ctx.db.galleryItem.deleteMany({ where: { galleryId: set.id, placementId: null } })
  return { set, taken: fit.length, refused }
}

async function chosen(ctx: Context, { gallery, mission, submission }: Wanted) {
  const programId = ctx.program.id
  const given = [gallery, mission, submission].filter((one) => one !== undefined)
  if (given.length !== 1)
    throw new Refusal('invalid', 'Say which content: a gallery, a mission or one piece.', 'Give one of the three.', 'gallery')
  if (gallery !== undefined) {
    const found = await galleryOf(ctx, gallery)
    const items = await ctx.db.galleryItem.findMany({ where: { galleryId: gallery, out: false }, orderBy: { addedAt: 'desc' } })
    return { name: found.name, ids: items.map(({ submissionId }) => submissionId), page: found.page }
  }
  const where = submission === undefined ? { missionId: mission! } : { id: submission }
  const named = mission === undefined ? null : await ctx.db.mission.findFirst({ where: { programId, id: mission } })
  const rows = await ctx.db.submission.findMany({
    where: { programId, state: { in: ['approved', 'live', 'measured'] }, ...where },
    orderBy: { submittedAt: 'desc' },
    take: MOST,
  })
  if (rows.length === 0)
    throw new Refusal(
      'not_found',
      'There is no approved content of this.',
      'Pick it from the list.',
      mission === undefined ? 'submission' : 'mission',
    )
  return { name: named?.title ?? 'One piece', ids: rows.map(({ id }) => id), page: undefined }
}

/** Each with why it can't be used so; null where it can. Looked at as if it were in the set. */
async function judgedBy(ctx: Context, set: Gallery, ids: string[]) {
  const data = ids.map((submissionId, n) => ({
    id: ctx.id('item'),
    programId: ctx.program.id,
    galleryId: set.id,
    submissionId,
    addedAt: new Date(ctx.now.getTime() - n),
  }))
  await ctx.db.galleryItem.createMany({ data })
  const pieces = await piecesOf(ctx.db, ctx.now, set)
  const rows = await views(ctx, await ctx.db.submission.findMany({ where: { programId: ctx.program.id, id: { in: ids } } }))
  const titles = new Map(rows.map((view) => [view.submission.id, subject(view)]))
  return pieces.map((piece) => ({
    submissionId: piece.submissionId,
    who: `${piece.name}, ${titles.get(piece.submissionId) ?? 'one piece'}`,
    sentence: whyNot(piece, set),
    unlicensed: piece.approved && !piece.judged.ok,
  }))
}

/** The press that asks for the missing rights: of the one piece, or of one to be picked. */
function askFor(judged: { submissionId: string; unlicensed: boolean }[]): Button | undefined {
  const wanted = judged.filter(({ unlicensed }) => unlicensed)
  const [only] = wanted
  if (!only) return undefined
  return {
    label: 'Ask for rights',
    run: 'rights request',
    given: wanted.length === 1 ? { submission: only.submissionId } : {},
    look: 'main',
  }
}

function whyNot(piece: Piece, { channel }: Gallery): string | null {
  if (!piece.approved) return 'It is not approved.'
  if (!piece.judged.ok) return piece.judged.sentence
  if (channel === 'paid_ads' ? piece.file === null : !showable(piece.kind, piece.file?.mime ?? null, piece.caption))
    return 'There is no picture or film of it here.'
  return null
}

export type Material = { name: string; sha256: string; film: boolean }
export type Sheet = { materials: Material[]; csv: Uint8Array; captions: Uint8Array; pdf: Uint8Array }

/** What the file for ads holds now: what a licence still covers, with its sheet; what none covers any more is named and left out. */
export async function sheetOf(ctx: Context, set: Gallery): Promise<Sheet> {
  const pieces = await piecesOf(ctx.db, ctx.now, set)
  const files = await filesOf(
    ctx,
    pieces.map(({ submissionId }) => submissionId),
  )
  const materials: Material[] = []
  const rows: Cell[][] = []
  const captions: Cell[][] = []
  const lines: PaperLine[] = [
    [ctx.program.name, { cut: '600SemiBold', size: 11 }],
    [`${placeOf(ctx, set)}: licences`, { cut: '700Bold', size: 18, gap: 4 }],
  ]
  for (const [n, piece] of pieces.entries()) {
    const licence = piece.judged.ok ? piece.judged.licence : null
    const by = licence === null || licence.likeness ? piece.handle : ''
    const own = piece.judged.ok && piece.approved && !piece.ended ? (files.get(piece.submissionId) ?? []) : []
    const names = own.map((file, k) => nameOf(by, n, k, file.mime))
    materials.push(...own.map((file, k) => ({ name: names[k]!, sha256: file.sha256, film: file.mime.startsWith('video/') })))
    const why = piece.judged.ok ? (own.length === 0 ? 'Taken down, or without a file.' : null) : piece.judged.sentence
    rows.push(sheetRow(piece, names, why, licence, by))
    if (why === null) captions.push([names.join(' '), by, piece.caption, piece.liveUrl])
    lines.push([names.join(', ') || `Left out: ${piece.submissionId}`, { cut: '600SemiBold', size: 11, gap: 12 }])
    lines.push([`Content ${piece.submissionId} by ${piece.name} (${piece.handle})`, {}])
    if (why !== null || licence === null) lines.push([why ?? '', {}])
    else {
      lines.push([`Licence ${licence.id}, until ${licence.endsAt?.toISOString() ?? ''}`, {}])
      for (const { label, says } of scopeLines(licence, ctx.program.currency, ctx.program.locale))
        lines.push([`${label}: ${says}`, { size: 8 }])
    }
  }
  const day = localDay(ctx.now, ctx.program.zone)
  const pdf = await linesPdf({ title: `Licences of ${set.name}`, author: ctx.program.name, day }, lines)
  return { materials, csv: csvFile(head, rows), captions: csvFile(['file', 'by', 'caption', 'post'], captions), pdf }
}

const head = [
  'files',
  'content',
  'creator',
  'licence',
  'channels',
  'territories',
  'from',
  'until',
  'edits',
  'likeness',
  'exclusivity',
  'ai',
  'left out because',
]

const sheetRow = (piece: Piece, names: string[], why: string | null, licence: Granted | null, by: string): Cell[] => [
  names.join(' '),
  piece.submissionId,
  by,
  licence?.id ?? null,
  licence?.channels.join(' ') ?? null,
  licence === null ? null : licence.territories.join(' ') || 'world',
  licence?.startsAt?.toISOString() ?? null,
  licence?.endsAt?.toISOString() ?? null,
  licence?.edits ?? null,
  licence === null ? null : licence.likeness ? 'yes' : 'no',
  licence?.exclusivity ?? null,
  licence === null ? null : licence.ai ? 'yes' : 'no',
  why,
]

const endings: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
}

/** A name that every disk takes: media/01-mia-glow-1.mp4, without the creator's where a licence does not give it. */
function nameOf(handle: string, n: number, k: number, mime: string): string {
  const who =
    handle
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'creator'
  return `media/${String(n + 1).padStart(2, '0')}-${who.slice(0, 40)}-${k + 1}.${endings[mime] ?? 'bin'}`
}

/** The pictures and films of pieces of content as they were approved. */
async function filesOf(ctx: Context, submissionIds: string[]): Promise<Map<string, { sha256: string; mime: string }[]>> {
  const rows = await ctx.db.$queryRaw<{ submissionId: string; sha256: string; mime: string }[]>`
    SELECT s.id AS "submissionId", f.sha256, f.mime FROM "Submission" s
    JOIN LATERAL (SELECT q."fileId", min(q.position) AS position FROM (
        SELECT e."fileId", e.position FROM "Piece" e
        WHERE e."submissionId" = s.id AND e.revision = s.revision AND e."fileId" IS NOT NULL
        UNION ALL SELECT s."fileId", 1000 WHERE s."fileId" IS NOT NULL) q GROUP BY q."fileId") q ON true
    JOIN "File" f ON f.id = q."fileId" AND f.mime ~ '^(image|video)/'
    WHERE s."programId" = ${ctx.program.id} AND s.id = ANY(${submissionIds}) ORDER BY s.id, q.position`
  const found = new Map<string, { sha256: string; mime: string }[]>()
  for (const { submissionId, sha256, mime } of rows)
    found.set(submissionId, [...(found.get(submissionId) ?? []), { sha256, mime }])
  return found
}
