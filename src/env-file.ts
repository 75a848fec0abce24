/** A file of variables, and what in it would go unheard: Node's way of reading one says nothing of what it can't make sense of. */
import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

type Variables = readonly [name: string, value: string][]

/** What the file sets, or why it can't be told, in words that follow the name of the file. No file sets nothing. */
export function variablesIn(file: string, known: readonly string[]): { variables: Variables; why?: string } {
  if (!existsSync(file)) return { variables: [] }
  try {
    // Read here and once: of whatever stands in the way, Node's own way says that there is no such file, and a pipe is empty then. Editors
    // of some systems begin a file with a mark, which would become part of the first name.
    const words = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    const variables = Object.entries(parseEnv(words)).map(([name, value = '']): [string, string] => [name, value])
    const why = hidden(variables, known)
    return why === undefined ? { variables } : { variables, why: `has ${why}` }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const fix = 'Give this user the right to, or remove it and set its variables in the environment.'
    return { variables: [], why: `can't be read by this user (${code}). ${fix}` }
  }
}

/** A quote that is not closed hides its own variable and all up to the next quote; a line without = becomes part of the next name. */
function hidden(variables: Variables, known: readonly string[]): string | undefined {
  for (const [name, value] of variables) {
    const [first = '', ...more] = name.split('\n')
    if (more.length > 0 || name.includes('\0'))
      return `the line “${readably(first)}”, which sets nothing and takes the next one with it. Write NAME=value, or put a # before it.`
    const after = value.split('\n').slice(1)
    const swallowed = after.some((line) => known.includes(/^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1] ?? ''))
    // A name with a comma in it stands in quotes within quotes.
    const open = /^(["'`])(?!.*\1)/.test(value)
    if (swallowed || (known.includes(name) && (after.length > 0 || open)))
      return `a quote in ${name} that is not closed on its line. Close it, or leave the quotes out.`
  }
  return undefined
}

/** Enough to find it: the line may be a secret that stands without its name, or no text at all. */
function readably(line: string): string {
  const shown = line.replace(/[^\x20-\x7e]/g, '').trim()
  return shown.length > 12 ? `${shown.slice(0, 12)}…` : shown
}
