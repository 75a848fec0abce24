// How soon a slash command is acknowledged on Discord, which waits three seconds for it, while two processes send a digest at all that
// Discord allows and 100 commands a second come in. Counted by the local Discord, from the interaction to its callback; each command has
// to get its own answer as well, however long that takes.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CREATORS, furnish } from './dispatch.ts'
import { openHouse } from './house-process.ts'
import { chatProcess, openDiscord, plant, roomsOf } from './sending.ts'
import { type Bench, percentile } from './side-by-side.ts'

const RATES = [20, 100]
const [GOAL_MS, WORST_MS] = [100, 500]
const WARM = { rate: 10, seconds: 4 }
/** So long the answers may take after the last command. */
const PATIENCE_MS = 60_000
/** Each with a word of its own answer. */
const COMMANDS = [
  ['stats', 'Orders'],
  ['leaderboard', 'Your net revenue'],
] as const

type Seen = { interactionId: string; ackMs: number; kind: string; text: string }
type Given = Seen & { own: string }
type Ask = Awaited<ReturnType<typeof openDiscord>>['ask']

export const bench: Bench = async ({ short }) => {
  const seconds = short ? 5 : 30
  const folder = mkdtempSync(join(tmpdir(), 'troupe-acks-'))
  const house = await openHouse()
  const discord = await openDiscord()
  const children: ChildProcess[] = []
  try {
    const { guildId, ask } = discord
    const rooms = await roomsOf(ask)
    // Enough to send for longer than anybody asks.
    await plant(house, guildId, rooms, 50 * RATES.length * (seconds + PATIENCE_MS / 1_000))
    const place = await theirPlace(ask)
    const users: string[] = []
    for (let n = 0; n < CREATORS; n++) users.push((await ask('join', `Creator ${n}`)) as string)
    await furnish(house, (n) => ({ platform: 'discord', workspace: guildId, place, user: users[n]! }))
    await house.app.database.owner.query('ANALYZE')
    await house.app.runJob('due')
    const bot = await chatProcess('acks', house.url, folder, discord)
    children.push(bot)
    for (let n = 0; n < 2; n++) children.push(await chatProcess('sending', house.url, folder, discord))
    for (const one of children.slice(1)) one.send('go')
    const open: Record<string, unknown> = {}
    const rounds: Record<string, number[]> = {}
    const slowest: number[] = []
    let [asked, right] = [0, 0]
    // The first are not counted: they load what the others find loaded.
    await answeredOf(ask, await openLoop(ask, WARM.rate, WARM.seconds))
    for (const rate of RATES) {
      bot.send('forget')
      const seen = await openLoop(ask, rate, seconds)
      bot.send('late')
      const [late] = (await once(bot, 'message')) as [number]
      const acks = seen.map(({ ackMs }) => ackMs)
      asked += rate * seconds
      right += await answeredOf(ask, seen)
      slowest.push(percentile(acks, 0.99))
      rounds[`${rate} a second, ms`] = acks
      open[`${rate} a second: p50 ms`] = percentile(acks, 0.5)
      open[`${rate} a second: p99 ms`] = percentile(acks, 0.99)
      open[`${rate} a second: event loop late, p99 ms`] = late
    }
    const left = await house.app.database.owner.query(`SELECT FROM "Outbox" WHERE state <> 'done' AND audience LIKE 'room-%'`)
    const gates = {
      [`acknowledged within ${WORST_MS} ms (99 of 100)`]: Math.max(...slowest) < WORST_MS,
      'a digest was on its way all the time': left.rowCount! > 0,
      'each command got its own answer': asked > 0 && right === asked,
    }
    return {
      name: 'acks',
      claim: 'a slash command is acknowledged at once, however many come while a digest is sent',
      main: `${RATES.at(-1)} a second: p99 ms`,
      exact: 'each command got its own answer',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: { 'goal for p99 ms': GOAL_MS, 'commands given': asked, 'answered right': right, ...open },
      rounds,
    }
  } finally {
    for (const one of children) one.kill('SIGKILL')
    discord.child.disconnect()
    await house.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Commands that come when they are due, answered or not; each with what the local Discord saw of it when it was acknowledged. */
async function openLoop(ask: Ask, rate: number, seconds: number): Promise<Given[]> {
  const began = performance.now()
  const given = Array.from({ length: rate * seconds }, async (_, n) => {
    await pause(began + (n / rate) * 1_000 - performance.now())
    const [command, own] = COMMANDS[n % COMMANDS.length]!
    const seen = (await ask('slash', `Creator ${n % CREATORS}`, command, {}, { waitMs: 0 })) as Seen
    return { ...seen, own }
  })
  // One that is not acknowledged within three seconds is said to have failed, and counts as one without an answer.
  const settled = await Promise.allSettled(given)
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** How many of them have got their own card in the end. */
async function answeredOf(ask: Ask, seen: readonly Given[]): Promise<number> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const now = await Promise.all(seen.map(({ interactionId }) => ask('answer', interactionId) as Promise<Seen>))
    const right = now.filter(({ kind, text }, n) => kind === 'message' && text.includes(seen[n]!.own))
    if (right.length === seen.length || performance.now() > until) return right.length
    await pause(500)
  }
}

async function theirPlace(ask: Ask): Promise<string> {
  const [first] = (await ask('channels')) as { id: string; name: string }[]
  return first!.id
}
