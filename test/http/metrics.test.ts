import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { App } from '../../src/app.ts'
import { openHealthPort } from '../../src/http/metrics.ts'
import { root } from '../tidy/sources.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ environment: { TRUST_PROXY: '1' } })
})
afterAll(() => w.close())

const look = async (headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  (await w.serve()).server.inject({ method: 'GET', url: '/metrics', headers, remoteAddress })

test('what happened is counted by command, route, job and box, under names that the dashboard file reads', async () => {
  const mia = await w.creator('Mia')
  await mia.run('stats')
  await mia.run('why', { order: 'no such order' })
  const { server } = await w.serve()
  await server.inject({ method: 'GET', url: '/nothing/here' })
  await w.app.runJob('deliver')
  await expect(w.app.runJob('absorb', {})).resolves.toBeUndefined()
  await w.within((ctx) => ctx.show({ channel: 'managers' }, 'counted', { title: 'One', tone: 'plain', blocks: [] }))
  const { body, headers, statusCode } = await look()
  expect(statusCode).toBe(200)
  expect(headers['content-type']).toContain('text/plain')
  expect(body).toMatch(/troupe_command_seconds_count\{command="stats",platform="web",outcome="done"\} 1\b/)
  expect(body).toMatch(/troupe_command_seconds_count\{command="why",platform="web",outcome="refused"\} 1\b/)
  expect(body).toMatch(/troupe_job_seconds_count\{task="deliver",outcome="done"\} \d+/)
  expect(body).toMatch(/troupe_request_seconds_count\{route="none",method="GET",status="4xx"\} 1\b/)
  expect(body).toMatch(/troupe_waiting\{program="prg_\w+",box="outbox",state="due"\} 1\b/)
  expect(body).toMatch(/# TYPE troupe_clicks_total counter/)
  expect(body).not.toMatch(/no such order|Mia/)
  // These two say where Prometheus asked, and it would rename ours.
  expect(body).not.toMatch(/[{,](job|instance)=/)

  const panels = readFileSync(join(root, 'deploy/grafana.json'), 'utf8')
  expect(panels).not.toMatch(/[{( ]job[,)}]/)
  const wanted = [...panels.matchAll(/\b(?:troupe|process|nodejs)_[a-z0-9_]+/g)]
  expect(wanted.length).toBeGreaterThan(15)
  const known = new Set([...body.matchAll(/^# TYPE (\w+)/gm)].map((m) => m[1]))
  const bare = (name: string) => (known.has(name) ? name : name.replace(/_(bucket|count|sum)$/, ''))
  // Every process tells these of the one database, so adding them up would count each row once a process.
  expect(panels).not.toMatch(/sum(?: by \([^)]*\) )?\(troupe_(waiting|queue|tick|database)/)
  // No bell rings in tests, and no web door reports here.
  const silent = new Set(['troupe_queue_jobs', 'troupe_platform_up'])
  expect(wanted.map((m) => bare(m[0])).filter((name) => !known.has(name) && !silent.has(name))).toEqual([])
})

test('a red health and a database that is away are told as such, and nothing broke', async () => {
  const { server } = await w.serve()
  expect((await server.inject({ method: 'GET', url: '/health' })).statusCode).toBe(503)
  const { body } = await look()
  expect(body).toMatch(/troupe_request_seconds_count\{route="\/health",method="GET",status="5xx"\} 1\b/)
  expect(body).not.toMatch(/troupe_broken_total\{part="request"\}/)
})

test('only this machine may look, or who has the key', async () => {
  expect((await look({}, '203.0.113.9')).statusCode).toBe(404)
  expect((await look({ 'x-forwarded-for': '127.0.0.1' })).statusCode).toBe(404)
  const keyed = await world({ environment: { METRICS_KEY: 'a key for prometheus' } })
  const ask = async (authorization: string) =>
    (await keyed.serve()).server.inject({
      method: 'GET',
      url: '/metrics',
      headers: { authorization },
      remoteAddress: '203.0.113.9',
    })
  expect((await ask('Bearer a key for prometheus')).statusCode).toBe(200)
  expect((await ask('Bearer a key for prometheuS')).statusCode).toBe(404)
  expect((await ask('')).statusCode).toBe(404)
  await keyed.close()
})

test('a process without pages tells its health and measures at a port of its own', async () => {
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const close = await openHealthPort(w.app, port, '127.0.0.1')
  const at = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  await w.app.runJob('due')
  expect(await (await at('/health')).json()).toMatchObject({ ok: true, parts: { db: { ok: true } } })
  expect(await (await at('/metrics')).text()).toContain('troupe_job_seconds')
  expect((await at('/')).status).toBe(404)
  await close()
})

test('while the database is away it is said to be, nothing is shown as it was, and ticks age', async () => {
  const house = await world({ fresh: true })
  const elsewhere = new URL(house.url)
  const name = elsewhere.pathname.slice(1)
  elsewhere.pathname = '/postgres'
  const admin = new pg.Client(elsewhere.href)
  await admin.connect()
  const { server } = await house.serve()
  const told = async () => (await server.inject({ method: 'GET', url: '/metrics', remoteAddress: '127.0.0.1' })).body
  await house.app.runJob('due')
  await house.within((ctx) => ctx.show({ channel: 'managers' }, 'counted', { title: 'One', tone: 'plain', blocks: [] }))
  const well = await told()
  expect(well).toMatch(/^troupe_database_up 1$/m)
  expect(well).toMatch(/^troupe_waiting\{.*state="due"\} 1$/m)
  expect(well).toMatch(/^troupe_tick_age_seconds\{task="due"\} 0$/m)

  await admin.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`)
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
  house.at(new Date(house.now.getTime() + 600_000))
  const away = await told()
  expect(away).toMatch(/^troupe_database_up 0$/m)
  expect(away).not.toMatch(/^troupe_waiting/m)
  expect(away).toMatch(/^troupe_tick_age_seconds\{task="due"\} 600$/m)

  await admin.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`)
  expect(await told()).toMatch(/^troupe_database_up 1$/m)
  await admin.end()
  await house.close()
})

test('a database whose connections are all at work is not said to be away', async () => {
  const { pool } = w.app.database
  const held = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()))
  expect((await look()).body).toMatch(/^troupe_database_up 1$/m)
  const { body } = await (await w.serve()).server.inject({ method: 'GET', url: '/health' })
  expect(JSON.parse(body).parts.db).toEqual({ ok: true })
  for (const client of held) client.release()
})

test('while the database is silent, and the rings in it, these are not shown as they were', async () => {
  let silent = false
  const unless = <T>(work: () => Promise<T>): Promise<T> => (silent ? new Promise<T>(() => {}) : work())
  const { database } = w.app
  const app = {
    ...w.app,
    bell: { counts: () => unless(async () => ({ waiting: 3 })) },
    database: {
      ...database,
      ping: () => unless(() => database.ping()),
      within: (...given: Parameters<typeof database.within>) => unless(() => database.within(...given)),
    },
  } as unknown as App
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const close = await openHealthPort(app, port, '127.0.0.1')
  const told = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  expect(await told()).toMatch(/^troupe_queue_jobs\{state="waiting"\} 3$/m)
  silent = true
  const later = performance.now() + 60_000
  vi.spyOn(performance, 'now').mockImplementation(() => later)
  await told()
  const away = await told()
  vi.restoreAllMocks()
  expect(away).toMatch(/^troupe_database_up 0$/m)
  expect(away).not.toMatch(/^troupe_queue_jobs/m)
  await close()
})
