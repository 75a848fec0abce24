import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { projectRoot } from '../src/root.ts'

const base = fs.mkdtempSync(join(tmpdir(), 'troupe-start-'))
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

const MAIN = `import { readFileSync } from 'node:fs'
if (process.env.STAY) {
  process.once('SIGTERM', () => { console.log('drained'); process.exit(0) })
  setInterval(() => {}, 1000)
}
console.log(readFileSync(new URL('./page/assets/page.css', import.meta.url), 'utf8'), process.argv.slice(2).join(' '))
`

/** A clone in small: the real start.mjs, settings and packages around a few sources of its own. */
function clone(name: string, packages: boolean): string {
  const dir = join(base, name)
  const files = {
    'prisma/schema.prisma':
      'generator client {\n provider = "prisma-client"\n output = "../src/db/generated"\n moduleFormat = "esm"\n importFileExtension = "ts"\n}\n' +
      'datasource db {\n provider = "postgresql"\n}\nmodel One {\n id String @id\n}\n',
    'src/main.ts': MAIN,
    'src/page/assets/page.css': 'body{}',
    'commands/one.ts': 'export const one = 1\n',
    'bench/run.ts': "console.log('bench', process.argv.slice(2).join(' '))\n",
  }
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(join(dir, file, '..'), { recursive: true })
    fs.writeFileSync(join(dir, file), text)
  }
  for (const file of ['start.mjs', 'package.json', 'package-lock.json', 'tsconfig.json', 'prisma.config.ts', '.npmrc']) {
    fs.copyFileSync(join(projectRoot, file), join(dir, file))
  }
  if (packages) fs.symlinkSync(join(projectRoot, 'node_modules'), join(dir, 'node_modules'))
  return dir
}

async function run(dir: string, args: string[] = [], env: Record<string, string> = {}, node: string[] = []) {
  const child = spawn(process.execPath, [...node, join(dir, 'start.mjs'), ...args], { env: { ...process.env, ...env } })
  let out = ''
  let err = ''
  child.stdout.on('data', (part) => (out += part))
  child.stderr.on('data', (part) => (err += part))
  if (env.STAY) {
    while (!out.includes('body{}')) await pause(20)
    child.kill('SIGTERM')
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out: out.replace(/[\d.]+ s/g, 'n s'), err }
}

test('what is built for a service, which may write nothing here, has the links that PostgreSQL needs', async () => {
  const dir = clone('service', true)
  const binaries = join(dir, 'src/db/binaries.ts')
  fs.mkdirSync(join(dir, 'src/db'), { recursive: true })
  fs.writeFileSync(binaries, "export const binaries = () => console.log('linked')\n")
  expect((await run(dir, ['--build-only'])).out).toMatch(/✓ Built \(n s\)\nlinked\n$/)
  // No PostgreSQL of ours runs on every machine, and a database of one's own needs none.
  fs.writeFileSync(binaries, "export const binaries = () => {\n  throw new Error('none for this machine')\n}\n")
  expect(await run(dir, ['--build-only'])).toMatchObject({ code: 0, err: '' })
})

test('it generates and builds what is missing, once, and runs in its own process', async () => {
  const dir = clone('whole', true)
  expect(await run(dir)).toEqual({ code: 0, out: '✓ Generated the database client (n s)\n✓ Built (n s)\nbody{} \n', err: '' })
  expect(await run(dir)).toEqual({ code: 0, out: 'body{} \n', err: '' })
  expect(await run(dir, [], { STAY: '1' })).toEqual({ code: 0, out: 'body{} \ndrained\n', err: '' })
  expect(await run(dir, ['--run', 'dist/src/main.js', 'again'])).toMatchObject({ code: 0, out: 'body{} again\n' })
  expect(await run(dir, ['--bench', 'redirect'])).toMatchObject({ code: 0, out: 'bench redirect\n' })

  // A command that was removed must not be left in dist, and a changed asset must arrive there.
  fs.rmSync(join(dir, 'commands/one.ts'))
  fs.writeFileSync(join(dir, 'src/page/assets/page.css'), 'html{}')
  expect(await run(dir)).toMatchObject({ code: 0, out: '✓ Built (n s)\nhtml{} \n' })
  expect(fs.existsSync(join(dir, 'dist/commands/one.js'))).toBe(false)

  fs.writeFileSync(join(dir, 'commands/two.ts'), 'export const two: number = "2"\n')
  const broken = await run(dir, ['--build-only'])
  expect(broken).toMatchObject({ code: 1, out: '' })
  expect(broken.err).toMatch(/commands\/two\.ts.*TS2322[\s\S]*✗ The build failed with exit code \d; the lines above say why\.\n$/)
})

test('a registry out of reach is one sentence', async () => {
  const dir = clone('bare', false)
  const env = {
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_cache: join(base, 'cache'),
    npm_config_fetch_retries: '0',
    npm_execpath: '',
  }
  expect(await run(dir, ['--prepare-only'], env)).toEqual({
    code: 1,
    out: '',
    err: '✗ The packages could not be fetched, for the npm registry is out of reach; check the network and run it again.\n',
  })
})

test.each(['v18.20.1', 'v20.18.3', 'v21.7.0', 'v22.11.0', 'v23.11.0'])('Node %s is refused in one sentence', async (version) => {
  const disguise = `data:text/javascript,Object.defineProperty(process,'version',{value:'${version}'})`
  expect(await run(projectRoot, ['--prepare-only'], {}, ['--import', disguise])).toEqual({
    code: 1,
    out: '',
    err: `✗ Troupe needs Node 20.19+, 22.12+ or 24+ and this is ${version}; install one from https://nodejs.org and run it again.\n`,
  })
})

test('an unknown mode is one sentence', async () => {
  const { code, err } = await run(projectRoot, ['--nothing'])
  expect(code).toBe(1)
  expect(err).toMatch(/^✗ There is no --nothing; use one of .*\n$/)
})
