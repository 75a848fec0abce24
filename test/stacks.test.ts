// In a process of its own, with a program as the compiler leaves it: the test runner maps stacks itself.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { projectRoot } from '../src/root.ts'

const base = mkdtempSync(join(tmpdir(), 'troupe-stacks-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const FAILS = `type Word = string
class Wrong extends TypeError {}

export const fails = async (word: Word): Promise<never> => {
  await null
  throw new Wrong(word)
}
`
const MAIN = `import { mapStacks } from '../src/stacks.js'
import { fails } from './fails.js'
mapStacks(new URL('../', import.meta.url).href)
const wrong = await fails('as written').catch((error) => error)
console.log(wrong.stack)
console.log(Object.assign(new Error('one'), { name: 'Named' }).stack)
try { null.thing } catch (error) { console.log(error.stack.split('\\n')[0]) }
`

/** A built tree with a sign in its path that a pattern would take for its own. */
function built(name: string): string {
  const root = join(base, name)
  for (const folder of ['src', 'bench']) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'bench/fails.ts'), FAILS)
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc')
  const how = ['--rootDir', root, '--outDir', join(root, 'dist'), '--sourceMap', '--module', 'nodenext', '--target', 'es2022']
  const stacks = ['--ignoreConfig', '--module', 'nodenext', '--target', 'es2022', '--outDir', join(root, 'dist/src')]
  const types = ['--types', 'node', '--typeRoots', join(projectRoot, 'node_modules/@types')]
  for (const words of [
    ['--ignoreConfig', ...how, join(root, 'bench/fails.ts')],
    [...stacks, ...types, join(projectRoot, 'src/stacks.ts')],
  ])
    spawnSync(process.execPath, [compiler, ...words], { cwd: root, encoding: 'utf8' })
  writeFileSync(join(root, 'dist/bench/main.js'), MAIN)
  return root
}

test('a stack names the sources as they were written, whatever the folder is called', () => {
  const root = built("a $& b'")
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/bench/main.js')], { encoding: 'utf8' })
  expect(stderr).toBe('')
  const [first, thrown, awaited, ...rest] = stdout.split('\n')
  expect(first).toBe('TypeError: as written')
  expect(thrown).toBe(`    at fails (${join(root, 'bench/fails.ts')}:6:9)`)
  expect(awaited).toMatch(/^ {4}at async file:.*main\.js:4:15$/)
  expect(rest[0]).toBe('Named: one')
  expect(rest[1]).toBe(`    at ${pathToFileURL(join(root, 'dist/bench/main.js')).href}:6:27`)
  expect(rest[2]).toBe("TypeError: Cannot read properties of null (reading 'thing')")
})
