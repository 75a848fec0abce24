/** `npm start` as a stranger meets it: the real process, its own database, signals and sudden death. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../port.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'troupe-first-'))
const running = new Set<ChildProcess>()
let port = 0

type Run = { child: ChildProcess; out: () => string; code: Promise<number | null> }

function start(environment: Record<string, string> = {}): Run {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, ['start.mjs'], {
    cwd: root,
    env: { PATH, HOME, DATA_DIR: folder, PORT: String(port), LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let out = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      out += bytes
    })
  }
  const code = once(child, 'close').then(([status]) => {
    running.delete(child)
    return status as number | null
  })
  return { child, out: () => out, code }
}

async function ready(run: Run): Promise<void> {
  const end = performance.now() + 120_000
  while (performance.now() < end) {
    if (run.child.exitCode !== null) throw new Error(`Troupe ended: ${run.out()}`)
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Troupe did not become ready: ${run.out()}`)
}

async function ask<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
  const password = readFileSync(join(folder, 'postgres.password'), 'utf8').trim()
  const at = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3]
  const client = new pg.Client(`postgres://troupe_owner:${password}@127.0.0.1:${at}/troupe`)
  await client.connect()
  const { rows } = await client.query<T>(sql)
  await client.end()
  return rows
}

beforeAll(async () => {
  port = await freePort()
})
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

test('starts, tells the steps, seeds a demo once, refuses a second run, survives kill -9 and stops within ten seconds', async () => {
  const first = start()
  await ready(first)
  expect(first.out()).toMatch(/✓ PostgreSQL is running[\s\S]*✓ Database is up to date[\s\S]*✓ Demo program is seeded/)
  const page = await fetch(`http://127.0.0.1:${port}/simulator`)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('Demo')

  const second = start({ PORT: String(await freePort()) })
  expect(await second.code).toBe(1)
  expect(second.out()).toMatch(/already running in this folder \(process \d+\); stop it/)

  const [link] = await ask<{ slug: string }>(`SELECT slug FROM "Link" ORDER BY id LIMIT 1`)
  const followed = await fetch(`http://127.0.0.1:${port}/${link!.slug}`, {
    redirect: 'manual',
    headers: { 'user-agent': 'kill nine' },
  })
  expect(followed.status).toBe(302)
  first.child.kill('SIGKILL')
  await first.code

  const again = start()
  await ready(again)
  expect(again.out()).not.toContain('Demo program is seeded')
  let kept = 0
  for (let tries = 0; kept === 0 && tries < 100; tries++) {
    kept = (await ask(`SELECT 1 FROM "Click" WHERE "userAgent" = 'kill nine'`)).length
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  expect(kept).toBe(1)
  expect(await ask('SELECT 1 FROM "Program"')).toHaveLength(1)
  expect((await ask(`SELECT 1 FROM "Transfer"`)).length).toBeGreaterThan(300)

  // Nobody sits at a terminal here, as under nohup: a hang-up ends nothing.
  again.child.kill('SIGHUP')
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
  expect(again.child.exitCode).toBeNull()

  const began = performance.now()
  again.child.kill('SIGTERM')
  expect(await again.code).toBe(0)
  expect(performance.now() - began).toBeLessThan(10_000)
}, 240_000)

test('a taken port, a bad variable and an unreachable database each end with one sentence and exit code 1', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port: busy } = taken.address() as { port: number }
  const closed = await freePort()
  const cases: [Record<string, string>, RegExp][] = [
    [
      { PORT: String(busy) },
      new RegExp(`^✗ Port ${busy} is taken by another program; stop it or set PORT to another number\\.$`, 'm'),
    ],
    [{ PORT: 'eighty' }, /^✗ PORT .* Correct PORT in the environment or in \.env/m],
    [
      { DATABASE_URL: `postgres://nobody:secret@127.0.0.1:${closed}/troupe` },
      /^ *✗ DATABASE_URL can't be reached: nothing answers there\..*leave it unset/m,
    ],
    [{ HOST: '203.0.113.7' }, /^✗ HOST 203\.0\.113\.7 can't be listened on/m],
  ]
  for (const [environment, sentence] of cases) {
    const run = start({ DATA_DIR: join(folder, 'other'), ...environment })
    expect(await run.code, run.out()).toBe(1)
    expect(run.out()).toMatch(sentence)
    expect(run.out()).not.toContain('    at ')
    expect(run.out()).not.toContain('secret')
  }
  taken.close()
}, 120_000)

test('a folder whose database was moved elsewhere ends with one sentence', async () => {
  const moved = join(folder, 'moved')
  mkdirSync(moved)
  writeFileSync(join(moved, 'moved-to'), 'db.example/troupe\n')
  const run = start({ DATA_DIR: moved })
  expect(await run.code, run.out()).toBe(1)
  expect(run.out()).toMatch(/✗ The database of this folder was moved to db\.example\/troupe\. Set DATABASE_URL to that address/)
  expect(run.out()).not.toContain('    at ')
}, 120_000)
