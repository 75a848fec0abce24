/** The doctor at the local Discord and Slack, a real database, and with what can be wrong in each. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { wallClock } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { healthCheck } from '../../src/doctor/address.ts'
import { withoutSecrets } from '../../src/doctor/check.ts'
import { databaseChecks, queueCheck } from '../../src/doctor/database.ts'
import { folderChecks, keyCheck, nodeCheck, roomCheck } from '../../src/doctor/machine.ts'
import { doctor } from '../../src/doctor.ts'
import { freshDatabase } from '../database.ts'
import { stranger } from '../db/stranger.ts'
import { world } from '../world.ts'

const folder = mkdtempSync(join(tmpdir(), 'troupe-doctor-'))
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

/** The lines that begin with this mark. */
const marked = (lines: string[], mark: string): string[] => lines.filter((line) => line.startsWith(`${mark} `))
const shifted = (ms: number) => () => new Date(wallClock().getTime() + ms)

test('a good installation passes, is found at its public address, and another one there is told', async () => {
  const key = Buffer.alloc(32, 7)
  const w = await world({ now: wallClock().toISOString(), key })
  ends.push(() => w.close())
  const { server } = await w.serve()
  await server.listen({ port: 0, host: '127.0.0.1' })
  await w.app.runJob('due')
  const { port } = server.server.address() as AddressInfo
  const config: Config = {
    ...w.app.config,
    PUBLIC_URL: `http://localhost:${port}`,
    SECRET_KEY: key.toString('base64'),
  }
  const { lines, code } = await doctor(() => config)
  expect(marked(lines, '✗')).toEqual([])
  expect(marked(lines, '!')).toEqual([])
  expect(code).toBe(0)
  expect(lines).toContain(`✓ Public address: http://localhost:${port} leads here`)
  expect(lines).toContain(
    '✓ Programs are kept apart: the user could pass row-level security, so Troupe works as the role troupe_app',
  )
  expect(lines.join('\n')).not.toContain(config.SECRET_KEY)

  const other = await world({ key })
  ends.push(() => other.close())
  await other.app.runJob('due')
  const strange = await doctor(() => ({ ...config, DATABASE_URL: other.url }))
  expect(marked(strange.lines, '✗')).toEqual([expect.stringContaining('answered by another installation of Troupe')])
  expect(strange.code).toBe(1)

  const keyless = await doctor(() => ({ ...config, SECRET_KEY: Buffer.alloc(32, 8).toString('base64') }))
  expect(marked(keyless.lines, '✗')).toEqual([
    expect.stringContaining('✗ Sealed rows: The rows of this database are sealed with another key. Set SECRET_KEY'),
  ])

  const astray = await doctor(() => ({ ...config, DATABASE_DIRECT_URL: other.url }))
  expect(marked(astray.lines, '✗')).toEqual([expect.stringContaining('DATABASE_DIRECT_URL leads to another database')])
})

test('a password with a bare % is one, to databases and mail servers as to PostgreSQL itself', async () => {
  const bare = await stranger('troupe_bare', '', true)
  ends.push(() => bare.end())
  await bare.admin.query(`ALTER ROLE troupe_bare PASSWORD 'p%ss-word'`)
  const DATABASE_URL = bare.url.replace(':x@', ':p%ss-word@')
  const SMTP_URL = 'smtp://ana:p%ss-word@127.0.0.1:1'
  const config = readConfig({ NODE_ENV: 'test', DATA_DIR: folder, DATABASE_URL, SMTP_URL, MAIL_FROM: 'troupe@glow.example' })
  const { lines } = await doctor(() => config)
  expect(lines).toContainEqual(expect.stringMatching(/^✓ Database: PostgreSQL \d/))
  expect(lines).toContainEqual(expect.stringMatching(/^✗ Mail: 127\.0\.0\.1:1 does not let us in: nothing answers there/))
  expect(lines.join('\n')).not.toContain('ss-word')
})

test('a clock that is off is told by how much', async () => {
  const { url, drop } = await freshDatabase()
  ends.push(drop)
  const clockLine = async (ms: number) =>
    (await databaseChecks(url, shifted(ms))).checks.find((check) => check.name === 'Clock of the database')
  expect(await clockLine(0)).toEqual({ name: 'Clock of the database', ok: true, words: 'agrees with this machine' })
  expect(await clockLine(10_000)).toMatchObject({ ok: true, words: 'this machine is 10 seconds ahead', fix: expect.any(String) })
  expect(await clockLine(-600_000)).toMatchObject({ ok: false, words: 'this machine is 10 minutes behind' })
})

test('what is wrong with a database is named, and nothing is mended', async () => {
  const { url, drop } = await freshDatabase()
  ends.push(drop)
  const client = new pg.Client(url)
  await client.connect()
  const checked = async () => {
    const { checks, ready } = await databaseChecks(url, wallClock)
    return { ready, failures: checks.filter((check) => check.ok === false).map((check) => `${check.name}: ${check.words}`) }
  }
  expect(await checked()).toEqual({ ready: true, failures: [] })
  await client.query('ALTER TABLE "Creator" NO FORCE ROW LEVEL SECURITY')
  expect((await checked()).failures).toEqual(['Programs are kept apart: row-level security is not forced on Creator'])
  await client.query('ALTER TABLE "Creator" FORCE ROW LEVEL SECURITY')
  const { rows } = await client.query<{ migration_name: string }>(
    'DELETE FROM "_prisma_migrations" WHERE migration_name = (SELECT max(migration_name) FROM "_prisma_migrations") RETURNING migration_name',
  )
  const [last] = rows.map((row) => row.migration_name)
  expect(await checked()).toEqual({ ready: false, failures: [`Tables: ${last} is not applied yet`] })
  await client.query('DROP TABLE "_prisma_migrations"')
  expect((await checked()).failures).toEqual(['Tables: there are none yet'])
  await client.end()

  const nobody = new URL(url)
  nobody.password = 'a-wrong-password'
  nobody.username = 'nobody_here'
  const { checks } = await databaseChecks(nobody.href, wallClock)
  expect(checks).toEqual([{ name: 'Database', ok: false, words: expect.any(String), fix: expect.any(String) }])
  expect(JSON.stringify(checks)).not.toContain('a-wrong-password')
  const { checks: closed } = await databaseChecks('postgres://troupe:hidden@127.0.0.1:1/troupe', wallClock)
  expect(closed[0]).toMatchObject({ ok: false, words: "DATABASE_URL can't be reached: nothing answers there." })
  expect(await queueCheck('redis://127.0.0.1:1')).toMatchObject({ ok: false })
})

test('before the first start nothing fails but what has to be done, and the doctor makes no key', async () => {
  const config = { ...readConfig({ NODE_ENV: 'test' }), DATA_DIR: join(folder, 'not-there') }
  const { lines, code } = await doctor(() => config)
  expect(code).toBe(0)
  expect(lines).toContain('- Database: the embedded database is not running; start Troupe first')
  expect(lines).toContain('- Queue: the embedded database is not running; start Troupe first')
  expect(lines).toContain('- Chat: neither Discord nor Slack is configured; docs/discord.md and docs/slack.md show how')
  const broken = await doctor(() => readConfig({ SLACK_BOT_TOKEN: 'xoxb-1' }))
  expect(broken.code).toBe(1)
  expect(broken.lines[1]).toMatch(/^✗ Configuration: Slack needs SLACK_APP_TOKEN/)
})

test('Node, the disk and the key have limits', () => {
  expect(['v18.20.0', 'v20.18.0', 'v20.19.0', 'v22.11.0', 'v22.12.0', 'v23.1.0', 'v24.0.0'].map((v) => nodeCheck(v).ok)).toEqual([
    false,
    false,
    true,
    false,
    true,
    false,
    true,
  ])
  const MB = 1024 * 1024
  expect([100, 500, 5_000].map((mb) => roomCheck(mb * MB)).map(({ ok, fix }) => [ok, fix !== undefined])).toEqual([
    [false, true],
    [true, true],
    [true, false],
  ])
  const key = (change: object) => keyCheck({ DATA_DIR: folder, embedded: true, ...change }).ok
  expect(key({ SECRET_KEY: createHash('sha256').update('k').digest('base64') })).toBe(true)
  expect(key({ SECRET_KEY: Buffer.alloc(16).toString('base64') })).toBe(false)
  expect(key({})).toBe('skipped')
  writeFileSync(join(folder, 'secret.key'), 'short', { mode: 0o600 })
  expect(key({})).toBe(false)
})

test('what other users may read of the data folder is named', () => {
  const dir = mkdtempSync(join(folder, 'data-'))
  const look = () => folderChecks(dir)[0]
  // Passing through is given to the embedded database, where that works as another user.
  chmodSync(dir, 0o711)
  expect(look()).toEqual({ name: 'Data folder', ok: true, words: `${dir} can be written` })
  mkdirSync(join(dir, 'media'))
  chmodSync(join(dir, 'media'), 0o755)
  expect(look()).toMatchObject({ ok: true, fix: `Run: chmod go-rw ${join(dir, 'media')}` })
  chmodSync(dir, 0o755)
  expect(look()).toMatchObject({ ok: true, words: expect.stringContaining('can be read by other users') })
})

test('a command that is printed does what it says when it is typed as it stands', async () => {
  const dir = join(mkdtempSync(join(folder, 'data-')), "Mia's folder")
  mkdirSync(dir, { mode: 0o755 })
  for (const name of ['troupe.log', 'secret.key'])
    writeFileSync(join(dir, name), Buffer.alloc(32, 7).toString('base64'), { mode: 0o644 })
  const look = async () =>
    marked((await doctor(() => readConfig({ NODE_ENV: 'test', DATA_DIR: dir }))).lines, '!').filter((line) => /Run: /.test(line))
  const told = await look()
  expect(told).toHaveLength(2)
  for (const line of told) execFileSync('sh', ['-c', line.replace(/^.* Run: /, '')])
  expect(await look()).toEqual([])
})

test('what answers at the public address is told apart', () => {
  const url = new URL('https://go.glow.example')
  const at = new Date('2026-11-20T12:00:00Z')
  const parts = (change: object = {}) => ({
    parts: {
      db: { ok: true },
      queue: { ok: true },
      journal: { ok: true },
      schedule: { ok: true, lastTick: at.toISOString() },
      ...change,
    },
  })
  const said = (status: number, body: unknown, ticks: (Date | undefined)[] = [at], headers = {}) =>
    healthCheck(url, { status, body, headers: new Headers(headers) }, ticks)
  expect(said(200, parts())).toMatchObject({ ok: true, words: 'https://go.glow.example leads here, with a valid certificate' })
  expect(said(503, parts({ queue: { ok: false } }))).toMatchObject({ ok: false, words: expect.stringContaining('queue') })
  expect(said(200, { hello: 'nginx' })).toMatchObject({ ok: false, words: expect.stringContaining('another program') })
  expect(said(301, undefined, [at], { location: 'https://www.glow.example' })).toMatchObject({ ok: false })
  expect(said(200, parts(), [new Date('2026-11-20T12:00:01Z')])).toMatchObject({ ok: false })
  expect(
    healthCheck(new URL('http://go.glow.example'), { status: 200, body: parts(), headers: new Headers() }, [at]),
  ).toMatchObject({
    ok: true,
    fix: expect.stringContaining('certificate'),
  })
})

test('a secret that an error quotes is not printed', () => {
  const [check] = withoutSecrets(
    [{ name: 'a', ok: false, words: 'no xoxb-1234567 here', fix: 'change xoxb-1234567' }],
    ['xoxb-1234567', undefined, ''],
  )
  expect(check).toEqual({ name: 'a', ok: false, words: 'no [hidden] here', fix: 'change [hidden]' })
})
