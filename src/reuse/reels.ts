// Films that stand in public: where, since when, how often they were seen as far as that is known, and what the brand may do with them.

import { isFilm } from '../content/rules-kinds.ts'
import type { Context } from '../context.ts'
import { type Cell, csvFile } from '../kernel/csv.ts'
import { Refusal } from '../kernel/refusal.ts'
import { localDay } from '../kernel/time.ts'
import { keepPaper, paperUrl } from '../ledger/papers.ts'

type Row = {
  id: string
  kind: string
  caption: string
  liveUrl: string
  liveAt: Date | null
  name: string
  handle: string
  mission: string | null
  mime: string | null
  views: bigint | number | null
  likes: bigint | number | null
  slug: string | null
  channels: string[] | null
  until: Date | null
}

const MOST = 5_000
const head = [
  'creator',
  'handle',
  'kind',
  'mission',
  'address',
  'live since',
  'views',
  'likes',
  'link',
  'rights',
  'rights until',
  'content',
]

export type Reels = { count: number; csv: string; json: string }

/** Both lists of live films, newest first; `missionId` narrows them. Rights are those that hold now, of all licences, until the first of them ends. */
export async function reels(ctx: Context, missionId: string | undefined): Promise<Reels> {
  if (missionId !== undefined && (await ctx.db.mission.count({ where: { id: missionId, programId: ctx.program.id } })) === 0)
    throw new Refusal('not_found', 'This mission does not exist.', 'Pick it from the list.', 'mission')
  const films = (await rowsOf(ctx, missionId)).filter(({ kind, liveUrl, mime }) => isFilm(kind, [{ url: liveUrl, mime }]))
  const day = localDay(ctx.now, ctx.program.zone)
  const keep = async (bytes: Uint8Array, ext: string): Promise<string> => {
    const paper = { bytes, name: `reels-${day}.${ext}`, what: `reels ${day}`, creatorId: null }
    return paperUrl(ctx, await keepPaper(ctx, paper))
  }
  const list = films.map((row) => ({ ...row, link: row.slug === null ? null : ctx.url(`/${row.slug}`) }))
  const cells = list.map((row): Cell[] => [
    ...[row.name, row.handle, row.kind, row.mission, row.liveUrl, row.liveAt?.toISOString() ?? null],
    ...[
      numberOf(row.views),
      numberOf(row.likes),
      row.link,
      row.channels?.join(' ') ?? 'none',
      row.until?.toISOString() ?? null,
      row.id,
    ],
  ])
  const json = list.map(({ slug: _, mime: __, ...row }) => ({ ...row, views: numberOf(row.views), likes: numberOf(row.likes) }))
  return {
    count: films.length,
    csv: await keep(csvFile(head, cells), 'csv'),
    json: await keep(Buffer.from(`${JSON.stringify({ program: ctx.program.name, day, films: json }, null, 2)}\n`), 'json'),
  }
}

/** What nobody has counted stays unknown. */
const numberOf = (count: bigint | number | null): number | null => (count === null ? null : Number(count))

const rowsOf = (ctx: Context, missionId: string | undefined): Promise<Row[]> => ctx.db.$queryRaw<Row[]>`
  SELECT s.id, s.kind, s.caption, s."liveUrl", s."liveAt", c.name, c.handle, m.title AS mission, f.mime, n.views, n.likes, k.slug,
    r.channels, r."endsAt" AS until
  FROM "Submission" s JOIN "Creator" c ON c.id = s."creatorId"
  LEFT JOIN "Mission" m ON m.id = s."missionId"
  LEFT JOIN "File" f ON f.id = s."fileId"
  LEFT JOIN "Link" k ON k."submissionId" = s.id
  LEFT JOIN LATERAL (SELECT views, likes FROM "PostMetric" p WHERE p."submissionId" = s.id ORDER BY p.day DESC LIMIT 1) n ON true
  LEFT JOIN LATERAL (SELECT array_agg(DISTINCT c) AS channels, min(g."endsAt") AS "endsAt" FROM "Grant" g, unnest(g.channels) c
    WHERE g."programId" = s."programId" AND g."submissionId" = s.id
    AND g.state IN ('granted', 'expiring', 'renewed') AND g."startsAt" <= ${ctx.now} AND g."endsAt" > ${ctx.now}) r ON true
  WHERE s."programId" = ${ctx.program.id} AND s.state IN ('approved', 'live', 'measured') AND s."liveUrl" IS NOT NULL
    AND (${missionId ?? null}::text IS NULL OR s."missionId" = ${missionId ?? null})
  ORDER BY coalesce(s."liveAt", s."submittedAt") DESC, s.id DESC LIMIT ${MOST}`
