import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { clean, fitted, font, type Ink, inks, type Picture, type Theme, xml } from './ink.ts'
import { decimals, isCurrency } from './money.ts'
import { remembered } from './remember.ts'

export type Point = { label: string; value: number | null }
/** `unit` is a currency code, '%' or a word such as 'clicks'. A null value is a gap: not known, which is not zero. */
export type Chart = {
  title: string
  series: readonly { name: string; points: readonly Point[] }[]
  theme: Theme
  unit?: string | undefined
  width?: number | undefined
  height?: number | undefined
  alt?: string | undefined
}

type ECharts = typeof import('echarts')
type Option = import('echarts').EChartsOption
type Kind = 'line' | 'bar'

const load = createRequire(import.meta.url)

/** A line for each series over shared labels; a single line is filled and its last value written out. */
export const lineChart = (chart: Chart): Picture => drawn({ kind: 'line', chart })

/** Bars for each series side by side; a few bars of one series carry their values. */
export const barChart = (chart: Chart): Picture => drawn({ kind: 'bar', chart })

type Asked = { kind: Kind; chart: Chart }

/** Drawing takes ten milliseconds of the processor, and a page that reads itself again mostly has the same charts. */
const drawn = remembered(draw, 100, (asked: Asked) => JSON.stringify(asked))

function draw({ kind, chart }: Asked): Picture {
  const { width = 800, height = 420 } = chart
  // The library takes a tenth of a second to load; a process that never draws never loads it.
  const echarts = load('echarts') as ECharts
  const canvas = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  const alt = chart.alt ?? describe(chart)
  try {
    canvas.setOption(option(kind, chart, width))
    return { svg: settle(canvas.renderToSVGString(), alt), alt }
  } finally {
    canvas.dispose()
  }
}

function option(kind: Kind, chart: Chart, width: number): Option {
  const ink = inks[chart.theme]
  const labels = labelsOf(chart)
  const several = chart.series.length > 1
  const word = unitWord(chart.unit)
  const empty = !chart.series.some((s) => s.points.some((p) => p.value !== null))
  return {
    animation: false,
    backgroundColor: ink.ground,
    color: [...ink.series],
    textStyle: { fontFamily: font, color: ink.soft },
    title: [
      {
        left: 20,
        top: 16,
        itemGap: 6,
        text: fitted(chart.title, width - 60, 19),
        subtext: word ? fitted(word, width - 60, 13) : '',
        textStyle: { fontSize: 19, fontWeight: 600, color: ink.strong },
        subtextStyle: { fontSize: 13, color: ink.soft },
      },
      {
        show: empty,
        left: 'center',
        top: 'middle',
        text: 'Nothing to show yet',
        textStyle: { fontSize: 15, fontWeight: 400, color: ink.soft },
      },
    ],
    legend: {
      show: several,
      type: 'plain',
      bottom: 14,
      left: 20,
      itemWidth: kind === 'line' ? 26 : 12,
      itemHeight: 12,
      itemGap: 22,
      textStyle: { color: ink.soft, fontSize: 13 },
    },
    grid: {
      left: 24,
      right: kind === 'line' && !several ? 84 : 32,
      top: word ? 84 : 68,
      bottom: several ? 52 : 20,
      containLabel: true,
    },
    xAxis: {
      show: !empty,
      type: 'category',
      data: labels.map((label) => fitted(label, Math.max(70, (width - 120) / Math.max(1, labels.length) - 8), 12)),
      boundaryGap: kind === 'bar',
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { color: ink.soft, fontSize: 12, margin: 12, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      show: !empty,
      splitNumber: 4,
      minInterval: whole(chart) ? 1 : 0,
      // Shares end at the whole; what grew by more than that does not.
      ...(chart.unit === '%' ? { max: ({ max }: { max: number }) => (max > 80 && max <= 100 ? 100 : null) } : {}),
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.soft, fontSize: 12, formatter: (value: number) => short(value, chart.unit) },
    },
    series: chart.series.map((_, i) => (kind === 'line' ? lineSeries(chart, labels, i, ink) : barSeries(chart, labels, i, ink))),
  }
}

function lineSeries(chart: Chart, labels: string[], i: number, ink: Ink) {
  const color = ink.series[i % ink.series.length]!
  const alone = chart.series.length === 1
  const data = values(chart, labels, i)
  const last = data.findLastIndex((value) => value !== null)
  // A second line differs by its dashes too, for those who do not tell the colours apart.
  const dash = i === 0 ? ('solid' as const) : ([6, 4 + i] as number[])
  const fill = { type: 'linear' as const, x: 0, y: 0, x2: 0, y2: 1, colorStops: stops(color) }
  return {
    type: 'line' as const,
    name: nameOf(chart, i),
    data: data.map((value, at) => ({ value, symbolSize: at === last || labels.length === 1 ? 9 : 0 })),
    symbol: 'circle',
    showAllSymbol: true,
    smooth: 0.25,
    smoothMonotone: 'x' as const,
    lineStyle: { width: 3, type: dash, cap: 'round' as const },
    itemStyle: { color, borderWidth: 0 },
    areaStyle: alone ? { color: fill } : undefined,
    label: {
      show: alone,
      position: 'right' as const,
      distance: 8,
      fontSize: 14,
      fontWeight: 600,
      color: ink.strong,
      formatter: (p: { dataIndex: number }) => (p.dataIndex === last ? short(data[last] ?? 0, chart.unit) : ''),
    },
  }
}

function barSeries(chart: Chart, labels: string[], i: number, ink: Ink) {
  const data = values(chart, labels, i)
  return {
    type: 'bar' as const,
    name: nameOf(chart, i),
    data: data.map((value) => {
      const below = (value ?? 0) < 0
      const label = { position: below ? ('bottom' as const) : ('top' as const) }
      return { value, label, itemStyle: { borderRadius: below ? [0, 0, 5, 5] : [5, 5, 0, 0] } }
    }),
    barMaxWidth: 56,
    barGap: '12%',
    barCategoryGap: '34%',
    label: {
      show: chart.series.length === 1 && labels.length <= 12,
      fontSize: 12,
      fontWeight: 600,
      color: ink.strong,
      formatter: (p: { dataIndex: number }) => short(data[p.dataIndex] ?? 0, chart.unit),
    },
  }
}

const stops = (color: string) => [
  { offset: 0, color: `${color}4d` },
  { offset: 1, color: `${color}05` },
]

/** Names twice the same would share one place in the legend. */
function nameOf(chart: Chart, i: number): string {
  const name = fitted(chart.series[i]!.name, 220, 13) || '–'
  const before = chart.series.slice(0, i).filter((s) => (fitted(s.name, 220, 13) || '–') === name).length
  return before === 0 ? name : `${name} (${before + 1})`
}

/** The labels of all series in the order in which they first come; kept as they are when all series have the same. */
function labelsOf(chart: Chart): string[] {
  const lists = chart.series.map((s) => s.points.map((p) => p.label))
  const first = lists[0] ?? []
  return sameLabels(chart) ? first : [...new Set(lists.flat())]
}

function values(chart: Chart, labels: string[], i: number): (number | null)[] {
  const points = chart.series[i]!.points
  if (sameLabels(chart)) return points.map((p) => p.value)
  const found = new Map(points.map((p) => [p.label, p.value]))
  return labels.map((label) => found.get(label) ?? null)
}

function sameLabels(chart: Chart): boolean {
  const first = chart.series[0]?.points ?? []
  return chart.series.every((s) => s.points.length === first.length && s.points.every((p, i) => p.label === first[i]!.label))
}

/** Clicks, orders and yen come one by one, so an axis says no parts of one. */
const whole = ({ series, unit }: Chart): boolean =>
  unit !== '%' &&
  (unit === undefined || !isCurrency(unit) || decimals(unit) === 0) &&
  series.every(({ points }) => points.every(({ value }) => value === null || Number.isInteger(value)))

/** "1.2K", "€1.2K", "12%": short enough for an axis. */
function short(value: number, unit?: string): string {
  if (unit && isCurrency(unit)) {
    const whole = Math.abs(value) >= 1_000 || Number.isInteger(value)
    const digits = whole
      ? { maximumFractionDigits: 1 }
      : { minimumFractionDigits: decimals(unit), maximumFractionDigits: decimals(unit) }
    return new Intl.NumberFormat('en', {
      style: 'currency',
      currency: unit,
      notation: 'compact',
      minimumFractionDigits: 0,
      ...digits,
    }).format(value)
  }
  const text = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 }).format(
    value,
  )
  return unit === '%' ? `${text}%` : text
}

const unitWord = (unit: string | undefined): string | undefined => (unit && unit !== '%' && !isCurrency(unit) ? unit : undefined)

function describe(chart: Chart): string {
  const word = unitWord(chart.unit)
  const lines = chart.series.map((s, i) => {
    const known = s.points.filter((p): p is { label: string; value: number } => p.value !== null)
    const [first, last] = [known[0], known.at(-1)]
    if (!first || !last) return `${nameOf(chart, i)}: nothing yet.`
    const top = known.reduce((a, b) => (b.value > a.value ? b : a))
    const say = (p: { label: string; value: number }) =>
      `${short(p.value, chart.unit)}${word ? ` ${clean(word)}` : ''} (${clean(p.label)})`
    return `${nameOf(chart, i)}: from ${say(first)} to ${say(last)}, highest ${say(top)}.`
  })
  return [`${clean(chart.title)}.`, ...lines].join(' ')
}

/**
 * Makes the library's output the same on each run and fit for strict pages: it counts its ids up per process, and adds hover
 * styles and style attributes, which a Content-Security-Policy forbids when the SVG stands inside HTML.
 */
function settle(svg: string, alt: string): string {
  const plain = svg
    .replace(/<style ?>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_[a-z_]+|pointer-events|baseProfile)="[^"]*"/g, '')
    .replace(/ style="([^"]*)"/g, (_, css: string) => attributes(css))
    .replace(/(id="|url\(#)zr\d+-/g, '$1')
  const own = createHash('sha256').update(plain).digest('hex').slice(0, 8)
  return plain
    .replace(/(id="|url\(#)/g, `$1c${own}-`)
    .replace(/^<svg ([^>]*)>/, `<svg $1 role="img" aria-label="${xml(clean(alt)).replace(/\$/g, '$$$$')}">`)
}

const attributes = (css: string): string =>
  css
    .split(';')
    .map((rule) => rule.split(':'))
    .map(([name, value]) => (name?.trim() && value ? ` ${name.trim()}="${value.trim()}"` : ''))
    .join('')
