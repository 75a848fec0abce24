/** The reference of commands is made from the commands; `UPDATE_DOCS=1 npx vitest run test/docs.test.ts` writes it. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { AnyCommand } from '../src/command.ts'
import { discover, sourceFolder } from '../src/discover.ts'
import { root } from './tidy/sources.ts'

const who = { anyone: 'For everybody', creator: 'For creators', manager: 'For managers', admin: 'For admins' } as const

function reference(commands: Iterable<AnyCommand>): string {
  const listed = [...commands].filter((command) => command.listed).sort((a, b) => (a.name < b.name ? -1 : 1))
  const parts = Object.entries(who).map(([role, title]) => {
    const rows = listed
      .filter((command) => command.role === role)
      .map(({ name, description, finance }) => `- \`/${name}\`: ${description}${finance ? ' (members of finance)' : ''}`)
    return `## ${title}\n\n${rows.join('\n')}\n`
  })
  return `# All commands\n\nMade from \`commands/\`. Who may more may also what stands above; finance is a flag beside the role.\n\n${parts.join('\n')}`
}

test('docs/commands.md names every command as it is', async () => {
  const commands = await discover<AnyCommand>(sourceFolder('../commands'))
  const text = reference(commands.values())
  const file = join(root, 'docs/commands.md')
  if (process.env.UPDATE_DOCS) writeFileSync(file, text)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((f) => f.endsWith('.md'))
    .map((f) => `docs/${f}`),
]

test('documents name commands that exist, and their links lead somewhere', async () => {
  const commands = await discover<AnyCommand>(sourceFolder('../commands'))
  const groups = new Set([...commands.keys()].flatMap((name) => [name, name.split(' ')[0]!]))
  const wrong = pages.flatMap((page) => {
    const words = readFileSync(join(root, page), 'utf8')
    const named = [...words.matchAll(/`\/([a-z]+(?:-[a-z]+)?(?: [a-z-]+)?)[` ]/g)].map((m) => m[1]!)
    const unknown = named.filter(
      (name) => !groups.has(name) && !groups.has(name.split(' ')[0]!) && !paths.has(name.split(' ')[0]!),
    )
    const bad = named.filter(
      (name) =>
        name.includes(' ') && groups.has(name.split(' ')[0]!) && !commands.has(name) && !commands.has(name.split(' ')[0]!),
    )
    const links = [...words.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((m) => m[1]!)
    const broken = links.filter((link) => !existsSync(join(root, dirname(page), link)))
    return [...unknown, ...bad].map((name) => `${page}: /${name}`).concat(broken.map((link) => `${page}: ${link}`))
  })
  expect(wrong).toEqual([])
})

test('no chapter of a document stands there twice, and every row of a table has the cells of its head', () => {
  const wrong = pages.flatMap((page) => {
    const lines = readFileSync(join(root, page), 'utf8').split('\n')
    const chapters = lines.filter((line) => line.startsWith('## '))
    const twice = chapters.filter((line, i) => chapters.indexOf(line) < i)
    const cells = (line: string) => line.replaceAll('\\|', '').split('|').length
    const torn = lines.filter(
      (line, i) => line.startsWith('|') && lines[i - 1]?.startsWith('|') && cells(line) !== cells(lines[i - 1]!),
    )
    return [...twice, ...torn].map((line) => `${page}: ${line}`)
  })
  expect(wrong).toEqual([])
})

test('the page for managers says where a command is for admins', async () => {
  const commands = await discover<AnyCommand>(sourceFolder('../commands'))
  const sentences = readFileSync(join(root, 'docs/manager.md'), 'utf8').split(/\.\s|\n\n|\n\d\. |\n- /)
  const wrong = sentences
    .filter((sentence) => !/admin/i.test(sentence))
    .flatMap((sentence) => [...sentence.matchAll(/`\/([a-z]+(?: [a-z-]+)?)/g)].map((m) => commands.get(m[1]!)))
    .filter((command) => command?.role === 'admin' && !command.finance)
  expect(wrong.map((command) => command!.name)).toEqual([])
})

test('decision 004 says of every package that runs with Troupe what it replaces, and of no other', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object }
  const rows = readFileSync(join(root, 'docs/decisions/004-dependencies.md'), 'utf8').split('\n')
  const said = rows.filter((row) => row.startsWith('| `')).flatMap((row) => [...row.split('|')[1]!.matchAll(/`([^`*]+)\*?`/g)])
  const names = new Set(said.map((m) => m[1]!))
  const short = (name: string) => [name, name.slice(name.indexOf('/') + 1), name.slice(0, name.indexOf('/') + 1)]
  const packages = Object.keys(dependencies)
  expect(packages.filter((name) => !short(name).some((one) => names.has(one)))).toEqual([])
  expect([...names].filter((name) => !packages.some((one) => short(one).includes(name)))).toEqual([])
})

test('every picture is shown somewhere, says in words what it shows, and is small', () => {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).flatMap((f) => (f.endsWith('.md') ? [`docs/${f}`] : []))]
  const shown = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, words = '', path = '']) => ({
      words,
      file: join(dirname(page), path),
    })),
  )
  const pictures = readdirSync(join(root, 'docs/pictures')).map((name) => `docs/pictures/${name}`)
  expect(pictures.filter((file) => !shown.some((one) => one.file === file))).toEqual([])
  expect(shown.filter(({ words }) => words.length < 20)).toEqual([])
  expect(pictures.filter((file) => statSync(join(root, file)).size > 200 * 1024)).toEqual([])
  const drawn = pictures.filter((file) => file.endsWith('.svg')).map((file) => readFileSync(join(root, file), 'utf8'))
  expect(drawn.every((svg) => svg.includes('<title') && svg.includes('<desc'))).toBe(true)
})

/** Addresses and Slack's own command, which look like commands. */
const paths = new Set([
  'troupe',
  'health',
  'metrics',
  'queue',
  'join',
  'login',
  'share',
  'hooks',
  'simulator',
  'dashboard',
  'payouts',
  'sign-in',
  'glow-apply',
])
