/** What all pictures share: colours of both themes, the font, and text made safe to draw. */
export type Theme = 'light' | 'dark'

/** An SVG document, the same for the same input, and what it says in words. */
export type Picture = { readonly svg: string; readonly alt: string }

export const font = 'Inter, system-ui, sans-serif'

export type Ink = {
  ground: string
  panel: string
  line: string
  strong: string
  soft: string
  good: string
  bad: string
  accent: readonly [string, string]
  podium: readonly [string, string, string]
  series: readonly string[]
}

// Each colour has a contrast of at least 3:1 to its ground, each text colour 4.5:1.
export const inks: Record<Theme, Ink> = {
  light: {
    ground: '#ffffff',
    panel: '#f5f5f9',
    line: '#e6e6ee',
    strong: '#1b1a26',
    soft: '#656376',
    good: '#0b7f52',
    bad: '#c22f3d',
    accent: ['#5b45e0', '#a834c9'],
    podium: ['#f4c038', '#c3c9d6', '#dd9a63'],
    series: ['#5b45e0', '#0b8a6a', '#c9480f', '#b02a8f', '#1c74c9', '#8a6a00'],
  },
  dark: {
    ground: '#17161f',
    panel: '#22212d',
    line: '#32313f',
    strong: '#f4f3fa',
    soft: '#a5a3b8',
    good: '#4fd69c',
    bad: '#ff8088',
    accent: ['#8b78ff', '#d873f0'],
    podium: ['#f6c945', '#c9cfdb', '#e2a272'],
    series: ['#9686ff', '#3fcf9f', '#ff9a62', '#f07fd2', '#62b5ff', '#e0c04a'],
  },
}

/** Text as XML carries it, in element and attribute alike. */
export function xml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')
}

/**
 * Text that stays in its line: no control characters, no direction overrides that would turn neighbours around, no broken
 * surrogates (which make a picture unreadable as XML), and no towers of accents.
 */
export function clean(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]|\p{Cs}/gu, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/ {2,}/g, ' ')
    .trim()
}

/** Text without direction overrides, which would turn around whatever stands beside it: an amount, a name, our own words. */
export const unturned = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/gu, '')

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' })
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** Cleaned text, cut at a whole letter (an emoji counts as one) so that it is about `width` pixels at this font size or less. */
export function fitted(text: string, width: number, size: number): string {
  // No line holds a thousand letters; cutting first keeps a very long text cheap.
  const whole = clean(text.slice(0, 1_000))
  if (widthOf(whole, size) <= width) return whole
  let left = width - breadth('…') * size
  let kept = ''
  for (const { segment } of letters.segment(whole)) {
    left -= breadth(segment) * size
    if (left < 0) break
    kept += segment
  }
  // The mark keeps the dots at the left end of Arabic or Hebrew.
  return `${kept.trimEnd()}…${rightToLeft.test(kept) ? '\u200f' : ''}`
}

/** About how wide the text is drawn in Inter, in pixels; a little more rather than less. */
export function widthOf(text: string, size: number): number {
  let ems = 0
  for (const { segment } of letters.segment(text)) ems += breadth(segment)
  return ems * size
}

function breadth(letter: string): number {
  if (
    /^[\p{Extended_Pictographic}\p{Regional_Indicator}\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]/u.test(
      letter,
    )
  )
    return 1.3
  if (/^[ .,:;!'|iljI]/.test(letter)) return 0.31
  if (/^[MW@%…]/.test(letter)) return 1.06
  if (/^[mw]/.test(letter)) return 0.93
  return /^\p{Lu}/u.test(letter) ? 0.73 : 0.63
}
