// `node docs/licences.mjs` writes docs/licences.md: what runs as Troupe besides our own code, by licence, from package-lock.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** What these say in their own files, for their package.json says nothing. */
const said = { 'combine-errors': 'MIT', 'png-js': 'MIT', 'seq-queue': 'MIT' }

/** Packages that are installed where only production dependencies are, each as { name, version, licence }. */
export function packages() {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
  return Object.entries(lock.packages).flatMap(([path, { version, license, dev, link }]) => {
    const name = path.split('node_modules/').at(-1)
    return path === '' || dev || link ? [] : [{ name, version, licence: license ?? said[name] ?? 'unknown' }]
  })
}

export function page() {
  const all = packages()
  const licences = [...new Set(all.map(({ licence }) => licence))].sort()
  const sections = licences.map((licence) => {
    const names = all.filter((one) => one.licence === licence).map(({ name, version }) => `${name} ${version}`)
    const once = [...new Set(names)].sort()
    return `## ${licence} (${once.length})\n\n${once.join(', ')}\n`
  })
  const head = `# Licences\n\nTroupe itself is under the MIT licence. These packages are installed with it, some only on some systems. A test holds this page and\nrefuses licences outside a list; \`node docs/licences.mjs\` writes it anew.\n`
  return `${head}\n${sections.join('\n')}`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(new URL('licences.md', import.meta.url), page())
