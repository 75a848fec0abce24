/** The local Discord's gateway against the real discord.js: gaps, replays, intents and faults. */
import { Events, GatewayIntentBits } from 'discord.js'
import { afterAll, expect, test, vi } from 'vitest'
import { connect, refused } from './bot.ts'
import { type LocalDiscord, localDiscord, type Setup } from './local.ts'

const running: (() => Promise<unknown>)[] = []
const open = async (setup?: Setup, asked?: number[]) => {
  const discord = await localDiscord(setup)
  running.push(() => discord.stop())
  await discord.member('Mia', { quiet: true })
  const client = await connect(discord, asked)
  running.unshift(() => client.destroy())
  const heard: string[] = []
  client.on(Events.MessageCreate, (m) => heard.push(m.content))
  return { discord, client, heard }
}
afterAll(async () => {
  for (const end of running) await end()
})

test('what was missed in a gap is replayed, after drops, op 7 and closes; op 9 begins anew', async () => {
  const { discord, heard } = await open()
  const gaps = [() => discord.drop(), () => discord.op7(), () => discord.close(4000)]
  for (const [n, gap] of gaps.entries()) {
    await gap()
    await discord.say('Mia', 'general', `During ${n}`)
    await vi.waitFor(() => expect(heard).toContain(`During ${n}`), 5000)
  }
  expect((await discord.sessions()).map((s) => s.resumed)).toEqual([3])
  const before = (await discord.sessions())[0]!.id
  await discord.op9(false)
  await vi.waitFor(async () => {
    const [session] = await discord.sessions()
    expect(session?.alive && session.id !== before).toBe(true)
  }, 8000)
  await discord.say('Mia', 'general', 'Anew')
  await vi.waitFor(() => expect(heard.filter((h) => h === 'Anew')).toHaveLength(1), 5000)
})

test('silence and unanswered resumes are possible, and an interaction can come twice', async () => {
  const { discord, client, heard } = await open()
  await discord.silence(300)
  await discord.say('Mia', 'general', 'Held')
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(heard).toEqual([])
  await vi.waitFor(() => expect(heard).toEqual(['Held']), 2000)
  const ids: string[] = []
  client.on(Events.InteractionCreate, (i) => ids.push(i.id))
  await client.application.commands.set([{ name: 'ping', description: 'Ping' }], discord.guildId)
  const asked = discord.slash('Mia', 'ping', {}, { waitMs: 100 }).catch(() => {})
  await vi.waitFor(() => expect(ids).toHaveLength(1))
  await discord.repeatInteraction()
  await vi.waitFor(() => expect(ids).toEqual([ids[0], ids[0]]))
  await asked
  await discord.ignoreResume()
  await discord.drop()
  await expect(discord.connected(1, 1500)).rejects.toThrow('0 of 1')
})

test('intents are respected and a wrong one or a wrong token is refused', async () => {
  const { discord, heard } = await open({ privileged: [] }, [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages])
  await discord.say('Mia', 'general', 'Secret')
  await vi.waitFor(() => expect(heard).toEqual(['']))
  await expect(connect(discord, [GatewayIntentBits.MessageContent])).rejects.toThrow('disallowed intents')
  await expect(connect({ ...discord, token: 'x.y.z' } as LocalDiscord)).rejects.toThrow('invalid token')
  expect((await discord.violations()).map((v) => v.rule)).toEqual([])
})

test('a 401 takes the token away from the client', async () => {
  const { discord, client } = await open()
  await discord.fault({ kind: '401-once' })
  expect(await refused(client.application.fetch())).toBe('401 0')
  await expect(client.application.fetch()).rejects.toThrow('token')
})
