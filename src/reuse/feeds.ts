// A gallery for machines: JSON Feed and RSS. Both name the licence of each piece; neither says more of a creator than the page does.

import { html as escaped } from 'ghtml'
import type { Gallery } from '../db/generated/client.ts'
import type { Shown } from './queries.ts'

export type Addresses = {
  page: string
  json: string
  rss: string
  picture: (itemId: string) => string
  film: (itemId: string) => string
}

/** Where the parts of a set are, behind its pass; `urlOf` makes an address of a path. */
export const addressesOf = (pass: string, urlOf: (path: string) => string): Addresses => ({
  page: urlOf(`/gallery/${pass}`),
  json: urlOf(`/gallery/${pass}/feed.json`),
  rss: urlOf(`/gallery/${pass}/feed.rss`),
  picture: (itemId) => urlOf(`/gallery/${pass}/${itemId}.jpg`),
  film: (itemId) => urlOf(`/gallery/${pass}/${itemId}/film`),
})

/** The most that a page shows at once. */
export const MOST_SHOWN = 24

/** What XML can't hold, and the end of a CDATA part, which the library ends once only. */
const plainWords = (words: string): string =>
  words.replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '').replaceAll(']]>', ']] >')

export type Frame = { gallery: Gallery; program: string; note: string | null; addresses: Addresses }

/** Newest first. The same pieces give the same words, so that readers can ask whether anything changed. */
export async function feedOf(
  shown: Shown[],
  { gallery, program, note, addresses }: Frame,
): Promise<{ json: string; rss: string }> {
  const { Feed } = await import('feed')
  const feed = new Feed({
    title: plainWords(`${gallery.name} · ${program}`),
    id: addresses.page,
    link: addresses.page,
    updated: shown[0]?.addedAt ?? gallery.createdAt,
    generator: false,
    description: plainWords(note ?? gallery.name),
    copyright: 'Each piece is shown under a licence of its creator.',
    feedLinks: { json: addresses.json, rss: addresses.rss },
  })
  for (const piece of shown) feed.addItem(itemOf(piece, addresses))
  // Its own word for what the script reads beside: who earns.
  const json = JSON.parse(feed.json1()) as Record<string, unknown>
  return { json: JSON.stringify({ ...json, _troupe: { note } }), rss: feed.rss2() }
}

function itemOf(piece: Shown, addresses: Addresses) {
  const { id, file, licence, addedAt, by } = piece
  const picture = file === null ? undefined : addresses.picture(id)
  const words = plainWords(piece.caption)
  return {
    title: plainWords(piece.alt),
    id,
    link: piece.url,
    date: addedAt,
    content: escaped`${words}`.replaceAll('\n', '<br>'),
    ...(picture === undefined ? {} : { image: picture }),
    ...(by === null ? {} : { author: [{ name: plainWords(by) }] }),
    extensions: [
      {
        name: '_troupe',
        objects: {
          kind: piece.kind,
          by,
          alt: plainWords(piece.alt),
          words,
          width: piece.width,
          height: piece.height,
          film: file?.mime.startsWith('video/') ? { url: addresses.film(id), type: file.mime } : null,
          licence: {
            id: licence.id,
            channels: licence.channels,
            territories: licence.territories.length === 0 ? 'world' : licence.territories,
            edits: licence.edits,
            until: licence.endsAt?.toISOString() ?? null,
          },
        },
      },
    ],
  }
}

/** What shoppers are told where a link earns something for the creator behind it. */
export const noteOf = ({ earns }: Pick<Gallery, 'earns'>, program: string): string | null =>
  earns ? `Posts by creators of ${program}, shown with their permission. They may earn from what you buy here.` : null
