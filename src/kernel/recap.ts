import { clean, fitted, font, inks, type Picture, type Theme, widthOf, xml } from './ink.ts'

export type Recap = {
  name: string
  program: string
  month: string
  /** At most six numbers, largest first; an amount only where its owner asked for it. */
  numbers: readonly { label: string; value: string }[]
  badges: readonly string[]
  theme: Theme
  demo?: boolean | undefined
}

const width = 1_080
const height = 1_920
const side = 90
const tileHigh = 280
const gap = 36
/** Between these there is room for what was done; at most so many badges. */
const [head, foot] = [440, 1_820]
const BADGES = 3

/** A month of a creator as a picture of the size of a phone's screen, to be shared: name, numbers in tiles, badges. */
export function recapPicture(recap: Recap): Picture {
  const ink = inks[recap.theme]
  const alt = describe(recap)
  const tiles = recap.numbers.slice(0, 6)
  const { top, badgesAt } = layout(tiles.length, Math.min(BADGES, recap.badges.length))
  const half = (width - 2 * side - gap) / 2
  const drawn = tiles.map(({ label, value }, i) => {
    // The last of an odd number stands alone, and has the whole width.
    const tileWide = i === tiles.length - 1 && i % 2 === 0 ? width - 2 * side : half
    const x = side + (i % 2) * (half + gap)
    const y = top + Math.floor(i / 2) * (tileHigh + gap)
    const size = largest(value, tileWide - 64, 96)
    return [
      `<rect x="${x}" y="${y}" width="${tileWide}" height="${tileHigh}" rx="36" fill="${ink.panel}"/>`,
      words(x + 32, y + 160, fitted(value, tileWide - 64, size), size, 700, ink.strong),
      words(x + 32, y + 228, fitted(label, tileWide - 64, 36), 36, 500, ink.soft),
    ].join('')
  })
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${xml(alt)}" font-family="${font}">`,
    `<defs><linearGradient id="brand" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${inks.light.accent[0]}"/><stop offset="1" stop-color="${inks.light.accent[1]}"/></linearGradient></defs>`,
    `<rect width="${width}" height="${height}" fill="${ink.ground}"/>`,
    `<rect width="${width}" height="${head}" fill="url(#brand)"/>`,
    words(side, 170, fitted(recap.program, width - 2 * side, 40), 40, 600, '#ffffff'),
    words(side, 280, fitted(recap.name, width - 2 * side, 84) || '–', 84, 700, '#ffffff'),
    words(side, 360, fitted(recap.month, width - 2 * side, 48), 48, 500, '#ffffff'),
    ...(tiles.length > 0 ? drawn : [words(width / 2, top, 'A quiet month. The next one is yours.', 44, 500, ink.soft, 'middle')]),
    ...badgesOf(recap.badges, badgesAt, ink.strong, ink.panel),
    ...(recap.demo ? [words(width - side, 1_850, 'DEMO DATA', 28, 700, ink.soft, 'end')] : []),
    '</svg>',
  ]
  return { svg: svg.join('\n'), alt }
}

/** Tiles with the badges below them stand in the middle of what the head leaves, so that a short month has no hole. */
function layout(tiles: number, badges: number): { top: number; badgesAt: number } {
  const rows = Math.ceil(tiles / 2)
  const tilesHigh = rows === 0 ? 44 : rows * (tileHigh + gap) - gap
  const badgesHigh = badges === 0 ? 0 : 72 + badges * 108 - 24
  const top = Math.round(head + (foot - head - tilesHigh - badgesHigh) / 2)
  return { top, badgesAt: top + tilesHigh + 72 }
}

/** A number that is too long for its tile is written smaller before it is cut. */
const largest = (value: string, room: number, size: number): number =>
  [size, 80, 64, 52, 44].find((one) => widthOf(clean(value), one) <= room) ?? 44

function badgesOf(badges: readonly string[], top: number, color: string, fill: string): string[] {
  return badges.slice(0, BADGES).map((badge, i) => {
    const y = top + i * 108
    const shown = fitted(badge, width - 2 * side - 150, 38)
    return [
      `<rect x="${side}" y="${y}" width="${width - 2 * side}" height="84" rx="42" fill="${fill}"/>`,
      `<circle cx="${side + 48}" cy="${y + 42}" r="18" fill="url(#brand)"/>`,
      words(side + 90, y + 55, shown, 38, 600, color),
    ].join('')
  })
}

function words(x: number, y: number, text: string, size: number, weight: number, color: string, anchor = 'start'): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${color}" text-anchor="${anchor}">${xml(text)}</text>`
}

function describe({ name, program, month, numbers, badges, demo }: Recap): string {
  const said = numbers.slice(0, 6).map(({ label, value }) => `${clean(value)} ${clean(label)}`)
  const start = `${fitted(name, 400, 20)} at ${fitted(program, 400, 20)}, ${clean(month)}${demo ? ' (demo data)' : ''}`
  const got = badges.length > 0 ? ` Badges: ${badges.slice(0, BADGES).map(clean).join(', ')}.` : ''
  return `${start}: ${said.length > 0 ? said.join(', ') : 'a quiet month'}.${got}`
}
