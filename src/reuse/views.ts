// What the commands about galleries answer with.
import type { Context } from '../context.ts'
import type { Gallery } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { offerLogin, writePass } from '../people/login.ts'
import type { GalleryView, LiftView } from './cards.ts'
import { broughtBy, elsewhere, total } from './counts.ts'
import { addressesOf } from './feeds.ts'
import { galleryOf, openGalleries, piecesOf, shownNow } from './queries.ts'
import { liftOf } from './rules.ts'
import { follow } from './service.ts'

const passOf = ({ programId, token }: Gallery): string => writePass({ programId, token })

/** A gallery as it stands, after its rule was followed. */
export async function viewOf(ctx: Context, gallery: Gallery): Promise<GalleryView> {
  if (gallery.closedAt === null && gallery.channel === 'website') await follow(ctx, gallery)
  const pieces = await piecesOf(ctx.db, ctx.now, gallery)
  const mission = gallery.missionId === null ? null : await ctx.db.mission.findUnique({ where: { id: gallery.missionId } })
  const pass = passOf(gallery)
  return {
    gallery,
    mission: mission?.title ?? null,
    pieces,
    shown: shownNow(pieces, gallery, ctx.url),
    addresses: addressesOf(pass, ctx.url),
    pass,
    script: ctx.url('/gallery/embed.js'),
  }
}

const shownIn = async (ctx: Context, gallery: Gallery) => shownNow(await piecesOf(ctx.db, ctx.now, gallery), gallery, ctx.url)

export async function listOf(ctx: Context): Promise<{ gallery: Gallery; shown: number }[]> {
  const rows: { gallery: Gallery; shown: number }[] = []
  for (const gallery of (await openGalleries(ctx)).slice(0, 25))
    rows.push({ gallery, shown: (await shownIn(ctx, gallery)).length })
  return rows
}

const DAYS = 30
const BEST = 5

export async function liftView(ctx: Context, galleryId: string): Promise<LiftView> {
  const gallery = await galleryOf(ctx, galleryId)
  const from = days(ctx.now, -DAYS)
  const each = await broughtBy(ctx, gallery, from, ctx.now)
  const brought = total(each.values())
  const pieces = await piecesOf(ctx.db, ctx.now, gallery)
  const best = pieces
    .map((piece) => ({ name: `${piece.name} (${piece.kind.replaceAll('_', ' ')})`, brought: each.get(piece.submissionId) }))
    .flatMap(({ name, brought: own }) => (own && own.views + own.clicks + own.orders > 0 ? [{ name, brought: own }] : []))
    .sort(
      (a, b) => b.brought.orders - a.brought.orders || b.brought.clicks - a.brought.clicks || b.brought.views - a.brought.views,
    )
    .slice(0, BEST)
  const lift = liftOf(brought, await elsewhere(ctx, gallery, from, ctx.now))
  return { gallery, days: DAYS, brought, lift, best, currency: ctx.program.currency }
}

/** An address that opens a made set as the asker, once. */
export const exportUrl = async (ctx: Context, set: Gallery): Promise<string> =>
  ctx.url(await offerLogin(ctx, ctx.actor.personId, `/exports/${set.id}`))
