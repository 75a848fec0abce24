import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The runtime loads a file once anyway; asking it again for hundreds costs a quarter of a second where each is resolved anew. */
const loaded = new Map<string, Promise<{ default?: unknown }>>()

function load(file: string): Promise<{ default?: unknown }> {
  const known = loaded.get(file) ?? (import(pathToFileURL(file).href) as Promise<{ default?: unknown }>)
  loaded.set(file, known)
  return known
}

/**
 * Loads every default export of a folder: the path is the name ("review/approve.ts" → "review approve").
 * Takes .ts under vitest and .js when built. Refuses a name that is both a command and a group.
 */
export async function discover<T extends { name: string }>(folder: string): Promise<Map<string, T>> {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension) && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const found = new Map<string, T>()
  // Together: one after the other, each would wait for the disk by itself.
  const modules = await Promise.all(files.map(load))
  for (const [n, file] of files.entries()) {
    const name = relative(folder, file).slice(0, -extension.length).split(sep).join(' ')
    const module = modules[n] as { default?: T }
    if (!module.default) throw new Error(`${relative(folder, file)} has no default export.`)
    found.set(name, { ...module.default, name })
  }
  const names = [...found.keys()]
  for (const name of names) {
    const group = names.find((other) => other.startsWith(`${name} `))
    if (group !== undefined) throw new Error(`"${name}" is a command and also the group of "${group}"; rename one of them.`)
  }
  return found
}

/** A folder beside this project's sources: sourceFolder('../commands'). */
export const sourceFolder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
