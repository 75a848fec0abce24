import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const load = createRequire(import.meta.url)
const cuts = ['400Regular', '600SemiBold', '700Bold'] as const

export type Cut = (typeof cuts)[number]

type Script = { name: string; letters: RegExp; files: string[] }

// Inter draws Latin, Greek and Cyrillic. A program whose creators write otherwise installs the package named here, and no more than that.
const packages: [name: string, letters: RegExp, fontPackage: string, file: string][] = [
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
const emoji = /(?![©®™])(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|\u20e3)/gu
// What neither Inter nor any package here can draw, as whole words.
const unknown =
  /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}][^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}\p{P}\p{S}]*/gu

let found: { scripts: Script[]; missing: Script[] } | undefined

function look(): { scripts: Script[]; missing: Script[] } {
  if (found) return found
  const scripts: Script[] = []
  const missing: Script[] = []
  for (const [name, letters, fontPackage, file] of packages) {
    try {
      scripts.push({ name, letters, files: filesOf(fontPackage, file) })
    } catch {
      missing.push({ name, letters, files: [] })
    }
  }
  found = { scripts, missing }
  return found
}

/** Throws when the package is not installed. */
function filesOf(fontPackage: string, file: string): string[] {
  const folder = dirname(load.resolve(`@expo-google-fonts/${fontPackage}/package.json`))
  return cuts.map((cut) => join(folder, cut, `${file}_${cut}.ttf`))
}

/** Every font file that may be drawn with; Inter's come first. */
export const fontFiles = (): string[] => [...filesOf('inter', 'Inter'), ...look().scripts.flatMap(({ files }) => files)]

/** Text without what no font here can draw: emoji are left out, and letters of a script whose package is not installed are named. */
export function drawable(text: string): string {
  let left = text.replace(emoji, '')
  for (const { name, letters } of look().missing) left = left.replace(letters, (run) => named(name, run))
  return left
}

/** The name stands for the letters; the space behind them stays. */
const named = (name: string, run: string): string => `[${name}]${run.endsWith(' ') ? ' ' : ''}`

/** Drawable text in pieces of one font each, with the file of that font. A script that nobody prepared for is named too. */
export function runsOf(text: string, cut: Cut): { file: string; words: string }[] {
  const at = cuts.indexOf(cut)
  let runs: { file: string; words: string; open: boolean }[] = [
    { file: filesOf('inter', 'Inter')[at]!, words: drawable(text), open: true },
  ]
  for (const { letters, files } of look().scripts) {
    runs = runs.flatMap((run) => (run.open ? cutOut(run, letters, files[at]!) : [run]))
  }
  return runs
    .map(({ file, words, open }) => ({
      file,
      words: open ? words.replace(unknown, (run) => named('another script', run)) : words,
    }))
    .filter(({ words }) => words !== '')
}

function cutOut(run: { file: string; words: string }, letters: RegExp, file: string) {
  const pieces: { file: string; words: string; open: boolean }[] = []
  let from = 0
  for (const match of run.words.matchAll(letters)) {
    pieces.push({ file: run.file, words: run.words.slice(from, match.index), open: true })
    pieces.push({ file, words: match[0], open: false })
    from = match.index + match[0].length
  }
  return [...pieces, { file: run.file, words: run.words.slice(from), open: true }]
}
