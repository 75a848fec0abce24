/** PostgreSQL goes while shops deliver and shoppers click: what was accepted is there, the rest was told to come again. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'
import { ended } from './cells.ts'
import { figure } from './figure.ts'
import { type Load, underLoad } from './load.ts'
import { ownPostgres } from './servers.ts'

let server: Awaited<ReturnType<typeof ownPostgres>>
let w: World
beforeAll(async () => {
  server = await ownPostgres()
  w = await world({ database: { url: server.url, drop: async () => {} }, now: new Date().toISOString() })
  await w.creator('Mia')
})
afterAll(async () => {
  await w?.close()
  await server?.stop()
})

/** Nothing but 2xx and 503 for shops, nothing but 302 for shoppers, and some of each. */
async function judged(load: Load, what: string): Promise<void> {
  await load.end()
  const { hookStatus, clickStatus, slowest } = load
  expect(Object.keys(hookStatus).sort()).toEqual(['202', '503'])
  expect(Object.keys(clickStatus)).toEqual(['302'])
  await load.exact()
  figure('F7', `${what}: deliveries accepted / told to come again`, `${hookStatus[202]} / ${hookStatus[503]}`)
  figure('F7', `${what}: redirects, all 302; slowest, ms`, `${clickStatus[302]}; ${Math.round(slowest.click)}`)
  figure('F7', `${what}: slowest answer to a shop, ms`, Math.round(slowest.hook))
}

async function goneAndBack(what: string, go: () => Promise<void>): Promise<void> {
  const load = await underLoad(w)
  await pause(1_000)
  await go()
  await pause(2_000)
  await server.start()
  const back = performance.now()
  const accepted = load.hookStatus[202] ?? 0
  await expect.poll(() => load.hookStatus[202], { timeout: 15_000 }).toBeGreaterThan(accepted)
  figure('F7', `${what}: ms from its return to the first delivery accepted`, Math.round(performance.now() - back))
  await pause(500)
  await judged(load, what)
}

test('kill -9 of the whole server under webhooks and clicks', () => goneAndBack('kill -9', server.killAll))

test('an immediate shutdown under webhooks and clicks', () => goneAndBack('immediate shutdown', server.shutDown))

test('no connection left', async () => {
  const load = await underLoad(w)
  await pause(500)
  const taken: pg.Client[] = []
  for (;;) {
    const client = new pg.Client(server.direct())
    client.on('error', () => {})
    const full = await client.connect().then(
      () => false,
      () => true,
    )
    if (full) break
    taken.push(client)
  }
  // Those that Troupe had are taken by others too.
  server.proxy.poison('up', { kind: 'down' })
  for (let n = 0; n < 20; n++) {
    const client = new pg.Client(server.direct())
    client.on('error', () => {})
    await client.connect().then(
      () => taken.push(client),
      () => {},
    )
  }
  server.proxy.cure()
  await pause(1_500)
  for (const client of taken) await client.end()
  const accepted = load.hookStatus[202] ?? 0
  await expect.poll(() => load.hookStatus[202], { timeout: 15_000 }).toBeGreaterThan(accepted)
  await judged(load, 'no connection left')
})

test('a lock that is held', async () => {
  const holder = new pg.Client(server.direct())
  await holder.connect()
  const load = await underLoad(w)
  await pause(500)
  await holder.query('BEGIN')
  await holder.query('LOCK TABLE "Inbox", "Click" IN ACCESS EXCLUSIVE MODE')
  await pause(18_000)
  expect(
    (
      await ended(
        'health',
        w.serve().then(({ server }) => server.inject('/health')),
        5_000,
      )
    ).ok,
  ).toBe(true)
  await holder.query('ROLLBACK')
  await holder.end()
  await pause(1_000)
  await judged(load, 'a lock held for 18 s')
})
