// What galleries brought: seen and clicked as pages tell, and what the shops sold through the links in them.
import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Gallery } from '../db/generated/client.ts'
import { localDay } from '../kernel/time.ts'
import type { Brought } from './rules.ts'

const HOUR = 3_600_000

export type Seen = { what: 'view' | 'click'; item: string }

/**
 * Counts what a visitor saw and clicked, once per placement and hour. What is in no open set of this token counts nothing. `visitor` is
 * a keyed hash that changes with the day.
 */
export async function count(
  db: Db,
  now: Date,
  { programId, token, zone, visitor, seen }: { programId: string; token: string; zone: string; visitor: string; seen: Seen[] },
): Promise<void> {
  const hour = new Date(Math.floor(now.getTime() / HOUR) * HOUR)
  await db.$executeRaw`
    WITH told AS (
      SELECT DISTINCT i."placementId", t.what, i.id FROM unnest(${seen.map(({ item }) => item)}::text[], ${seen.map(({ what }) => what)}::text[]) t(item, what)
      JOIN "GalleryItem" i ON i.id = t.item AND i."programId" = ${programId} AND i."placementId" IS NOT NULL
      JOIN "Gallery" g ON g.id = i."galleryId" AND g.token = ${token} AND g."closedAt" IS NULL
    ), fresh AS (
      INSERT INTO "PlacementSeen" ("placementId", what, visitor, hour, "programId")
      SELECT "placementId", what, ${visitor}, ${hour}, ${programId} FROM told ORDER BY "placementId", what
      ON CONFLICT DO NOTHING RETURNING "placementId", what
    )
    INSERT INTO "PlacementDay" AS d ("placementId", day, "programId", "itemId", views, clicks)
    SELECT f."placementId", ${localDay(now, zone)}, ${programId}, min(told.id),
      count(*) FILTER (WHERE f.what = 'view'), count(*) FILTER (WHERE f.what = 'click')
    FROM fresh f JOIN told ON told."placementId" = f."placementId" AND told.what = f.what
    GROUP BY f."placementId" ORDER BY f."placementId"
    ON CONFLICT ("placementId", day) DO UPDATE SET views = d.views + excluded.views, clicks = d.clicks + excluded.clicks`
}

/** What each piece of a set brought in [from, to), by its submission; amounts net of refunds in the program's currency. */
export async function broughtBy(ctx: Context, gallery: Gallery, from: Date, to: Date): Promise<Map<string, Brought>> {
  const { zone } = ctx.program
  type Row = { submissionId: string; views: bigint; clicks: bigint; tracked: bigint; orders: bigint; net: string }
  const rows = await ctx.db.$queryRaw<Row[]>`
    SELECT i."submissionId", coalesce(d.views, 0)::bigint AS views, coalesce(d.clicks, 0)::bigint AS clicks,
      (SELECT count(*) FROM "Click" c WHERE c."programId" = i."programId" AND c."linkId" = i."linkId" AND NOT c.bot AND c."uniqueInHour" AND c.at >= ${from} AND c.at < ${to}) AS tracked,
      coalesce(o.orders, 0)::bigint AS orders, coalesce(o.net, 0)::text AS net
    FROM "GalleryItem" i
    LEFT JOIN LATERAL (SELECT sum(views) AS views, sum(clicks) AS clicks FROM "PlacementDay" d
      WHERE d."itemId" = i.id AND d.day >= ${localDay(from, zone)} AND d.day <= ${localDay(to, zone)}) d ON true
    LEFT JOIN LATERAL (SELECT count(l.id) AS orders, sum(coalesce(l."leftBase", greatest(0, l.base))) AS net
      FROM "Click" c JOIN "Touch" t ON t."programId" = c."programId" AND t.kind = 'click' AND t.what = c.id AND t.won
      JOIN "Line" l ON l."orderId" = t."orderId" AND l."creatorId" = t."creatorId"
      JOIN "Order" b ON b.id = l."orderId" AND b.kind = 'order'
      WHERE c."programId" = i."programId" AND c."linkId" = i."linkId" AND c.at >= ${from} AND c.at < ${to}) o ON true
    WHERE i."programId" = ${ctx.program.id} AND i."galleryId" = ${gallery.id}`
  return new Map(
    rows.map((row) => [
      row.submissionId,
      {
        views: Number(row.views),
        clicks: Number(row.clicks),
        tracked: Number(row.tracked),
        orders: Number(row.orders),
        netMinor: BigInt(row.net),
      },
    ]),
  )
}

export const total = (all: Iterable<Brought>): Brought => {
  const sum: Brought = { views: 0, clicks: 0, tracked: 0, orders: 0, netMinor: 0n }
  for (const one of all) {
    sum.views += one.views
    sum.clicks += one.clicks
    sum.tracked += one.tracked
    sum.orders += one.orders
    sum.netMinor += one.netMinor
  }
  return sum
}

/**
 * What the links that the same creators hand out themselves brought in the same time. Who clicks twice in an hour counts once and may buy
 * by the second click, here as in `broughtBy`.
 */
export async function elsewhere(
  ctx: Context,
  gallery: Gallery,
  from: Date,
  to: Date,
): Promise<{ clicks: number; orders: number }> {
  const [row] = await ctx.db.$queryRaw<{ clicks: bigint; orders: bigint }[]>`
    SELECT count(DISTINCT c.id) FILTER (WHERE NOT c.bot AND c."uniqueInHour") AS clicks, count(DISTINCT b.id) AS orders
    FROM "Link" k JOIN "Click" c ON c."programId" = k."programId" AND c."linkId" = k.id AND c.at >= ${from} AND c.at < ${to}
    LEFT JOIN "Touch" t ON t."programId" = k."programId" AND t.kind = 'click' AND t.what = c.id AND t.won
    LEFT JOIN "Order" b ON b.id = t."orderId" AND b.kind = 'order'
    WHERE k."programId" = ${ctx.program.id} AND k."galleryId" IS NULL AND k."creatorId" IN (
      SELECT s."creatorId" FROM "GalleryItem" i JOIN "Submission" s ON s.id = i."submissionId" WHERE i."galleryId" = ${gallery.id})`
  return { clicks: Number(row?.clicks ?? 0), orders: Number(row?.orders ?? 0) }
}
