/** Every kind of picture in both themes, by a hash of what is drawn: whoever changes how one looks, looks at it and writes its new hash here. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { barChart, type Chart, lineChart } from '../../src/kernel/chart.ts'
import type { Theme } from '../../src/kernel/ink.ts'
import { leaderboardPicture } from '../../src/kernel/leaderboard.ts'
import { toPng } from '../../src/kernel/picture.ts'
import { recapPicture } from '../../src/kernel/recap.ts'

const chart = (theme: Theme): Chart => ({
  title: 'Net revenue',
  theme,
  unit: 'EUR',
  series: [
    { name: 'Revenue', points: [900, 1_250, null, 4_000].map((value, n) => ({ label: `Nov ${n + 1}`, value })) },
    { name: 'Before', points: [700, 300, 950, 2_000].map((value, n) => ({ label: `Nov ${n + 1}`, value })) },
  ],
})
const rows = ['Mia Fernández', '💄👩‍👩‍👧‍👦', 'نورة العتيبي '.repeat(20), 'W'.repeat(200), 'Lion'].map((name, n) => ({
  rank: n + 1,
  name,
  value: 1_000 - 190 * n,
  moved: ([2, -1, 0, 'new', undefined] as const)[n],
}))
const numbers = [
  { label: 'Orders', value: '128' },
  { label: 'Clicks', value: '12,034' },
  { label: 'Place', value: '3 of 40' },
]

const drawn: Record<string, (theme: Theme) => { svg: string }> = {
  line: (theme) => lineChart(chart(theme)),
  bar: (theme) => barChart(chart(theme)),
  leaderboard: (theme) => leaderboardPicture({ title: 'Season 4', subtitle: 'November 2026', rows, theme }),
  recap: (theme) =>
    recapPicture({
      name: 'Mia Fernández',
      program: 'Glow',
      month: 'November 2026',
      numbers,
      badges: ['First sale', '1,000 clicks'],
      theme,
    }),
}
const hash = (what: string | Buffer): string => createHash('sha256').update(what).digest('hex').slice(0, 16)

const known: Record<string, { light: string; dark: string }> = {
  line: { light: 'f2a470e647248caf', dark: 'ebf185c423d17e4b' },
  bar: { light: '661a518b26f28f68', dark: '967a2b288f001e71' },
  leaderboard: { light: '20ca34411211da72', dark: 'f3453417942844dc' },
  recap: { light: '17b4048646c56bfd', dark: '2714d87c00a8b196' },
}

test.each(Object.keys(drawn))('the %s is drawn as it was, in both themes', (name) => {
  const [light, dark] = (['light', 'dark'] as const).map((theme) => drawn[name]!(theme).svg) as [string, string]
  expect({ light: hash(light), dark: hash(dark) }).toEqual(known[name])
  // What is drawn is what is painted, each time anew.
  for (const svg of [light, dark]) expect(hash(toPng(svg, 240))).toBe(hash(toPng(svg, 240)))
  expect(hash(toPng(light, 240))).not.toBe(hash(toPng(dark, 240)))
})
