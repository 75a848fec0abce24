// Posts through two processes with one bot token, to a local Discord that counts as Discord does: 50 requests in any second for the whole
// bot, counted where they arrive. The limit is the yardstick: how near to it, and never beyond.
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { wallClock } from '../src/app.ts'
import { type House, openHouse } from './house-process.ts'
import type { Bench } from './side-by-side.ts'

const LIMIT = 50
const ROOMS = 250
const PROCESSES = 2
const SECRET = randomBytes(32).toString('base64')

type Asked = { method: string; path: string; headers: Record<string, string>; at: number; status: number }

export const bench: Bench = async ({ short }) => {
  const posts = short ? 1_000 : 6_000
  const folder = mkdtempSync(join(tmpdir(), 'troupe-sending-'))
  const house = await openHouse()
  const discord = await openDiscord()
  const senders: ChildProcess[] = []
  try {
    const { guildId, ask } = discord
    await plant(house, guildId, await roomsOf(ask), posts)
    for (let n = 0; n < PROCESSES; n++) senders.push(await chatProcess('sending', house.url, folder, discord))
    await ask('forget')
    const over = senders.map((one) => once(one, 'message'))
    for (const one of senders) one.send('go')
    await Promise.all(over)
    const counted = ((await ask('requests')) as Asked[]).filter(({ headers }) => headers.authorization)
    const times = counted.map(({ at }) => at).sort((a, b) => a - b)
    const seconds = (times.at(-1)! - times[0]!) / 1_000
    // The first second fills a limit that was empty; it is left out.
    const steady = times.filter((at) => at >= times[0]! + 1_000)
    const rate = (steady.length - 1) / ((steady.at(-1)! - steady[0]!) / 1_000)
    const most = mostWithin(times, 1_000)
    const made = counted.filter(({ method, path, status }) => method === 'POST' && path.endsWith('/messages') && status === 200)
    const left = await house.app.database.owner.query(`SELECT FROM "Outbox" WHERE state <> 'done' AND audience LIKE 'room-%'`)
    const limited = counted.filter(({ status }) => status === 429).length
    const gates = {
      'at least 98 of 100 of what Discord allows': rate >= 0.98 * LIMIT,
      'never more than 50 in a second, wherever it begins': most <= LIMIT,
      'not once told to wait': limited === 0,
      'each post made once': made.length === posts && left.rowCount === 0,
    }
    return {
      name: 'sending',
      claim: 'two processes send as much as Discord allows, and never more',
      main: 'share of the limit',
      exact: 'each post made once',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        posts,
        processes: PROCESSES,
        'a second, once it runs': rate,
        'share of the limit': rate / LIMIT,
        'most in any second': most,
        'most in any tenth of a second': mostWithin(times, 100),
        'told to wait': limited,
        seconds,
      },
      rounds: { 'in each second': perSecond(times) },
    }
  } finally {
    for (const one of senders) one.kill()
    discord.child.disconnect()
    await house.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Discord = Awaited<ReturnType<typeof openDiscord>>

/** A process with a door to this Discord, once it is ready: `sending` waits for the word to send. */
export async function chatProcess(name: string, url: string, folder: string, { token, apiBase }: Discord): Promise<ChildProcess> {
  const house = { DATABASE_URL: url, PUBLIC_URL: 'https://go.bench.example', DATA_DIR: folder, LOG_LEVEL: 'error' }
  const env = { ...house, SECRET_KEY: SECRET, DISCORD_TOKEN: token, DISCORD_API_BASE: apiBase }
  const child = fork(fileURLToPath(new URL(`./${name}-process.js`, import.meta.url)), [], { env, execArgv: [] })
  await once(child, 'message')
  return child
}

/** The most of these moments, in order, that lie in a span of so many milliseconds. */
function mostWithin(times: readonly number[], ms: number): number {
  let most = 0
  for (let from = 0, to = 0; from < times.length; from++) {
    while (to < times.length && times[to]! < times[from]! + ms) to++
    most = Math.max(most, to - from)
  }
  return most
}

function perSecond(times: readonly number[]): number[] {
  const counts: number[] = []
  for (const at of times) {
    const second = Math.floor((at - times[0]!) / 1_000)
    counts[second] = (counts[second] ?? 0) + 1
  }
  return Array.from(counts, (count) => count ?? 0)
}

/** The Discord that the tests of the door use: it enforces the limit and answers more with 429. */
export async function openDiscord() {
  const child = fork(join(process.cwd(), 'test/doors/discord/server.mjs'), [], { serialization: 'advanced', execArgv: [] })
  const waiting = new Map<number, (reply: { result?: unknown; error?: string }) => void>()
  child.on('message', (reply: { id: number; result?: unknown; error?: string }) => waiting.get(reply.id)?.(reply))
  let calls = 0
  const ask = (verb: string, ...given: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++calls
      waiting.set(id, ({ result, error }) => (error === undefined ? resolve(result) : reject(new Error(error))))
      child.send({ id, verb, given })
    })
  const channels = Array.from({ length: ROOMS }, (_, n) => `room-${n}`)
  const facts = (await ask('start', { channels, perSecond: LIMIT, botPermissions: 0x3f_ffff_ffff_ffffn })) as {
    port: number
    token: string
    guildId: string
  }
  return { child, ask, token: facts.token, guildId: facts.guildId, apiBase: `http://127.0.0.1:${facts.port}/api` }
}

/** The ids of the rooms. */
export async function roomsOf(ask: Discord['ask']): Promise<string[]> {
  const channels = (await ask('channels')) as { id: string; name: string }[]
  return channels.filter(({ name }) => name.startsWith('room-')).map(({ id }) => id)
}

/** The rooms as channels of the program, and the posts that are due in them. */
export async function plant({ app, programId }: House, guildId: string, rooms: string[], posts: number): Promise<void> {
  const { owner } = app.database
  const now = wallClock()
  await owner.query(`DELETE FROM "Space" WHERE "programId" = $1`, [programId])
  await owner.query(
    `INSERT INTO "Space" (id, "programId", platform, workspace, "createdAt") VALUES ('spc_bench', $1, 'discord', $2, $3)`,
    [programId, guildId, now],
  )
  await owner.query(
    `INSERT INTO "Channel" (id, "programId", "spaceId", audience, "externalId", name, "createdAt")
     SELECT 'chn_' || n, $1, 'spc_bench', 'room-' || n, room, 'room', $3 FROM unnest($2::text[]) WITH ORDINALITY AS r(room, n)`,
    [programId, rooms, now],
  )
  const card = { title: 'Your week', tone: 'plain', blocks: [{ block: 'text', text: ['Three orders and one thank-you.'] }] }
  await owner.query(
    `INSERT INTO "Outbox" (id, "programId", "spaceId", kind, audience, key, version, payload, state, "notBefore", tries, "createdAt")
     SELECT 'out_' || n, $1, 'spc_bench', 'post', 'room-' || (1 + n % $2::int), 'k' || n, 1, $3, 'due', $4, 0, $4 FROM generate_series(1, $5::int) n`,
    [programId, rooms.length, { card, pin: false }, now, posts],
  )
}
