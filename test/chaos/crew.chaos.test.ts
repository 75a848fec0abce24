/**
 * Two web processes, two workers and a bot around one database, while shoppers click, a shop delivers and a creator asks. Each is
 * replaced, and half-way the schema grows by what a later version would add: old and new then stand side by side.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { audit as books } from '../../src/ledger/audit.ts'
import { audit as orders } from '../../src/orders/queries.ts'
import { audit as payouts } from '../../src/payouts/audit.ts'
import { recognise } from '../../src/people/service.ts'
import { audit as boards } from '../../src/recognition/audit.ts'
import { type DiscordStage, discordStage } from '../doors/discord/stage.ts'
import { freePort } from '../port.ts'
import { secretOf } from '../world.ts'
import { figure } from './figure.ts'
import { follow, installation, type Run } from './processes.ts'
import { hasRedis, ownRedis } from './servers.ts'

let stage: DiscordStage
let redis: Awaited<ReturnType<typeof ownRedis>>
let house: ReturnType<typeof installation>
const CODE = 'MIA10'
beforeAll(async () => {
  const key = randomBytes(32)
  stage = await discordStage({}, {}, { key, fresh: true })
  await member()
  await stage.discord.member('Zoe')
  await stage.door.stop()
  redis = await ownRedis()
  const { token, apiBase } = stage.discord
  house = installation(stage.w.url, {
    SECRET_KEY: key.toString('base64'),
    QUEUE_URL: redis.url,
    DISCORD_TOKEN: token,
    DISCORD_API_BASE: apiBase,
  })
}, 400_000)
afterAll(async () => {
  house?.close()
  await redis?.stop()
  await stage?.close()
})

/** Mia, a creator on Discord with a code and a link. */
async function member(): Promise<void> {
  const { w, discord } = stage
  const user = await discord.member('Mia')
  await w.within(async (ctx) => {
    const { programId } = w
    const account = { platform: 'discord', workspace: discord.guildId, user, userName: 'Mia', programId }
    const { membership } = await recognise(ctx, account)
    const creatorId = ctx.id('creator')
    const words = { name: 'Mia', handle: '@mia', niche: 'beauty', country: 'DE', email: 'mia@example.com' }
    const dates = { appliedAt: ctx.now, termsAt: ctx.now, decidedAt: ctx.now, createdAt: ctx.now }
    const { personId } = membership
    await ctx.db.creator.create({ data: { id: creatorId, programId, personId, state: 'approved', ...words, ...dates } })
    const own = { programId, creatorId, createdAt: ctx.now }
    await ctx.db.code.create({ data: { id: ctx.id('code'), ...own, code: CODE, percent: 10 } })
    const link = { slug: 'mia', destination: 'https://shop.example.com/' }
    await ctx.db.link.create({ data: { id: ctx.id('link'), ...own, ...link } })
  })
}

const refused = Symbol('nobody listens')

/** A signed order with the creator's code; gives the status, or `refused` where nobody listened. */
async function deliver(port: number, secret: string, id: string): Promise<number | typeof refused> {
  const now = new Date()
  const data = { id, number: `#${id}`, at: now.toISOString(), currency: 'EUR', total: '10.00', codes: [CODE], items: [] }
  const body = JSON.stringify({ type: 'order.created', data })
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, now, body),
  }
  try {
    const url = `http://127.0.0.1:${port}/hooks/generic/${stage.w.programId}`
    return (await fetch(url, { method: 'POST', headers, body, keepalive: false })).status
  } catch {
    return refused
  }
}

/** What a later version adds: a column in every table, a table of its own, and the note that it was applied. */
async function grow(): Promise<number> {
  const { owner } = stage.w.app.database
  const { rows } = await owner.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT c.relispartition AND c.relname <> '_prisma_migrations' ORDER BY 1`,
  )
  let longest = 0
  for (const { name } of rows) {
    const began = performance.now()
    await owner.query(`ALTER TABLE "${name}" ADD COLUMN "later" TEXT`)
    longest = Math.max(longest, performance.now() - began)
  }
  await owner.query('CREATE TABLE "Later" (id TEXT PRIMARY KEY)')
  await owner.query(
    `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('later', 'x', '9999_later', now(), 1)`,
  )
  return longest
}

test.skipIf(!hasRedis)('two web, two workers and a bot are replaced, and the schema grows', { timeout: 400_000 }, async () => {
  const { w, discord } = stage
  const secret = await secretOf(w.app, w.programId, 'generic')
  const crew: { role: string; run: Run }[] = []
  for (const role of ['web', 'web', 'worker', 'worker', 'bot']) {
    const run = await house.start(undefined, '', { TROUPE_ROLES: role, HEALTH_PORT: String(await freePort()) })
    await run.ready()
    crew.push({ role, run })
  }
  await discord.connected()
  const ports = crew.filter(({ role }) => role === 'web').map(({ run }) => run.port)
  const clicks = new Map<number | string, number>()
  const accepted: string[] = []
  const turnedAway = new Map<number, number>()
  let going = true
  let turn = 0
  const shopper = async () => {
    while (going) {
      const port = ports[turn++ % 2]!
      let { said } = await follow(port, 'mia')
      if (said === 'refused') said = (await follow(ports.find((other) => other !== port)!, 'mia')).said
      clicks.set(said, (clicks.get(said) ?? 0) + 1)
      await pause(10)
    }
  }
  const shop = async (name: string) => {
    for (let n = 0; going; n++) {
      const id = `${name}_${n}`
      // A shop delivers again until it hears yes.
      for (let tries = 0; ; tries++) {
        const status = await deliver(ports[(n + tries) % 2]!, secret, id)
        if (status === 202 || status === 200) break
        if (status !== refused) turnedAway.set(status, (turnedAway.get(status) ?? 0) + 1)
        await pause(100)
      }
      accepted.push(id)
      await pause(100)
    }
  }
  const traffic = [shopper(), shopper(), shopper(), shop('a'), shop('b')]
  const answers = async () => expect((await discord.slash('Zoe', 'help')).text).toContain('/apply')
  await vi.waitFor(answers, { timeout: 30_000, interval: 500 })
  let longest = 0
  for (const [n, one] of crew.entries()) {
    await pause(500)
    if (n === 2) longest = await grow()
    const { code } = await one.run.stop()
    expect(code, `${one.role}: ${one.run.out()}`).toBe(0)
    one.run = await house.start(one.run.port, '', { TROUPE_ROLES: one.role, HEALTH_PORT: String(await freePort()) })
    await one.run.ready()
  }
  await vi.waitFor(answers, { timeout: 30_000, interval: 500 })
  await pause(1_000)
  going = false
  await Promise.all(traffic)
  const { owner } = w.app.database
  const count = async (sql: string) => (await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`)).rows[0]!.n
  await vi.waitFor(async () => expect(await count('"Order"')).toBe(accepted.length), { timeout: 60_000, interval: 250 })
  await vi.waitFor(async () => expect(await count(`"Outbox" WHERE state = 'due'`)).toBe(0), { timeout: 60_000, interval: 250 })
  const drains = await Promise.all(crew.map(({ run }) => run.stop()))
  expect([...clicks.keys()]).toEqual([302])
  expect(await count('"Click"')).toBe(clicks.get(302))
  expect(await count('"Line"')).toBe(accepted.length)
  expect(await count(`"Transfer" WHERE key LIKE 'commission:%'`)).toBe(accepted.length)
  expect(await count(`"Outbox" WHERE state = 'parked'`)).toBe(0)
  for (const audit of [books, orders, payouts, boards]) expect(await w.within(audit)).toEqual([])
  expect(await discord.violations()).toEqual([])
  figure(
    'F33',
    'two web, two workers, one bot, each replaced: clicks / orders, all kept once',
    `${clicks.get(302)} / ${accepted.length}`,
  )
  figure('F33', 'the schema grew beside them; longest wait for a table, ms', Math.round(longest))
  figure(
    'F33',
    'deliveries told to come again',
    [...turnedAway.values()].reduce((sum, n) => sum + n, 0),
  )
  figure('F33', 'slowest drain of five, ms', Math.round(Math.max(...drains.map(({ ms }) => ms))))
})
