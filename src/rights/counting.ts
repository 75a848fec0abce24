/** What a place brought: counted by Troupe where it can be, else as somebody gave it; what nobody knows is null. */
import type { Context } from '../context.ts'
import { creatorOf } from '../creators/service.ts'
import type { Placement } from '../db/generated/client.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { destinationOf, galleryLink, shortUrl } from '../links/service.ts'
import { contentOf } from './queries.ts'

/** `url` is the tracked link, and `typed` when a person gave the numbers. */
export type Counts = { views: bigint | null; clicks: bigint | null; url: string | null; typed: Date | null }

/**
 * Gives a place a tracked link of its own, whose clicks are counted and whose sales count for the creator. Refusal where nobody would
 * earn by it: what customers sent, paid ads, creators who are not active.
 */
export async function track(ctx: Context, placement: Placement, leadsTo: string): Promise<Placement> {
  if (isId('share', placement.submissionId) || placement.channel === 'paid_ads')
    throw new Refusal(
      'invalid',
      'A tracked link pays a creator for what it sells, and here nobody earns.',
      'Leave the link out, and give the numbers with /metrics place.',
      'leads_to',
    )
  const creator = await creatorOf(ctx, (await contentOf(ctx, placement.submissionId)).creatorId)
  if (creator.state !== 'approved')
    throw new Refusal(
      'conflict',
      `${creator.name} is no active creator, so a link would pay nobody.`,
      'Leave the link out.',
      'leads_to',
    )
  const { id: linkId } = await galleryLink(ctx, creator, placement.id, destinationOf(ctx, leadsTo))
  return ctx.db.placement.update({ where: { id: placement.id }, data: { linkId } })
}

/** Keeps the numbers somebody read elsewhere, such as in a mail tool. What is left out stays as it was. */
export async function countPlacement(
  ctx: Context,
  placementId: string,
  { views, clicks }: { views: bigint | null; clicks: bigint | null },
): Promise<Placement> {
  const found = await ctx.db.placement.findFirst({ where: { id: placementId, programId: ctx.program.id } })
  if (!found) throw new Refusal('not_found', 'This placement does not exist.', 'Pick it from the list.', 'placement')
  if (views === null && clicks === null)
    throw new Refusal('invalid', 'There is no number at all.', 'Give views, clicks, or both.', 'views')
  if (clicks !== null && found.linkId !== null)
    throw new Refusal('conflict', 'Its tracked link counts the clicks already.', 'Give the views alone.', 'clicks')
  const data = { ...(views === null ? {} : { views }), ...(clicks === null ? {} : { clicks }), countedAt: ctx.now }
  return ctx.db.placement.update({ where: { id: placementId }, data })
}

/** What each of these places brought, by its id. */
export async function countsOf(ctx: Context, placements: readonly Placement[]): Promise<Map<string, Counts>> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<
    { id: string; slug: string | null; clicked: bigint; views: bigint | null; clicks: bigint | null }[]
  >`
    SELECT p.id, k.slug,
      (SELECT count(*) FROM "Click" c WHERE c."programId" = k."programId" AND c."linkId" = k.id AND NOT c.bot AND c."uniqueInHour") AS clicked,
      (SELECT sum(d.views) FROM "PlacementDay" d WHERE d."placementId" = p.id)::bigint AS views,
      (SELECT sum(d.clicks) FROM "PlacementDay" d WHERE d."placementId" = p.id)::bigint AS clicks
    FROM "Placement" p LEFT JOIN "Link" k ON k.id = p."linkId"
    WHERE p."programId" = ${programId} AND p.id = ANY(${placements.map(({ id }) => id)})`
  return new Map(
    placements.map((placement): [string, Counts] => {
      const row = rows.find(({ id }) => id === placement.id)
      const counted = row?.slug ? row.clicked : (row?.clicks ?? null)
      return [
        placement.id,
        {
          views: row?.views ?? placement.views,
          clicks: counted ?? placement.clicks,
          url: row?.slug ? shortUrl(ctx, { slug: row.slug }) : null,
          typed: placement.countedAt,
        },
      ]
    }),
  )
}
