/** The regular expressions of the house, and strings that make bad ones slow. */
import { parseSync, Visitor } from 'oxc-parser'
import { files, text } from '../tidy/sources.ts'

export type Found = { file: string; line: number; pattern: string; flags: string }

/** Every regular expression that is written out in src and commands. */
export function regexes(): Found[] {
  return files.flatMap((file) => {
    const source = text.get(file)!
    const found: Found[] = []
    new Visitor({
      Literal(node) {
        if (!('regex' in node) || !node.regex) return
        const { pattern, flags } = node.regex
        found.push({ file, line: source.slice(0, node.start).split('\n').length, pattern, flags })
      },
    }).visit(parseSync(file, source).program)
    return found
  })
}

const common = ['a', '0', ' ', '\n', '-', '.', '\u0301', 'a ', 'a.']
const ends = ['!', '']

/** What the pattern itself repeats is what makes it work hardest: its own signs, its words, and pairs of them. */
export function attacks({ pattern }: Found): string[] {
  const plain = pattern.replace(/\\[bBdDwWsSpP](\{[^}]*\})?/g, '').replace(/\\(.)/g, '$1')
  const signs = [...new Set(plain)].filter((sign) => !'^$*+?{}[]|'.includes(sign)).slice(0, 5)
  const words = (plain.match(/[\w@#:/.-]{2,}/g) ?? []).slice(0, 2)
  const pairs = signs.slice(0, 3).flatMap((one, n) => (signs[n + 1] ? [`${one}${signs[n + 1]}`] : []))
  return [...new Set([...common, ...signs, ...words, ...pairs])]
}

/** The unit repeated up to a length, in a few surroundings. */
export const strings = (unit: string, length: number): string[] =>
  ends.map((end) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length) + end)

/** The processor time of a work in ms, the least of some tries: what others do on a busy machine does not count. */
export function shortest(work: () => unknown, enoughMs: number, tries = 3): number {
  let best = Number.POSITIVE_INFINITY
  for (let n = 0; n < tries && best > enoughMs; n++) {
    const began = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(began)
    best = Math.min(best, (user + system) / 1_000)
  }
  return best
}
