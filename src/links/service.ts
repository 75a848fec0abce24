import type { Context } from '../context.ts'
import { reaches } from '../creators/rules.ts'
import type { Creator, Link } from '../db/generated/client.ts'
import { addressOf } from '../kernel/address.ts'
import { Refusal } from '../kernel/refusal.ts'
import { policyOf } from '../programs/rules.ts'
import { qrPng } from './qr.ts'
import { checkDestination, checkSlug, makeSlug } from './rules.ts'

const MOST_LINKS = 100
/** Random characters after the name at each try; by the last, a taken slug would be a wonder. */
const TRIES = [4, 4, 6, 8, 8]

/**
 * The creator's link to a page of the brand's shops (the shop itself when none is named). A link that already leads there is
 * given again. Slugs are unique over all programs. Refuses a destination on another host, and a wanted slug that is taken.
 */
export async function makeLink(
  ctx: Context,
  creator: Creator,
  wanted: { destination?: string; slug?: string } = {},
): Promise<Link> {
  own(ctx, creator.id)
  const destination = destinationOf(ctx, wanted.destination)
  // Two presses at once would make two links to the same page; the creator's row lets one pass after the other.
  await ctx.db.$queryRaw`SELECT id FROM "Creator" WHERE id = ${creator.id} AND "programId" = ${ctx.program.id} FOR NO KEY UPDATE`
  const links = await linksOf(ctx, creator.id)
  const same = links.find((link) => link.destination === destination)
  if (same && wanted.slug === undefined) return same
  if (links.length >= MOST_LINKS)
    throw new Refusal('over_limit', `You have ${MOST_LINKS} links already.`, 'Use one of those in /link.')
  if (wanted.slug !== undefined) return named(ctx, creator, checkSlug(wanted.slug), destination)
  return random(ctx, creator, destination)
}

/** The link of one piece of content, whose sales it shows; there is one for each. Refuses a destination on another host. */
export async function pieceLink(
  ctx: Context,
  creator: Creator,
  piece: { submissionId: string; destination?: string | undefined },
): Promise<Link> {
  own(ctx, creator.id)
  const destination = destinationOf(ctx, piece.destination)
  await ctx.db.$queryRaw`SELECT id FROM "Creator" WHERE id = ${creator.id} AND "programId" = ${ctx.program.id} FOR NO KEY UPDATE`
  const { submissionId } = piece
  if ((await ctx.db.submission.count({ where: { id: submissionId, programId: ctx.program.id, creatorId: creator.id } })) === 0)
    throw new Refusal('not_allowed', 'This is somebody else’s content.', 'Pick one of your own pieces.', 'submission')
  const made = await ctx.db.link.findFirst({ where: { programId: ctx.program.id, submissionId } })
  return made ?? random(ctx, creator, destination, { submissionId })
}

/** A link that stands under one picture of the brand's, so that what is sold there counts for its creator; a new one each time. */
export const galleryLink = (ctx: Context, creator: Creator, galleryId: string, destination: string): Promise<Link> =>
  random(ctx, creator, destination, { galleryId })

/** What a link is for, where it is not the creator's to hand out. */
type Bound = { submissionId?: string; galleryId?: string }

async function random(ctx: Context, creator: Creator, destination: string, bound: Bound = {}): Promise<Link> {
  for (const extra of TRIES) {
    const slug = makeSlug(creator.handle, () => ctx.random(10), extra)
    const made = await insert(ctx, creator, slug, destination, bound)
    if (made) return made
  }
  throw new Error(`No free slug was found for ${creator.id}`)
}

/** The checked address for what someone typed: a full address, a path such as /serum, or nothing for the shop's front page. */
export function destinationOf(ctx: Context, typed: string | undefined): string {
  const policy = policyOf(ctx.program)
  const wanted = typed ?? policy.shopUrl
  const isPath = wanted.startsWith('/') && addressOf(wanted, policy.shopUrl) !== undefined
  const address = isPath ? new URL(wanted, policy.shopUrl).href : wanted
  return checkDestination(address, policy.allowedHosts, { allowLocal: ctx.program.demo })
}

async function named(ctx: Context, creator: Creator, slug: string, destination: string): Promise<Link> {
  const made = await insert(ctx, creator, slug, destination)
  if (!made) throw new Refusal('conflict', `The link name ${slug} is taken.`, 'Try another one.', 'slug')
  return made
}

/** Null when the slug is taken. A failed INSERT would end the transaction, so a taken one is skipped. */
async function insert(
  ctx: Context,
  creator: Creator,
  slug: string,
  destination: string,
  bound: Bound = {},
): Promise<Link | null> {
  const id = ctx.id('link')
  const { count } = await ctx.db.link.createMany({
    data: { id, programId: ctx.program.id, creatorId: creator.id, slug, destination, ...bound, createdAt: ctx.now },
    skipDuplicates: true,
  })
  return count === 1 ? ctx.db.link.findUniqueOrThrow({ where: { id } }) : null
}

/** The creator's active links, the first one made first. */
export async function linksOf(ctx: Context, creatorId: string): Promise<Link[]> {
  own(ctx, creatorId)
  return ctx.db.link.findMany({
    where: { programId: ctx.program.id, creatorId, state: 'active', submissionId: null, galleryId: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
}

/** Where shoppers go: https://go.example/mia-glow-7k3x. */
export const shortUrl = (ctx: Context, link: { slug: string }): string => ctx.url(`/${link.slug}`)

/** The link as a QR picture; gives the stored file's id. The same link is the same file. */
export async function qrOf(ctx: Context, link: Link): Promise<string> {
  const stored = await ctx.store(await qrPng(shortUrl(ctx, link)), `qr-${link.slug}.png`)
  return stored.id
}

/** Clicks of people on the creator's links in [from, to); `unique` counts a visitor once an hour. Machines are left out. */
export async function clicksOf(
  ctx: Context,
  creatorId: string,
  from: Date,
  to: Date,
): Promise<{ clicks: number; unique: number }> {
  own(ctx, creatorId)
  const [row] = await ctx.db.$queryRaw<{ clicks: bigint; unique: bigint }[]>`
    SELECT COUNT(*) AS clicks, COUNT(*) FILTER (WHERE c."uniqueInHour") AS unique
    FROM "Click" c JOIN "Link" l ON l.id = c."linkId"
    WHERE c."programId" = ${ctx.program.id} AND l."programId" = ${ctx.program.id} AND l."creatorId" = ${creatorId}
      AND c.at >= ${from} AND c.at < ${to} AND NOT c.bot`
  return { clicks: Number(row?.clicks ?? 0), unique: Number(row?.unique ?? 0) }
}

/** A creator reaches own links and codes only; for any other they do not exist. */
export function own(ctx: Context, creatorId: string): void {
  if (!reaches(ctx.actor, creatorId))
    throw new Refusal('not_found', 'This creator does not exist.', 'Pick one from the list.', 'creator')
}
