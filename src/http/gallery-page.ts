/** A gallery as a page of its own, for a frame on the brand's page; it needs no script to be read. */
import { html } from '../platforms/web/html.ts'
import type { Shown } from '../reuse/queries.ts'
import type { Opened } from './gallery.ts'

export function galleryPage({ gallery, shown, frame, locale }: Opened): string {
  const { addresses, note } = frame
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${gallery.name}</title>
<base target="_top">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="alternate" type="application/feed+json" href="${addresses.json}">
<link rel="alternate" type="application/rss+xml" href="${addresses.rss}">
<link rel="stylesheet" href="/gallery/style.css">
<script src="/gallery/embed.js" data-count="${new URL(addresses.page).pathname}/seen" defer></script>
</head>
<body>
<main class="gallery">
<h1 class="name">${gallery.name}</h1>
${shown.length === 0 && html`<p>There is nothing to see here just now.</p>`}
${shown.length > 0 && html`<ul>${shown.map((piece) => pieceOf(piece, gallery.earns, addresses))}</ul>`}
${shown.length > 0 && note !== null && html`<p class="note">${note}</p>`}
</main>
</body>
</html>`.html
}

function pieceOf(piece: Shown, earns: boolean, addresses: Opened['frame']['addresses']) {
  const { id, file, alt, by, url, width, height, caption } = piece
  const rel = earns ? 'sponsored noopener' : 'noopener'
  const path = (address: string) => new URL(address).pathname
  const film = file?.mime.startsWith('video/') === true
  const size = width !== null && height !== null && html` width="${width}" height="${height}"`
  return html`<li data-item="${id}"><figure>
${
  film &&
  html`<video controls playsinline preload="none" poster="${path(addresses.picture(id))}" src="${path(addresses.film(id))}" aria-label="${alt}"${size}></video>`
}
${
  file !== null &&
  !film &&
  html`<a href="${url}" rel="${rel}"><img src="${path(addresses.picture(id))}" alt="${alt}" loading="lazy" decoding="async"${size}></a>`
}
<figcaption>${caption !== '' && html`<p class="words">${caption}</p>`}${by !== null && html`<p class="by">${by}</p>`}
${(film || file === null) && html`<p><a href="${url}" rel="${rel}">See the product</a></p>`}</figcaption>
</figure></li>`
}
