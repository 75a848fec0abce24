import { createHash } from 'node:crypto'
import { Resvg } from '@resvg/resvg-js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { barChart, type Chart, lineChart } from '../../src/kernel/chart.ts'
import { clean, fitted, widthOf } from '../../src/kernel/ink.ts'
import { leaderboardPicture, type Standing } from '../../src/kernel/leaderboard.ts'
import { toPng } from '../../src/kernel/picture.ts'

const points = (values: (number | null)[]) => values.map((value, i) => ({ label: `Nov ${i + 1}`, value }))
const revenue: Chart = {
  title: 'Net revenue',
  theme: 'light',
  unit: 'USD',
  series: [{ name: 'Revenue', points: points([900, 1_250, 4_000]) }],
}
const nasty = `<script>alert("1")</script> & 'x' \u0000\u202e $& ]]> ${'\ud83d'}`
const names = [
  'Mia Fernández',
  '💄💋👩‍👩‍👧‍👦',
  'نورة العتيبي '.repeat(20),
  nasty,
  'W'.repeat(200),
  'é\u0301\u0302\u0303\u0304\u0305'.repeat(40),
  '',
]
const rows: Standing[] = names.map((name, i) => ({
  rank: i + 1,
  name,
  value: 1_000 - 140 * i,
  moved: ([2, -1, 0, 'new', undefined] as const)[i % 5],
}))
const board = { title: 'Season 4', subtitle: 'November 2026', rows, theme: 'dark' as const }

/** Throws unless the SVG is well-formed XML; gives its size. */
const size = (svg: string) => {
  const { width, height } = new Resvg(svg, { font: { loadSystemFonts: false } })
  return [width, height]
}
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1])
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe.each([
  ['line', lineChart],
  ['bar', barChart],
])('a %s chart', (_, draw) => {
  test('is the same each time, whatever was drawn in between', () => {
    const first = draw(revenue)
    draw({ ...revenue, title: 'Another' })
    expect(draw({ ...revenue })).toBe(first)
    // In another order it is not the chart that was remembered, and it is drawn anew.
    const again = draw(Object.fromEntries(Object.entries(revenue).reverse()) as typeof revenue)
    expect(again).not.toBe(first)
    expect(again).toEqual(first)
    expect(hash(toPng(again.svg))).toBe(hash(toPng(first.svg)))
    expect(draw({ ...revenue, theme: 'dark' }).svg).not.toBe(first.svg)
  })

  test('carries whatever people typed as text, never as markup', () => {
    const { svg } = draw({
      ...revenue,
      title: nasty,
      unit: nasty,
      alt: nasty,
      series: [1, 2].map(() => ({ name: nasty, points: [{ label: nasty, value: 3 }] })),
    })
    expect(size(svg)).toEqual([800, 420])
    expect(svg).not.toMatch(/<script|\p{Cc}(?<!\n)|\u202e/u)
    expect(svg).toContain('&lt;script&gt;')
  })

  test('suits a strict page: no styles, no scripts, ids of its own', () => {
    const { svg } = draw(revenue)
    expect(svg).not.toMatch(/<style|style=|class=|zr\d/)
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="Net revenue\./)
    const ids = (s: string) => [...s.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]!)
    const other = ids(draw({ ...revenue, title: 'Another' }).svg)
    for (const id of ids(svg)) {
      expect(svg).toContain(`url(#${id})`)
      expect(other).not.toContain(id)
    }
  })

  test('draws nothing, one point, gaps, huge and negative values', () => {
    expect(texts(draw({ ...revenue, series: [] }).svg)).toContain('Nothing to show yet')
    expect(texts(draw({ ...revenue, series: [{ name: 'A', points: points([null, null]) }] }).svg)).toContain(
      'Nothing to show yet',
    )
    for (const values of [[5], [null, 3, null], [1e12, -1e12], [0, 0]]) {
      const { svg } = draw({ ...revenue, width: 640, height: 360, series: [{ name: 'A', points: points(values) }] })
      expect(size(svg)).toEqual([640, 360])
      expect(svg).not.toMatch(/NaN|undefined|Infinity|Nothing to show/)
    }
  })

  test('names all series, also when two have the same name or other labels', () => {
    const series = [
      { name: 'A', points: [{ label: 'Mon', value: 1 }] },
      { name: 'A', points: [{ label: 'Tue', value: 2 }] },
    ]
    const found = texts(draw({ ...revenue, series }).svg)
    for (const word of ['Mon', 'Tue', 'A', 'A (2)']) expect(found).toContain(word)
  })
})

test('an axis of what is counted has no parts of one, and one of shares ends at the whole', () => {
  const axis = (unit: string | undefined, values: number[], draw = lineChart) =>
    texts(draw({ title: 'T', theme: 'light', unit, series: [{ name: 'a', points: points(values) }] }).svg)
  for (const values of [
    [0, 0, 0],
    [1, 0, 2],
  ])
    expect(axis('clicks', values).join(' ')).not.toMatch(/\d\.\d/)
  expect(axis('JPY', [1, 0, 2], barChart).join(' ')).not.toMatch(/\d\.\d/)
  expect(axis('EUR', [0.2, 0.4]).join(' ')).toContain('€0.40')
  expect(axis('%', [100, 96, 100])).not.toContain('120%')
  expect(axis('%', [100, 96, 100])).toContain('100%')
  expect(axis('%', [130, 110])).toContain('150%')
  expect(axis('%', [2, 3])).not.toContain('100%')
})

test('a chart says in words what it shows', () => {
  expect(lineChart(revenue).alt).toBe('Net revenue. Revenue: from $900 (Nov 1) to $4K (Nov 3), highest $4K (Nov 3).')
  const clicks = {
    ...revenue,
    unit: 'clicks',
    series: [
      { name: 'Clicks', points: points([null, 12, 1_234, null]) },
      { name: 'None', points: [] },
    ],
  }
  expect(barChart(clicks).alt).toBe(
    'Net revenue. Clicks: from 12 clicks (Nov 2) to 1.2K clicks (Nov 3), highest 1.2K clicks (Nov 3). None: nothing yet.',
  )
  expect(lineChart({ ...revenue, alt: 'Said otherwise.' }).alt).toBe('Said otherwise.')
})

describe('a leaderboard', () => {
  test('is as high as its rows and holds every rank, also when it is empty', () => {
    expect(size(leaderboardPicture(board).svg)).toEqual([1_200, 168 + 7 * 86 + 38])
    expect(size(leaderboardPicture({ ...board, rows: [] }).svg)).toEqual([1_200, 292])
    const found = texts(leaderboardPicture(board).svg)
    for (const word of ['1', '7', 'Mia Fernández', '1,000', 'NEW', 'Season 4']) expect(found).toContain(word)
    expect(found).not.toContain('DEMO DATA')
    expect(texts(leaderboardPicture({ ...board, demo: true }).svg)).toContain('DEMO DATA')
  })

  test('has bars in proportion, and none for nothing', () => {
    const { svg } = leaderboardPicture({
      ...board,
      rows: [100, 50, 0, -5].map((value, i) => ({ rank: i + 1, name: 'x', value })),
    })
    const bars = [...svg.matchAll(/width="([\d.]+)" height="16" rx="8" fill="url/g)].map((m) => Number(m[1]))
    expect(bars).toEqual([300, 150])
  })

  test('says the same in words', () => {
    const { alt } = leaderboardPicture({ ...board, rows: rows.slice(0, 1), demo: true })
    expect(alt).toBe('Season 4, November 2026 (demo data). 1. Mia Fernández: 1,000, up 2.')
  })

  test('escapes names and never lets one reach its bar', () => {
    const { svg } = leaderboardPicture(board)
    expect(svg).not.toMatch(/<script|\p{Cc}(?<!\n)|\u202e|NaN|undefined/u)
    expect(svg).toContain('&lt;script&gt;')
    expect(leaderboardPicture(board)).toEqual(leaderboardPicture(board))
  })

  test('becomes the same PNG each time, without boxes for what the font lacks', () => {
    const png = toPng(leaderboardPicture(board).svg)
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1_200, 808])
    expect(hash(toPng(leaderboardPicture(board).svg))).toBe(hash(png))
    expect(toPng(leaderboardPicture(board).svg, 600).readUInt32BE(16)).toBe(600)
    const alike = (a: string, b: string) => {
      const draw = (name: string) => hash(toPng(leaderboardPicture({ ...board, rows: [{ rank: 1, name, value: 1 }] }).svg))
      expect(draw(a)).toBe(draw(b))
    }
    alike('Zoë 💄', 'Zoë ')
    alike('💄👩‍👩‍👧‍👦🇩🇪', '[emoji]')
  })
})

describe('text in a picture', () => {
  test('is cut at whole letters and fits its width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 60, max: 500 }), (text, width) => {
        const shown = fitted(text, width, 24)
        expect(widthOf(shown, 24)).toBeLessThanOrEqual(width + 24)
        expect(shown).not.toMatch(/\p{Cs}|\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
    const family = '👩‍👩‍👧‍👦'
    expect(fitted(family.repeat(50), 300, 24)).toMatch(new RegExp(`^(${family})+…$`))
    expect(fitted('Mia', 300, 24)).toBe('Mia')
    expect(fitted('x'.repeat(1_000_000), 100, 24)).toMatch(/^x+…$/)
  })

  test('keeps its dots at the end of the reading direction', () => {
    expect(fitted('نورة العتيبي '.repeat(20), 200, 24)).toMatch(/…\u200f$/)
    expect(fitted('Mia '.repeat(99), 200, 24)).toMatch(/…$/)
  })

  test('loses what would disturb its neighbours', () => {
    expect(clean('a\u202eb\u0007c\nd\u2066 \ud83d e\u0301\u0301\u0301\u0301\u0301\u0301')).toBe('ab c d e\u0301\u0301\u0301')
    expect(clean('👩‍👩‍👧 نورة')).toBe('👩‍👩‍👧 نورة')
  })
})
