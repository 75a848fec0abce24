import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ResvgRenderOptions } from '@resvg/resvg-js'

const load = createRequire(import.meta.url)
const cuts = ['400Regular', '600SemiBold', '700Bold']

// Inter draws Latin, Greek and Cyrillic. A program whose creators write otherwise installs the package named here, and no more than that.
const scripts: [script: string, letters: RegExp, fontPackage: string, file: string][] = [
  ['Arabic', /\p{Script=Arabic}[\p{Script=Arabic}\p{M} ]*/gu, 'noto-sans-arabic', 'NotoSansArabic'],
  ['Hebrew', /\p{Script=Hebrew}[\p{Script=Hebrew}\p{M} ]*/gu, 'noto-sans-hebrew', 'NotoSansHebrew'],
  ['Devanagari', /\p{Script=Devanagari}[\p{Script=Devanagari}\p{M} ]*/gu, 'noto-sans-devanagari', 'NotoSansDevanagari'],
  ['Thai', /\p{Script=Thai}[\p{Script=Thai}\p{M} ]*/gu, 'noto-sans-thai', 'NotoSansThai'],
  ['Korean', /\p{Script=Hangul}[\p{Script=Hangul} ]*/gu, 'noto-sans-kr', 'NotoSansKR'],
  [
    'Japanese',
    /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー々][\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー々 ]*/gu,
    'noto-sans-jp',
    'NotoSansJP',
  ],
]

let found: { files: string[]; missing: typeof scripts } | undefined

/**
 * An SVG as PNG, `width` pixels wide (its own width by default). Only fonts from our packages are used, so the same SVG gives the
 * same bytes on every machine. What they cannot draw is not shown as boxes: emoji are left out, and letters of a script whose
 * package is not installed are named, as in "[Arabic]".
 */
export function toPng(svg: string, width?: number): Buffer {
  // The renderer is a native module; a process that never draws never loads it.
  const { Resvg } = load('@resvg/resvg-js') as typeof import('@resvg/resvg-js')
  found ??= findFonts()
  const options: ResvgRenderOptions = {
    font: { fontFiles: found.files, loadSystemFonts: false, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
    ...(width ? { fitTo: { mode: 'width', value: width } } : {}),
  }
  return new Resvg(drawable(svg, found.missing), options).render().asPng()
}

function findFonts(): { files: string[]; missing: typeof scripts } {
  const files = filesOf('inter', 'Inter')
  const missing: typeof scripts = []
  for (const script of scripts) {
    try {
      files.push(...filesOf(script[2], script[3]))
    } catch {
      missing.push(script)
    }
  }
  return { files, missing }
}

/** Throws when the package is not installed. */
function filesOf(fontPackage: string, file: string): string[] {
  const folder = dirname(load.resolve(`@expo-google-fonts/${fontPackage}/package.json`))
  return cuts.map((cut) => join(folder, cut, `${file}_${cut}.ttf`))
}

function drawable(svg: string, missing: typeof scripts): string {
  let text = svg.replace(
    /(?![©®™])(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|\u20e3)/gu,
    '',
  )
  text = text.replace(/>\s+<\/text>|><\/text>/g, '>[emoji]</text>')
  for (const [script, letters] of missing) text = text.replace(letters, `[${script}]`)
  return text
}
