// Testimonials for a mail: tables and inline styles, for mail programs know little else; pictures have words, and no picture is needed. Its
// clicks are counted by their links. Opens are not: a tracking pixel asks for consent, and mail programs that fetch every picture make it wrong.
import { html as escaped } from 'ghtml'
import type { Shown } from './queries.ts'
import { firstLine } from './rules.ts'

const FONT = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
const CAPTION = 220

/** Only what `esc` gave and our own markup is put together here. */
const esc = (words: string): string => escaped`${words}`

/** A block to paste into a mail: 600 wide at most, one piece under the other. `pictureOf` gives the address of a piece's picture. */
export function mailBlock(shown: Shown[], note: string | null, pictureOf: (itemId: string) => string): string {
  const rows = shown.map((piece) => rowOf(piece, pictureOf)).join('\n')
  const small =
    note === null
      ? ''
      : `\n<tr><td style="padding:8px 16px 16px;${FONT};font-size:13px;line-height:18px;color:#5b5870">${esc(note)}</td></tr>`
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse"><tr><td align="center">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;width:100%;max-width:600px;background-color:#ffffff">
${rows}${small}
</table></td></tr></table>
`
}

function rowOf(piece: Shown, pictureOf: (itemId: string) => string): string {
  const url = esc(piece.url)
  const size = fitted(piece)
  const picture =
    piece.file === null
      ? ''
      : `<a href="${url}"><img src="${esc(pictureOf(piece.id))}" alt="${esc(piece.alt)}" width="${size.width}"${size.height === null ? '' : ` height="${size.height}"`} border="0" style="display:block;width:100%;max-width:${size.width}px;height:auto;border:0;${FONT};font-size:14px;color:#1f1d2b"></a>`
  const words = firstLine(piece.words, CAPTION)
  const said =
    words === '' ? '' : `<p style="margin:12px 0 4px;${FONT};font-size:16px;line-height:24px;color:#1f1d2b">“${esc(words)}”</p>`
  const given =
    piece.disclosure === null
      ? ''
      : `<p style="margin:0 0 4px;${FONT};font-size:14px;line-height:20px;color:#1f1d2b">${esc(piece.disclosure)}</p>`
  const by = `<p style="margin:4px 0 0;${FONT};font-size:14px;line-height:20px;color:#5b5870">${piece.by === null ? '' : `${esc(piece.by)} · `}<a href="${url}" style="color:#4f3cc9">Shop what they use</a></p>`
  return `<tr><td style="padding:16px">${picture}${said}${given}${by}</td></tr>`
}

const WIDEST = 568

/** A picture is shown whole and never larger than it is; its height is unknown until it was looked at. */
function fitted({ width, height }: Shown): { width: number; height: number | null } {
  if (width === null || height === null) return { width: WIDEST, height: null }
  const shown = Math.min(WIDEST, width)
  return { width: shown, height: Math.round((height * shown) / width) }
}
