import { clean, fitted, font, type Ink, inks, type Picture, type Theme, widthOf, xml } from './ink.ts'

/** `shown` is how the value is written, its number by default; `moved` is places won or lost since last time. */
export type Standing = {
  rank: number
  name: string
  value: number
  shown?: string | undefined
  moved?: number | 'new' | undefined
}
/** Rows come in the order in which they are drawn; ranks may tie. `demo` marks invented data. */
export type Leaderboard = { title: string; subtitle: string; rows: readonly Standing[]; theme: Theme; demo?: boolean | undefined }

const width = 1_200
const side = 48
const head = 168
const rowHeight = 76
const gap = 10
const nameAt = side + 178
const barAt = 600
const barMost = 300
const valueAt = width - side - 28

/** Standings as a picture 1,200 wide and as high as its rows: medals for the first three ranks, bars in proportion, places won and lost. */
export function leaderboardPicture(board: Leaderboard): Picture {
  const ink = inks[board.theme]
  const most = Math.max(0, ...board.rows.map((r) => r.value))
  const height = head + Math.max(1, board.rows.length) * (rowHeight + gap) + side - gap
  const alt = describe(board)
  const rows = board.rows.map((row, i) => drawRow(row, head + i * (rowHeight + gap), most, board.theme))
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${xml(alt)}" font-family="${font}">`,
    `<defs>${gradient(`brand-${board.theme}`, ink.accent)}${ink.podium.map((c, i) => gradient(`podium${i + 1}-${board.theme}`, [ink.accent[0], c])).join('')}</defs>`,
    `<rect width="${width}" height="${height}" fill="${ink.ground}"/>`,
    ...header(board, ink),
    ...(rows.length > 0 ? rows : [nobody(ink)]),
    '</svg>',
  ]
  return { svg: svg.join('\n'), alt }
}

function header(board: Leaderboard, ink: Ink): string[] {
  const room = width - 2 * side - 110
  const demo = pill(width - side, 74, 'DEMO DATA', 16, ink.soft, ink.panel, 'end')
  return [
    `<rect width="${width}" height="8" fill="url(#brand-${board.theme})"/>`,
    `<rect x="${side}" y="48" width="80" height="80" rx="22" fill="url(#brand-${board.theme})"/>`,
    // Three steps of a podium, the mark of a leaderboard.
    ...[
      [64, 92, 16],
      [80, 70, 38],
      [96, 82, 26],
    ].map(([x, y, h]) => `<rect x="${x! + 1}" y="${y}" width="14" height="${h}" rx="4" fill="#ffffff"/>`),
    words(side + 104, 84, fitted(board.title, room - (board.demo ? 170 : 0), 44), 44, 700, ink.strong),
    words(side + 104, 124, fitted(board.subtitle, room, 25), 25, 400, ink.soft),
    ...(board.demo ? [demo] : []),
  ]
}

function drawRow(row: Standing, top: number, most: number, theme: Theme): string {
  const ink = inks[theme]
  const middle = top + rowHeight / 2
  const podium = row.rank >= 1 && row.rank <= 3
  const medal = podium ? ink.podium[row.rank - 1]! : undefined
  const bar = most > 0 && row.value > 0 ? Math.max(10, (row.value / most) * barMost) : 0
  const value = fitted(row.shown ?? new Intl.NumberFormat('en').format(row.value), 205, 31)
  return [
    `<rect x="${side}" y="${top}" width="${width - 2 * side}" height="${rowHeight}" rx="18" fill="${ink.panel}"/>`,
    medal ? `<rect x="${side}" y="${top + 18}" width="6" height="${rowHeight - 36}" rx="3" fill="${medal}"/>` : '',
    medal ? `<circle cx="${side + 54}" cy="${middle}" r="25" fill="${medal}"/>` : '',
    words(side + 54, middle + 10, fitted(String(row.rank), 60, 29), 29, 700, medal ? '#241d0a' : ink.soft, 'middle'),
    moved(row.moved, side + 126, middle, ink),
    words(nameAt, middle + 11, fitted(row.name, barAt - nameAt - 24, 31) || '–', 31, 600, ink.strong),
    `<rect x="${barAt}" y="${middle - 8}" width="${barMost}" height="16" rx="8" fill="${ink.line}"/>`,
    bar > 0
      ? `<rect x="${barAt}" y="${middle - 8}" width="${round(bar)}" height="16" rx="8" fill="${podium ? `url(#podium${row.rank}-${theme})` : ink.accent[0]}"/>`
      : '',
    words(valueAt, middle + 11, value, 31, 700, ink.strong, 'end'),
  ].join('')
}

/** An arrow and the number of places; its direction says the same as its colour. */
function moved(by: Standing['moved'], x: number, middle: number, ink: Ink): string {
  if (by === undefined) return ''
  if (by === 'new') return pill(x, middle, 'NEW', 17, ink.ground, ink.good, 'middle')
  if (by === 0) return `<rect x="${x - 8}" y="${middle - 2}" width="16" height="4" rx="2" fill="${ink.soft}"/>`
  const color = by > 0 ? ink.good : ink.bad
  const [tip, foot] = by > 0 ? [middle - 7, middle + 6] : [middle + 7, middle - 6]
  const places = String(Math.min(999, Math.abs(by)))
  const left = x - (22 + widthOf(places, 25)) / 2
  return `<path d="M${round(left)} ${foot}h16l-8 ${tip - foot}z" fill="${color}" stroke="${color}" stroke-width="2" stroke-linejoin="round"/>${words(round(left + 22), middle + 9, places, 25, 600, color)}`
}

function nobody(ink: Ink): string {
  const frame = `<rect x="${side}" y="${head}" width="${width - 2 * side}" height="${rowHeight}" rx="18" fill="${ink.panel}"/>`
  return (
    frame + words(width / 2, head + rowHeight / 2 + 8, 'Nobody is on the board yet. Be the first!', 22, 400, ink.soft, 'middle')
  )
}

function pill(
  x: number,
  middle: number,
  text: string,
  size: number,
  color: string,
  fill: string,
  anchor: 'middle' | 'end',
): string {
  const wide = round(widthOf(text, size) + size * 1.5)
  const high = size * 2
  const left = anchor === 'end' ? x - wide : x - wide / 2
  const frame = `<rect x="${round(left)}" y="${middle - high / 2}" width="${wide}" height="${high}" rx="${high / 2}" fill="${fill}"/>`
  return frame + words(round(left + wide / 2), middle + size * 0.36, text, size, 700, color, 'middle')
}

function words(x: number, y: number, text: string, size: number, weight: number, color: string, anchor = 'start'): string {
  return `<text x="${x}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${color}" text-anchor="${anchor}">${xml(text)}</text>`
}

function gradient(id: string, [from, to]: readonly [string, string]): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`
}

const round = (n: number): number => Math.round(n * 100) / 100

function describe(board: Leaderboard): string {
  const lines = board.rows.slice(0, 10).map((row) => {
    const by = row.moved
    const change = by === 'new' ? ', new' : by ? `, ${by > 0 ? 'up' : 'down'} ${Math.abs(by)}` : ''
    return `${row.rank}. ${fitted(row.name, 400, 20)}: ${clean(row.shown ?? new Intl.NumberFormat('en').format(row.value))}${change}.`
  })
  const rest = board.rows.length > 10 ? [`And ${board.rows.length - 10} more.`] : []
  const start = `${clean(board.title)}, ${clean(board.subtitle)}${board.demo ? ' (demo data)' : ''}.`
  return [start, ...(lines.length > 0 ? lines : ['Nobody is on the board yet.']), ...rest].join(' ')
}
