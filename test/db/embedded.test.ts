import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enterable, type Way } from '../../src/db/binaries.ts'
import { type EmbeddedOptions, startEmbedded } from '../../src/db/embedded.ts'
import { acquireFolder } from '../../src/db/folder.ts'
import { startOf } from '../../src/pid.ts'
import { projectRoot } from '../../src/root.ts'

const root = process.getuid?.() === 0
const base = fs.mkdtempSync(join(tmpdir(), 'troupe-embedded-'))
const built = join(base, 'built')

const running: (() => Promise<void>)[] = []

/** A server that does not outlive this file, even where an expectation fails before it is stopped. */
async function start(options: EmbeddedOptions) {
  const server = await startEmbedded(options)
  running.push(server.stop)
  return server
}

/** Runs a script against the compiled sources in a Node of its own, and resolves with the first line it prints. */
async function inChild(script: string, user: { uid?: number; gid?: number } = {}) {
  const from = (file: string) => JSON.stringify(join(built, 'src/db', file))
  const imports = `import { acquireFolder } from ${from('folder.js')}\nimport { startEmbedded } from ${from('embedded.js')}`
  const code = `${imports}\n${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { ...user, stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const killed = async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { line, killed, pid: child.pid! }
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

function postmaster(dir: string): number {
  return Number(fs.readFileSync(join(dir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
}

function allowed(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

beforeAll(() => {
  fs.chmodSync(base, 0o711)
  const config = {
    extends: join(projectRoot, 'tsconfig.json'),
    compilerOptions: { rootDir: projectRoot, outDir: built, typeRoots: [join(projectRoot, 'node_modules/@types')] },
    include: [],
    files: [join(projectRoot, 'src/db/embedded.ts')],
  }
  fs.writeFileSync(join(base, 'tsconfig.json'), JSON.stringify(config))
  execFileSync(process.execPath, [join(projectRoot, 'node_modules/typescript/bin/tsc'), '-p', join(base, 'tsconfig.json')])
  fs.writeFileSync(join(built, 'package.json'), '{"type":"module"}')
  fs.symlinkSync(join(projectRoot, 'node_modules'), join(built, 'node_modules'))
})

afterAll(async () => {
  for (const stop of running) await stop()
  fs.rmSync(base, { recursive: true, force: true })
})

describe('one cluster through its life', () => {
  const dir = join(base, 'life')

  test('it starts for nobody but us, on loopback, with its password in a closed file', async () => {
    const server = await start({ dir })
    expect(new URL(server.url)).toMatchObject({ hostname: '127.0.0.1', port: String(server.port), pathname: '/troupe' })
    expect(await ask(server.url, 'SHOW server_version')).toMatch(/^18/)
    expect(await ask(server.url, 'SHOW listen_addresses')).toBe('127.0.0.1')
    expect(await ask(server.url, 'SHOW unix_socket_directories')).toBe('')
    expect(await ask(server.url, 'SHOW timezone')).toBe('UTC')
    expect(await ask(server.url, 'SHOW fsync')).toBe('on')
    expect(fs.statSync(join(dir, 'postgres.password')).mode & 0o777).toBe(0o600)
    const wrong = server.url.replace(/:[0-9a-f]+@/, ':wrong@')
    await expect(ask(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    await ask(server.url, 'CREATE TABLE kept AS SELECT 1 AS n')
    await server.stop()
    await expect(ask(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('its data are there again after a stop', async () => {
    const server = await start({ dir })
    expect(await ask(server.url, 'UPDATE kept SET n = n + 1 RETURNING n')).toBe(2)
    await server.stop()
  })

  test('a server that a killed run left behind is stopped, and nothing is lost', async () => {
    const run = await inChild(
      `console.log((await startEmbedded({ dir: ${JSON.stringify(dir)} })).url); setInterval(() => {}, 1000)`,
    )
    expect(await ask(run.line, 'UPDATE kept SET n = n + 1 RETURNING n')).toBe(3)
    await run.killed()
    const orphan = postmaster(dir)
    expect(startOf(orphan)).not.toBeNull()
    const server = await start({ dir })
    expect(startOf(orphan)).toBeNull()
    expect(await ask(server.url, 'SELECT n FROM kept')).toBe(3)
    await server.stop()
  })

  test('nothing is lost when the server is killed together with us', async () => {
    const run = await inChild(
      `console.log((await startEmbedded({ dir: ${JSON.stringify(dir)} })).url); setInterval(() => {}, 1000)`,
    )
    expect(await ask(run.line, 'UPDATE kept SET n = n + 1 RETURNING n')).toBe(4)
    process.kill(postmaster(dir), 'SIGKILL')
    await run.killed()
    const server = await start({ dir })
    expect(await ask(server.url, 'SELECT n FROM kept')).toBe(4)
    await server.stop()
  })

  test('a server that somebody else ends is told of, one that we stop is not', async () => {
    const told: string[] = []
    const server = await start({ dir, lost: (sentence) => told.push(sentence) })
    process.kill(postmaster(dir), 'SIGINT')
    for (let tries = 0; told.length === 0 && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 25))
    expect(told).toEqual([expect.stringMatching(/^PostgreSQL stopped by itself: /)])
    const next = await start({ dir, lost: (sentence) => told.push(sentence) })
    await next.stop()
    await server.stop()
    expect(told).toHaveLength(1)
  })

  test('it ends when the process ends by itself', async () => {
    const dying = "process.once('uncaughtException', () => process.exit(1)); setTimeout(() => { throw new Error('bug') }, 300)"
    await inChild(`console.log((await startEmbedded({ dir: ${JSON.stringify(dir)} })).url); ${dying}`)
    const server = postmaster(dir)
    expect(startOf(server)).not.toBeNull()
    await expect.poll(() => startOf(server), { timeout: 8000 }).toBeNull()
  })

  test('a pid file that names somebody else harms neither', async () => {
    fs.writeFileSync(join(dir, 'postgres/postmaster.pid'), `${process.pid}\n${join(dir, 'postgres')}\n0\n5432\n`)
    const server = await start({ dir })
    expect(await ask(server.url, 'SELECT n FROM kept')).toBe(4)
    await server.stop()
  })

  test('a lost password is replaced', async () => {
    fs.rmSync(join(dir, 'postgres.password'))
    const server = await start({ dir })
    expect(await ask(server.url, 'SELECT n FROM kept')).toBe(4)
    await server.stop()
  })

  test('a server that cannot start is one sentence with its reason and its log', async () => {
    fs.writeFileSync(join(dir, 'postgres/PG_VERSION'), '17\n')
    await expect(startEmbedded({ dir })).rejects.toThrow(
      `PostgreSQL did not start: database files are incompatible with server; its log is ${fs.realpathSync(dir)}/postgres.log.`,
    )
  })
})

describe.runIf(root)('as root', () => {
  const namespaces = allowed('unshare', '--user', '--map-user=65534', 'true')
  const ways: Way[] = namespaces ? ['unshare', 'drop'] : ['drop']

  test.each(ways)('%s runs it behind a folder that only root may enter', async (way) => {
    const closed = join(base, `closed-${way}`)
    fs.mkdirSync(closed, { mode: 0o700 })
    const dir = join(closed, '.troupe')
    for (const row of [1, 2]) {
      const server = await start({ dir, way, durable: false })
      await ask(server.url, 'CREATE TABLE IF NOT EXISTS kept (n int)')
      await ask(server.url, 'INSERT INTO kept VALUES (1)')
      expect(await ask(server.url, 'SELECT count(*)::int FROM kept')).toBe(row)
      await server.stop()
    }
    const place = fs.realpathSync(join(dir, 'postgres'))
    expect(place.startsWith(dir)).toBe(way === 'unshare')
    if (way !== 'drop') return
    // Without being told, the next start follows the owner of the data; and a copy of the folder does not share them.
    const server = await start({ dir, durable: false })
    expect(await ask(server.url, 'SELECT count(*)::int FROM kept')).toBe(2)
    fs.cpSync(dir, join(base, 'copy'), { recursive: true, verbatimSymlinks: true })
    await expect(startEmbedded({ dir: join(base, 'copy') })).rejects.toThrow(/was copied or moved and its database stayed in/)
    expect(await ask(server.url, 'SELECT count(*)::int FROM kept')).toBe(2)
    await server.stop()
    fs.rmSync(join(place, '..'), { recursive: true })
  })

  test.runIf(namespaces)('data made in a namespace go along when namespaces are closed', async () => {
    const dir = join(base, 'moved')
    const before = await start({ dir, way: 'unshare', durable: false })
    await ask(before.url, 'CREATE TABLE kept AS SELECT 7 AS n')
    await before.stop()
    const after = await start({ dir, way: 'drop', durable: false })
    expect(await ask(after.url, 'SELECT n FROM kept')).toBe(7)
    await after.stop()
  })

  test.runIf(enterable(projectRoot))('an ordinary user needs none of it', async () => {
    const dir = join(base, 'ordinary')
    fs.mkdirSync(dir)
    fs.chownSync(dir, 65534, 65534)
    const script = `const s = await startEmbedded({ dir: ${JSON.stringify(dir)}, durable: false }); console.log(s.url); setInterval(() => {}, 1000)`
    const run = await inChild(script, { uid: 65534, gid: 65534 })
    expect(await ask(run.line, 'SHOW server_version')).toMatch(/^18/)
    expect(fs.statSync(join(dir, 'postgres')).uid).toBe(65534)
    await run.killed()
    // Root follows the owner, so that the ordinary user can start it again.
    const server = await start({ dir, durable: false })
    await server.stop()
    expect(fs.statSync(join(dir, 'postgres')).uid).toBe(65534)
  })

  test('a full disk is one sentence', async ({ skip }) => {
    const dir = join(base, 'small')
    fs.mkdirSync(dir)
    if (!allowed('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir)) skip('this root may not mount')
    try {
      await expect(startEmbedded({ dir, durable: false })).rejects.toThrow(
        /^The disk that holds .* is full; free at least 300 MB/,
      )
      expect(fs.existsSync(join(dir, 'postgres'))).toBe(false)
    } finally {
      execFileSync('umount', [dir])
    }
  })
})

describe('the folder', () => {
  const dir = join(base, 'folder')
  const hold = `acquireFolder(${JSON.stringify(dir)}); console.log('held'); setInterval(() => {}, 1000)`

  test('a second run is refused, and the lock of a killed one is not', async () => {
    const run = await inChild(hold)
    const sentence = `Troupe is already running in this folder (process ${run.pid}); stop it with Ctrl-C or use another folder.`
    expect(() => acquireFolder(dir)).toThrow(sentence)
    await run.killed()
    const release = acquireFolder(dir)
    expect(() => acquireFolder(dir)).toThrow(`process ${process.pid}`)
    release()
    acquireFolder(dir)()
    expect(fs.readdirSync(dir)).toEqual([])
  })

  test('a new one is closed to other users, and those above it stay as the system makes them', () => {
    acquireFolder(join(base, 'above', 'ours'))()
    expect(fs.statSync(join(base, 'above', 'ours')).mode & 0o077).toBe(0)
    expect(fs.statSync(join(base, 'above')).mode & 0o777).toBe(0o777 & ~process.umask())
  })

  test.skipIf(!fs.existsSync('/proc/self'))('a place where nothing can be made is told, and not tried for ever', () => {
    const from = JSON.stringify(join(built, 'src/db/folder.js'))
    const script = `import { makeFolder } from ${from}\ntry { makeFolder('/proc/x/y') } catch (error) { console.log(error.message) }`
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 10_000 })
    expect([ran.stdout.trim(), ran.signal]).toEqual(["/proc/x/y can't be made (ENOENT); set DATA_DIR to another folder.", null])
  })

  test('a lock whose process number now belongs to another is stale', () => {
    fs.writeFileSync(join(dir, 'lock'), `${process.pid}\nanother start\n`)
    acquireFolder(dir)()
  })

  test('of many that start at once over a stale lock one gets in', async () => {
    fs.writeFileSync(join(dir, 'lock'), '999999999\nlong ago\n')
    const attempt = `try { acquireFolder(${JSON.stringify(dir)}); console.log('in') } catch { console.log('out') } setInterval(() => {}, 1000)`
    const runs = await Promise.all(Array.from({ length: 6 }, () => inChild(attempt)))
    expect(runs.map((run) => run.line).sort()).toEqual(['in', 'out', 'out', 'out', 'out', 'out'])
    await Promise.all(runs.map((run) => run.killed()))
  })
})
