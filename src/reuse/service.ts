// Sets of content for the brand's pages, mails and ads. What stands in one is placed, so that rights knows of it; what no licence covers
// any more is taken down by itself, and is not shown from that instant on, swept or not.
import type { Context } from '../context.ts'
import type { Gallery } from '../db/generated/client.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { hours } from '../kernel/time.ts'
import { destinationOf, galleryLink } from '../links/service.ts'
import { parseTerritories } from '../rights/rules-words.ts'
import { place } from '../rights/service.ts'
import { unplace } from '../rights/takedown.ts'
import { galleryOf, type Piece, piecesOf } from './queries.ts'
import { isAbout, showable, tagOf, type UseOf, uses } from './rules.ts'

export type Plan = {
  name: string
  channel?: UseOf
  page?: string | undefined
  tag?: string | undefined
  mission?: string | undefined
  country?: string | undefined
  earns?: boolean | undefined
}

const MOST_GALLERIES = 100
const MOST_PIECES = 500

/** Makes a set. Refuses a page on another host, an unknown mission or country, and a tag without a letter. */
export async function create(ctx: Context, plan: Plan): Promise<Gallery> {
  const programId = ctx.program.id
  const channel = plan.channel ?? 'website'
  const tag = plan.tag === undefined ? null : tagOf(plan.tag)
  if (tag === '')
    throw new Refusal('invalid', 'This tag has no letters.', 'Give the product as creators write it, like #dewserum.', 'tag')
  if (plan.mission !== undefined && !(await ctx.db.mission.findFirst({ where: { programId, id: plan.mission } })))
    throw new Refusal('not_found', 'This mission does not exist.', 'Pick it from the list.', 'mission')
  if (channel === 'website' && (await ctx.db.gallery.count({ where: { programId, channel, closedAt: null } })) >= MOST_GALLERIES)
    throw new Refusal('over_limit', `There are ${MOST_GALLERIES} galleries already.`, 'Close one with /gallery close first.')
  const countries = plan.country === undefined ? [] : parseTerritories(plan.country, ctx.actor.locale)
  if (countries.length > 1)
    throw new Refusal(
      'invalid',
      'A page is shown in one country or everywhere.',
      'Give one country, or leave it empty.',
      'country',
    )
  return ctx.db.gallery.create({
    data: {
      id: ctx.id('gallery'),
      programId,
      channel,
      name: plan.name,
      token: Buffer.from(ctx.random(32)).toString('base64url'),
      tag,
      missionId: plan.mission ?? null,
      country: countries[0] ?? null,
      page: destinationOf(ctx, plan.page),
      earns: plan.earns ?? true,
      createdBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
}

const lock = (ctx: Context, { id }: Gallery) => ctx.db.$queryRaw`SELECT id FROM "Gallery" WHERE id = ${id} FOR UPDATE`

/** The same with its row locked, while it is open. */
async function openGallery(ctx: Context, galleryId: string): Promise<Gallery> {
  const gallery = await galleryOf(ctx, galleryId)
  await lock(ctx, gallery)
  if (gallery.closedAt !== null)
    throw new Refusal('conflict', 'This gallery was closed.', 'Make a new one with /gallery create.', 'gallery')
  return gallery
}

/** Puts content in by hand. Refuses what no licence covers, naming the clause, and what has nothing to show. */
export async function add(ctx: Context, galleryId: string, submissionId: string): Promise<{ gallery: Gallery; piece: Piece }> {
  const gallery = await openGallery(ctx, galleryId)
  await mustBeHere(ctx, submissionId)
  const key = { galleryId_submissionId: { galleryId, submissionId } }
  const before = await ctx.db.galleryItem.findUnique({ where: key })
  if (before?.placementId)
    throw new Refusal('conflict', 'This content is in the gallery already.', 'Look at it with /gallery show.', 'submission')
  if ((await standing(ctx, galleryId)) >= MOST_PIECES)
    throw new Refusal(
      'over_limit',
      `A gallery holds ${MOST_PIECES} pieces.`,
      'Make a second one with /gallery create.',
      'gallery',
    )
  await insert(ctx, gallery, [submissionId])
  const item = await ctx.db.galleryItem.update({ where: key, data: { out: false, addedAt: ctx.now } })
  const [piece] = await piecesOf(ctx.db, ctx.now, gallery, item.id)
  if (!piece!.approved)
    throw new Refusal('conflict', 'This content is not approved.', 'Approve it in /review queue first.', 'submission')
  if (!piece!.judged.ok)
    throw new Refusal('not_allowed', piece!.judged.sentence, 'Ask its creator with /rights request.', 'submission')
  if (!showable(piece!.kind, piece!.file?.mime ?? null, piece!.caption))
    throw new Refusal(
      'conflict',
      'There is no picture or film of this content here.',
      'Ask its creator for the file; a review needs none.',
      'submission',
    )
  await stand(ctx, gallery, piece!)
  return { gallery, piece: piece! }
}

/** How many pieces stand in a gallery; those whose licence has ended take no room. */
const standing = (ctx: Context, galleryId: string): Promise<number> =>
  ctx.db.galleryItem.count({ where: { galleryId, placementId: { not: null } } })

/** Content of a creator, or a customer's entry. */
async function mustBeHere(ctx: Context, id: string): Promise<void> {
  const where = { id, programId: ctx.program.id }
  const found = isId('share', id) ? await ctx.db.share.count({ where }) : await ctx.db.submission.count({ where })
  if (found === 0) throw new Refusal('not_found', 'This content does not exist.', 'Pick it from the list.', 'submission')
}

const insert = (ctx: Context, gallery: Gallery, submissionIds: string[]) =>
  ctx.db.galleryItem.createMany({
    data: submissionIds.map((submissionId) => ({
      id: ctx.id('item'),
      programId: ctx.program.id,
      galleryId: gallery.id,
      submissionId,
      addedAt: ctx.now,
    })),
    skipDuplicates: true,
  })

export const placeOf = (ctx: Context, { channel, name }: Pick<Gallery, 'channel' | 'name'>): string =>
  channel === 'website'
    ? `Gallery “${name}”`
    : `${uses[channel as UseOf]} of ${ctx.now.toISOString().slice(0, 10)}: ${name}`.slice(0, 300)

/** Places it, and gives it a link of its own that its creator earns by. */
async function stand(ctx: Context, gallery: Gallery, piece: Piece): Promise<void> {
  const channel = gallery.channel as UseOf
  const { id: placementId } = await place(ctx, {
    submissionId: piece.submissionId,
    channel,
    where: placeOf(ctx, gallery),
    since: ctx.now,
  })
  const linkId = piece.linkId ?? (await linkFor(ctx, gallery, piece))
  await ctx.db.galleryItem.update({ where: { id: piece.id }, data: { placementId, linkId } })
}

async function linkFor(ctx: Context, gallery: Gallery, piece: Piece): Promise<string | null> {
  if (!gallery.earns || gallery.channel === 'paid_ads' || isId('share', piece.submissionId)) return null
  const { creatorId } = await ctx.db.submission.findUniqueOrThrow({ where: { id: piece.submissionId } })
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId } })
  return creator.state === 'approved' ? (await galleryLink(ctx, creator, gallery.id, gallery.page)).id : null
}

/** Takes content out by hand; no rule brings it back. */
export async function takeOut(ctx: Context, galleryId: string, submissionId: string): Promise<Gallery> {
  const gallery = await openGallery(ctx, galleryId)
  const item = await ctx.db.galleryItem.findFirst({ where: { galleryId, submissionId, programId: ctx.program.id } })
  if (!item || item.out)
    throw new Refusal('not_found', 'This content is not in the gallery.', 'Look at it with /gallery show.', 'submission')
  await ctx.db.galleryItem.update({ where: { id: item.id }, data: { out: true, placementId: null } })
  if (item.placementId) await end(ctx, item.placementId)
  return gallery
}

/** Shows nothing any more, wherever it is embedded. */
export async function close(ctx: Context, galleryId: string): Promise<Gallery> {
  await openGallery(ctx, galleryId)
  const items = await ctx.db.galleryItem.findMany({ where: { galleryId, placementId: { not: null } } })
  for (const { placementId } of items) await end(ctx, placementId!)
  await ctx.db.galleryItem.updateMany({ where: { galleryId }, data: { placementId: null } })
  return ctx.db.gallery.update({ where: { id: galleryId }, data: { closedAt: ctx.now } })
}

/** Somebody may have said in /rights unplace that it is down. */
async function end(ctx: Context, placementId: string): Promise<void> {
  const placement = await ctx.db.placement.findUnique({ where: { id: placementId } })
  if (placement && (placement.until === null || placement.until > ctx.now)) await unplace(ctx, placementId)
}

const AT_ONCE = 50

/** Brings a gallery up to what its rule and the licences say now; gives how much changed. */
export async function follow(ctx: Context, gallery: Gallery): Promise<number> {
  await lock(ctx, gallery)
  let changed = (await insert(ctx, gallery, await wanted(ctx, gallery))).count
  for (const piece of await piecesOf(ctx.db, ctx.now, gallery)) {
    const fits = piece.judged.ok && piece.approved && !piece.out
    if (piece.placementId !== null && piece.ended) {
      // Whoever took it down where it was placed means this place too.
      await ctx.db.galleryItem.update({ where: { id: piece.id }, data: { out: true, placementId: null } })
    } else if (piece.placementId !== null && !fits) {
      await ctx.db.galleryItem.update({ where: { id: piece.id }, data: { placementId: null } })
      await end(ctx, piece.placementId)
    } else if (
      piece.placementId === null &&
      fits &&
      piece.told &&
      showable(piece.kind, piece.file?.mime ?? null, piece.caption)
    ) {
      await stand(ctx, gallery, piece)
    } else continue
    changed++
  }
  return changed
}

/** Licensed content that the rule of a gallery names and that was never in it. An approval that can be undone is not made public. */
async function wanted(ctx: Context, gallery: Gallery): Promise<string[]> {
  const { tag, missionId } = gallery
  if (tag === null && missionId === null) return []
  type Row = { id: string; caption: string; hashtags: string[] | null; links: string[] | null }
  const rows = await ctx.db.$queryRaw<Row[]>`
    SELECT s.id, s.caption, m.hashtags, m.links FROM "Submission" s LEFT JOIN "Mission" m ON m.id = s."missionId"
    WHERE s."programId" = ${ctx.program.id} AND s.state IN ('approved', 'live', 'measured')
      AND (s."decidedAt" IS NULL OR s."toldAt" IS NOT NULL) AND (${missionId}::text IS NULL OR s."missionId" = ${missionId})
      AND EXISTS (SELECT 1 FROM "Grant" r WHERE r."programId" = s."programId" AND r."submissionId" = s.id
        AND r."startsAt" <= ${ctx.now} AND r."endsAt" > ${ctx.now} AND ${gallery.channel} = ANY (r.channels))
      AND NOT EXISTS (SELECT 1 FROM "GalleryItem" i WHERE i."galleryId" = ${gallery.id} AND i."submissionId" = s.id)
    ORDER BY s."submittedAt", s.id`
  const room = MOST_PIECES - (await standing(ctx, gallery.id))
  return rows
    .filter((row) => tag === null || isAbout(tag, { caption: row.caption, hashtags: row.hashtags ?? [], links: row.links ?? [] }))
    .slice(0, Math.min(AT_ONCE, Math.max(0, room)))
    .map(({ id }) => id)
}

/** Galleries follow their rules and licences, and who was counted is forgotten. */
export async function due(ctx: Context): Promise<number> {
  const programId = ctx.program.id
  const { count } = await ctx.db.placementSeen.deleteMany({ where: { programId, hour: { lt: hours(ctx.now, -2) } } })
  const galleries = await ctx.db.gallery.findMany({ where: { programId, channel: 'website', closedAt: null } })
  let changed = 0
  for (const gallery of galleries) changed += await follow(ctx, gallery)
  return count + changed
}
