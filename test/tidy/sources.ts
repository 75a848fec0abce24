/** Our own sources as the house rules see them: their text, what they import and export, and how long their functions are. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, Visitor } from 'oxc-parser'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** All files below a folder, as paths from the root. What a tool generates is not ours. */
export const under = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('src/db/generated/'))
    .sort()

const isTypeScript = (file: string): boolean => file.endsWith('.ts')

/** What runs as Troupe. */
export const files = [...under('src'), ...under('commands')].filter(isTypeScript)
/** With what seeds, measures and tests it. */
export const allFiles = [...files, ...['prisma', 'bench', 'test'].flatMap(under).filter(isTypeScript)]
export const text = new Map(allFiles.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
const parsed = new Map(allFiles.map((file) => [file, parseSync(file, text.get(file)!)]))

const lineAt = (file: string, offset: number): number => text.get(file)!.slice(0, offset).split('\n').length

/** A file's lines without whole-line comments. */
export const code = (file: string): string[] =>
  text
    .get(file)!
    .split('\n')
    .map((line) => (/^\s*(\/\/|\/?\*)/.test(line) ? '' : line))

/** `names` are those taken; '*' stands for all of them. */
export type Import = { file: string; target: string; names: string[]; typeOnly: boolean; line: number }

/** Every import of every file: ours as a path from the root, others as the package's name. */
export const allImports: Import[] = allFiles.flatMap((file) => {
  const source = text.get(file)!
  const { module } = parsed.get(file)!
  const still = module.staticImports.map((i) => ({
    from: i.moduleRequest.value,
    names: i.entries.map((e) => (e.importName.kind === 'Default' ? 'default' : (e.importName.name ?? '*'))),
    typeOnly: i.entries.length > 0 && i.entries.every((e) => e.isType),
    at: i.start,
  }))
  const again = module.staticExports.flatMap((e) =>
    e.entries.flatMap((x) =>
      x.moduleRequest
        ? [{ from: x.moduleRequest.value, names: [x.importName.name ?? '*'], typeOnly: x.isType, at: e.start }]
        : [],
    ),
  )
  const moving = module.dynamicImports.flatMap((d) => {
    const words = source.slice(d.moduleRequest.start, d.moduleRequest.end)
    return /^['"]/.test(words) ? [{ from: words.slice(1, -1), names: ['*'], typeOnly: false, at: d.start }] : []
  })
  return [...still, ...again, ...moving].map(({ from, names, typeOnly, at }) => ({
    file,
    names,
    typeOnly,
    line: lineAt(file, at),
    target: from.startsWith('.') ? relative(root, resolve(root, dirname(file), from)) : from,
  }))
})

export type Export = { file: string; name: string; isType: boolean; line: number }

/** Every named export. */
export const allExports: Export[] = allFiles.flatMap((file) =>
  parsed
    .get(file)!
    .module.staticExports.flatMap(({ entries, start }) =>
      entries.flatMap(({ exportName, isType }) =>
        exportName.kind === 'Name' ? [{ file, name: exportName.name!, isType, line: lineAt(file, start) }] : [],
      ),
    ),
)

/** How long functions are in their own lines: those of a function declared inside another count for itself alone. */
export function functionLengths(file: string): { name: string; line: number; length: number }[] {
  const found: { name: string; line: number; length: number }[] = []
  const open: number[] = []
  type Span = { start: number; end: number; type: string; id?: { name: string } | null }
  const enter = () => void open.push(0)
  const leave = (node: Span) => {
    const line = lineAt(file, node.start)
    const whole = lineAt(file, node.end) - line + 1
    const inner = open.pop()!
    found.push({ name: node.id?.name ?? 'a function', line, length: whole - inner })
    if (open.length > 0) open[open.length - 1]! += node.type === 'FunctionDeclaration' ? whole : inner
  }
  new Visitor({
    FunctionDeclaration: enter,
    FunctionExpression: enter,
    ArrowFunctionExpression: enter,
    'FunctionDeclaration:exit': leave,
    'FunctionExpression:exit': leave,
    'ArrowFunctionExpression:exit': leave,
  }).visit(parsed.get(file)!.program)
  return found
}
