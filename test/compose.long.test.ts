/** What `docker compose up` brings up, where Docker is at hand: built, healthy, killed, carried to another machine by its backup. */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from './port.ts'
import { root } from './tidy/sources.ts'

const run = promisify(execFile)

function hasDocker(): boolean {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore' })
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' })
    return true
  } catch {
    console.log('Docker with its compose is not at hand: bringing the containers up is skipped')
    return false
  }
}

const there = hasDocker()
/** A copy, so that no .env of this folder is read, and nothing of this folder is written. */
const folder = mkdtempSync(join(tmpdir(), 'troupe-compose-'))
const project = `troupe-test-${process.pid}`
let port: number

const env = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(['PATH', 'HOME', 'DOCKER_HOST', 'DOCKER_CONFIG'].map((name) => [name, process.env[name]])),
  PORT: String(port),
})

async function compose(...given: string[]): Promise<string> {
  const { stdout } = await run('docker', ['compose', '-p', project, ...given], { cwd: folder, env: env(), maxBuffer: 1 << 26 })
  return stdout
}

/** Once the three know of each other, some seconds after each is up. */
async function health(): Promise<unknown> {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`)
    if (answer.ok || tries === 60) return answer.json()
    await pause(1_000)
  }
}

beforeAll(async () => {
  if (!there) return
  port = await freePort()
  const left = new Set(['.git', '.env', '.troupe', 'node_modules', 'dist', 'test'])
  for (const name of readdirSync(root)) if (!left.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true })
  // Under a name of its own: the image of that name may be in use on this machine.
  const file = readFileSync(join(folder, 'compose.yaml'), 'utf8')
  writeFileSync(join(folder, 'compose.yaml'), file.replaceAll('image: troupe\n', `image: ${project}\n`))
}, 60_000)

afterAll(async () => {
  if (there) {
    await compose('down', '--volumes')
    await run('docker', ['image', 'rm', '--force', project])
  }
  rmSync(folder, { recursive: true, force: true })
}, 120_000)

test.skipIf(!there)('comes up, stands again after a kill, and comes back from its backup', { timeout: 1_200_000 }, async () => {
  await compose('up', '--build', '--detach', '--wait')
  expect(await health()).toMatchObject({ ok: true, parts: { db: { ok: true }, queue: { ok: true }, journal: { ok: true } } })
  const order = `SELECT datlocprovider::text || ' ' || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()`
  const ask = 'PGPASSWORD=$(cat /secrets/postgres-password) exec psql -h 127.0.0.1 -U troupe -d troupe -Atc "$0"'
  expect((await compose('exec', '-T', '-u', 'root', 'postgres', 'sh', '-c', ask, order)).trim()).toBe('b UTF8')
  // No more than it needs: a user of its own, and nothing written outside of its folders.
  expect((await compose('exec', '-T', 'web', 'id', '-un')).trim()).toBe('node')
  await expect(compose('exec', '-T', 'web', 'touch', '/troupe/here')).rejects.toThrow(/Read-only file system/)

  await compose('kill', '--signal', 'KILL', 'web', 'worker', 'bot')
  await compose('up', '--detach', '--wait')
  expect(await health()).toMatchObject({ ok: true })

  await compose('run', '--rm', 'worker', 'dist/src/backup.js', '/data/backups/today.zip')
  await compose('cp', 'worker:/data/backups/today.zip', join(folder, 'today.zip'))
  const key = (await compose('exec', '-T', 'worker', 'cat', '/secrets/secret-key')).trim()
  await compose('down', '--volumes')
  writeFileSync(join(folder, '.env'), `SECRET_KEY=${key}\n`)
  await run('chmod', ['644', join(folder, 'today.zip')])
  const said = await compose(
    'run',
    '--rm',
    '-v',
    `${folder}/today.zip:/today.zip:ro`,
    'worker',
    'dist/src/restore.js',
    '/today.zip',
  )
  expect(said).toContain('every table is as the backup says')
  await compose('up', '--detach', '--wait')
  expect(await health()).toMatchObject({ ok: true, parts: { key: { ok: true } } })
})
