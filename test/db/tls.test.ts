import { execFileSync } from 'node:child_process'
import { chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { wallClock } from '../../src/app.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { reaching } from '../../src/db/reach.ts'
import { databaseChecks } from '../../src/doctor/database.ts'

const dir = mkdtempSync(join(tmpdir(), 'troupe-tls-'))
const ends: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const end of ends) await end()
  rmSync(dir, { recursive: true, force: true })
})

/** A certificate that nobody signed, and its key; undefined where there is no openssl. */
function certificate(): { cert: string; key: string } | undefined {
  const [cert, key] = [join(dir, 'server.crt'), join(dir, 'server.key')]
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=db.glow.example', '-keyout', key, '-out', cert]
  try {
    execFileSync('openssl', ['req', '-x509', ...made], { stdio: 'ignore' })
    return { cert, key }
  } catch {
    return undefined
  }
}

test('what stands between Troupe and TLS to PostgreSQL is one sentence each', async ({ skip }) => {
  const server = await startEmbedded({ dir: join(dir, 'data'), durable: false })
  ends.push(server.stop)
  const to = (query: string) => {
    const url = new URL(server.url)
    url.search = query
    return url.href
  }
  const reached = (query: string) => reaching(() => migrate(to(query)))
  await expect(reached('sslmode=require')).rejects.toThrow(
    /^The PostgreSQL of DATABASE_URL does not speak TLS\. Turn it on there/,
  )

  const made = certificate() ?? skip('there is no openssl')
  const client = new pg.Client(server.url)
  await client.connect()
  const place = (await client.query<{ data_directory: string }>('SHOW data_directory')).rows[0]!.data_directory
  const { uid, gid } = statSync(place)
  for (const file of [made.cert, made.key]) {
    const copy = join(place, file === made.key ? 'server.key' : 'server.crt')
    copyFileSync(file, copy)
    execFileSync('chmod', ['600', copy])
    if (process.getuid?.() === 0) chownSync(copy, uid, gid)
  }
  await client.query('ALTER SYSTEM SET ssl = on')
  await client.query('SELECT pg_reload_conf()')
  await client.end()
  const told = async (statement: string) => {
    const one = new pg.Client(to('sslmode=no-verify'))
    await one.connect()
    await one.query(statement)
    await one.end()
  }
  while (
    await reached('sslmode=no-verify').then(
      () => false,
      () => true,
    )
  )
    await pause(50)

  await expect(reached('sslmode=verify-full')).rejects.toThrow(
    /can't be verified: self-signed certificate\. .*sslrootcert.*no-verify/,
  )
  const named = `sslmode=verify-full&sslrootcert=${encodeURIComponent(made.cert)}`
  await expect(reached(named)).rejects.toThrow(/can't be verified: Hostname\/IP does not match.*sslrootcert/)
  const files = `sslcert=${encodeURIComponent(made.key)}&sslkey=${encodeURIComponent(made.cert)}`
  await expect(reached(`sslmode=no-verify&${files}`)).rejects.toThrow(
    /^What DATABASE_URL names in sslcert and sslkey is no certificate and its key/,
  )
  const rules = join(place, 'pg_hba.conf')
  const before = readFileSync(rules, 'utf8')
  writeFileSync(rules, before.replace(/^host\b/gm, 'hostssl'))
  await told('SELECT pg_reload_conf()')
  await expect
    .poll(() => reached('').catch(String), { timeout: 5_000 })
    .toMatch(/DATABASE_URL is refused by PostgreSQL: no pg_hba\.conf entry .* Let the address ask for TLS \(sslmode=verify-full/)
  const { checks } = await databaseChecks(to('sslmode=verify-full'), wallClock)
  expect(checks).toEqual([
    {
      name: 'Database',
      ok: false,
      words: expect.stringContaining("can't be verified: self-signed certificate"),
      fix: expect.stringContaining('sslrootcert'),
    },
  ])
})
