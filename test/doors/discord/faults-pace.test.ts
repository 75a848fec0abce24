/** The pace of two processes with one token, and answers while hundreds of posts wait. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Card } from '../../../src/kernel/card.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
beforeAll(async () => {
  stage = await discordStage({ channels: Array.from({ length: 20 }, (_, n) => `room-${n}`) })
  for (let n = 0; n < 10; n++) await stage.discord.member(`Asker ${n}`, { quiet: true })
}, 60_000)
afterAll(() => stage?.close())

const words = (title: string): Card => ({ title, tone: 'plain', blocks: [] })

/** The most requests in any second that counts towards the limit of the bot. */
async function mostInASecond(): Promise<{ most: number; sent: number; seconds: number }> {
  const counted = (await stage.discord.requests()).filter(({ headers }) => headers.authorization)
  const times = counted.map(({ at }) => at).sort((a, b) => a - b)
  const most = Math.max(...times.map((at, n) => times.filter((other, m) => m >= n && other < at + 1_000).length))
  return { most, sent: times.length, seconds: (times.at(-1)! - times[0]!) / 1_000 }
}

test('two doors with 130 posts never ask more than 50 times in a second, and answers do not wait for them', async () => {
  const { discord, another, door } = stage
  await discord.slash('Asker 0', 'help')
  const second = another()
  const rooms = (await discord.channels()).filter((one) => one.name.startsWith('room-')).map((one) => one.id)
  await discord.forget()
  const posts = Array.from({ length: 130 }, (_, n) =>
    (n % 2 ? door : second).post(discord.guildId, rooms[n % rooms.length]!, {
      nonce: `p${n}`,
      card: words(`Post ${n}`),
      pin: false,
    }),
  )
  const acks: number[] = []
  const answers: number[] = []
  for (let round = 0; round < 8; round++) {
    const asked = Array.from({ length: 5 }, async (_, n) => {
      const at = performance.now()
      const { ackMs, text } = await discord.slash(`Asker ${(round + n) % 10}`, 'help')
      answers.push(performance.now() - at)
      acks.push(ackMs)
      expect(text).toContain('/apply')
    })
    await Promise.all(asked)
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  await Promise.all(posts)
  const { most, sent, seconds } = await mostInASecond()
  acks.sort((a, b) => a - b)
  const p99 = acks[Math.floor(acks.length * 0.99)]!
  expect(sent).toBe(130)
  expect(most).toBeLessThanOrEqual(50)
  expect(sent / seconds).toBeGreaterThan(25)
  expect(p99).toBeLessThan(1_000)
  expect(Math.max(...answers)).toBeLessThan(3_000)
  expect(await discord.violations()).toEqual([])
}, 60_000)

test('a process that was held up does not hurry afterwards', async () => {
  const { discord, door } = stage
  await discord.forget()
  const posts = Array.from({ length: 45 }, (_, n) =>
    door.post(discord.guildId, discord.channelId, { nonce: `q${n}`, card: words(`Held ${n}`), pin: false }),
  )
  for (let n = 0; n < 3; n++) {
    await new Promise((resolve) => setTimeout(resolve, 150))
    const until = performance.now() + 400
    while (performance.now() < until);
  }
  await Promise.all(posts)
  expect((await mostInASecond()).most).toBeLessThanOrEqual(50)
  expect(await discord.violations()).toEqual([])
}, 30_000)
