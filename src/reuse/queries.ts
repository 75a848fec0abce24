// What a set of content may show now, in one indexed query, judged by the law of rights.
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Gallery } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { presetOf } from '../rights/presets.ts'
import { type Covered, covering, type Licence } from '../rights/rules.ts'
import { scopeOf } from '../rights/rules-words.ts'
import { kindOf, THANKED } from '../shares/rules.ts'
import { altOf, showable, type UseOf } from './rules.ts'

export type Granted = Licence & { id: string; preset: string | null }

/** A piece of a set: what it is, where it leads, and whether a licence covers it. */
export type Piece = {
  id: string
  submissionId: string
  placementId: string | null
  linkId: string | null
  /** Not showing by its own: somebody took it down where it was placed. */
  ended: boolean
  out: boolean
  addedAt: Date
  kind: string
  /** Its state says that it was approved, and nobody took it back. */
  approved: boolean
  /** Its creator has heard of the approval, so that nobody can undo it. */
  told: boolean
  /** What it says, with what has to stand beside it. */
  caption: string
  /** What its maker wrote, and what has to stand beside that wherever it is shown; null where nothing was given for it. */
  words: string
  disclosure: string | null
  liveUrl: string | null
  handle: string
  name: string
  slug: string | null
  file: { id: string; mime: string } | null
  width: number | null
  height: number | null
  judged: Covered<Granted>
}

type Row = Omit<Piece, 'file' | 'approved' | 'judged' | 'words' | 'disclosure'> & {
  state: string
  fileId: string | null
  mime: string | null
  grantId: string | null
  /** An entry of a customer: the preset they agreed to, and whether they were thanked with a code. */
  agreed: string | null
  thanked: boolean
} & Parameters<typeof scopeOf>[0] & { grantState: string; preset: string | null; startsAt: Date | null; endsAt: Date | null }

/** Those that stand come first, so that none of them is overlooked, however many came and went. */
const MOST_ROWS = 2_000
const approved = ['approved', 'live', 'measured']

/** Every piece of a set, newest first, each with the licence that covers it at `now`, or with the clause that does not. */
export async function piecesOf(db: Db, now: Date, gallery: Gallery, itemId?: string): Promise<Piece[]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT i.id, i."submissionId", i."placementId", i."linkId", i."out", i."addedAt",
      coalesce(p.until <= ${now}, false) AS ended, coalesce(s.kind, 'share') AS kind, coalesce(s.state, h.state) AS state,
      (s."decidedAt" IS NULL OR s."toldAt" IS NOT NULL) AS told,
      coalesce(s.caption, h.words) AS caption, s."liveUrl", coalesce(c.handle, '') AS handle, coalesce(c.name, h.name) AS name, k.slug,
      h.preset AS agreed, h.thanks IS NOT NULL AS thanked,
      f.id AS "fileId", f.mime, m.width, m.height, r.id AS "grantId", r.state AS "grantState", r.preset, r.channels, r.territories,
      r.days, r.until, r.exclusivity, r.edits, r.ai, r.likeness, r."feeMinor", coalesce(r."startsAt", h."startsAt") AS "startsAt",
      coalesce(r."endsAt", h."endsAt") AS "endsAt"
    FROM (SELECT * FROM "GalleryItem" WHERE "galleryId" = ${gallery.id} AND (${itemId ?? null}::text IS NULL OR id = ${itemId ?? null})
      ORDER BY "placementId" IS NULL, "addedAt" DESC, id DESC LIMIT ${MOST_ROWS}) i
    LEFT JOIN "Submission" s ON s.id = i."submissionId"
    LEFT JOIN "Creator" c ON c.id = s."creatorId"
    LEFT JOIN "Share" h ON h.id = i."submissionId"
    LEFT JOIN "Placement" p ON p.id = i."placementId"
    LEFT JOIN "Link" k ON k.id = i."linkId"
    LEFT JOIN LATERAL (
      SELECT f.id, f.mime FROM (
        SELECT e."fileId", e.position FROM "Piece" e
        WHERE e."submissionId" = s.id AND e.revision = s.revision AND e."fileId" IS NOT NULL
        UNION ALL SELECT coalesce(s."fileId", h."fileId"), 1000) q
      JOIN "File" f ON f.id = q."fileId" WHERE f.mime ~ '^(image|video)/' ORDER BY q.position LIMIT 1) f ON true
    LEFT JOIN "Media" m ON m."fileId" = f.id
    LEFT JOIN "Grant" r ON r."programId" = s."programId" AND r."submissionId" = s.id
    WHERE i."programId" = ${gallery.programId} AND coalesce(s.id, h.id) IS NOT NULL
    ORDER BY i."addedAt" DESC, i.id DESC, r."createdAt" DESC, r.id DESC`
  return [...grouped(rows).values()].map((own) => pieceOf(own, gallery, now))
}

function grouped(rows: Row[]): Map<string, Row[]> {
  const all = new Map<string, Row[]>()
  for (const row of rows) all.set(row.id, [...(all.get(row.id) ?? []), row])
  return all
}

/** What a customer agreed to on the page, as a licence. */
function agreedBy({ submissionId, agreed, state, startsAt, endsAt }: Row): Granted[] {
  const scope = agreed === null ? null : presetOf(agreed).scope
  const standing = state === 'approved' ? 'granted' : 'revoked'
  return scope === null ? [] : [{ ...scope, id: submissionId, preset: agreed, state: standing, startsAt, endsAt }]
}

function licencesOf(rows: Row[]): Granted[] {
  return rows.flatMap((one): Granted[] => {
    const { grantId: id, grantState: state, preset, startsAt, endsAt } = one
    return id === null ? agreedBy(one) : [{ ...scopeOf(one), id, preset, state, startsAt, endsAt }]
  })
}

function pieceOf(rows: Row[], gallery: Gallery, now: Date): Piece {
  const { state, fileId, mime, thanked, agreed, ...row } = rows[0]!
  const kind = agreed === null ? row.kind : kindOf(mime)
  const { caption: words } = row
  const disclosure = thanked ? THANKED : null
  const caption = disclosure === null ? words : `${words}\n${disclosure}`.trim()
  const { id, submissionId, placementId, linkId, ended, out, addedAt, told, liveUrl, handle, name, slug } = row
  return {
    ...{
      id,
      submissionId,
      placementId,
      linkId,
      ended,
      out,
      addedAt,
      told,
      kind,
      caption,
      words,
      disclosure,
      liveUrl,
      handle,
      name,
      slug,
    },
    width: row.width,
    height: row.height,
    approved: approved.includes(state),
    file: fileId === null || mime === null ? null : { id: fileId, mime },
    judged: covering(licencesOf(rows), useOf(gallery, now)),
  }
}

/** What showing it in this set asks of a licence. */
const useOf = ({ channel, country }: Pick<Gallery, 'channel' | 'country'>, at: Date) => ({
  channel: channel as UseOf,
  territory: country ?? 'world',
  at,
})

export type Shown = Piece & { licence: Granted; by: string | null; alt: string; url: string }

/** What may be seen now, and by whom it is; a set that was closed shows nothing. `url` leads on, through the creator's link if it earns. */
export function shownNow(pieces: Piece[], gallery: Gallery, urlOf: (path: string) => string): Shown[] {
  if (gallery.closedAt !== null) return []
  return pieces.flatMap((piece): Shown[] => {
    const { judged, kind, file, caption } = piece
    if (!judged.ok || !piece.approved || piece.out || piece.ended || piece.placementId === null) return []
    if (!showable(kind, file?.mime ?? null, caption)) return []
    const { licence } = judged
    const by = licence.likeness ? piece.handle || piece.name : null
    const url = piece.slug === null ? gallery.page : urlOf(`/${piece.slug}`)
    return [{ ...piece, licence, by, alt: altOf({ kind, mime: file?.mime ?? null, caption, by }), url }]
  })
}

/** A set of this program. Refusal not_found. */
export async function galleryOf(ctx: Context, galleryId: string): Promise<Gallery> {
  const gallery = await ctx.db.gallery.findFirst({ where: { id: galleryId, programId: ctx.program.id } })
  if (!gallery) throw new Refusal('not_found', 'There is no such gallery.', 'Pick one from /gallery list.', 'gallery')
  return gallery
}

/** Open galleries of the brand's pages, newest first. */
export const openGalleries = (ctx: Context): Promise<Gallery[]> =>
  ctx.db.gallery.findMany({
    where: { programId: ctx.program.id, channel: 'website', closedAt: null },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 100,
  })

export async function suggestGalleries(ctx: Context, typed: string): Promise<Suggestion[]> {
  const rows = await openGalleries(ctx)
  return rows
    .filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, 25)
    .map(({ id, name }) => ({ label: name, value: id }))
}
