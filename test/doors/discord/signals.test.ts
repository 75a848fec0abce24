/** What is heard without a command: reactions and newcomers; menus: publishing, suggestions; and lists that go on. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { addMission } from '../../../src/campaigns/plans.ts'
import { readConfig } from '../../../src/config.ts'
import { card, table } from '../../../src/kernel/card.ts'
import { publishCommands } from '../../../src/publish.ts'
import type { Player } from '../../stories/stage.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
let ana: Player
beforeAll(async () => {
  stage = await discordStage()
  ana = await stage.person('Ana', 'manager')
  for (const name of ['Mia', 'Ben']) {
    const player = await stage.person(name)
    const handle = `@${name.toLowerCase()}.glow`
    const email = `${name.toLowerCase()}@example.com`
    await player.ask('apply', { handle, niche: 'beauty', country: 'DE', email, adult_and_consent: 'yes' })
    await player.press('Accept')
    await stage.w.tick()
    await ana.press('Approve', 'applications')
    await stage.w.tick()
  }
}, 60_000)
afterAll(() => stage?.close())
afterEach(async () => expect(await stage.discord.violations()).toEqual([]))

const config = (token: string) =>
  readConfig({
    DISCORD_TOKEN: token,
    DISCORD_API_BASE: stage.discord.apiBase,
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  })
const heard = (start: string) => stage.w.within((ctx) => ctx.db.inbox.findMany({ where: { externalId: { startsWith: start } } }))

test('one emoji thanks another creator, once; other emojis and the own message do nothing', async () => {
  const { discord, w } = stage
  const message = await discord.say('Ben', 'general', 'My morning routine is up')
  const before = (await discord.requests()).length
  await discord.react('Mia', message, '🎉')
  await discord.react('Ben', message, '👏')
  await pause(200)
  expect(await heard('kudos:')).toEqual([])
  await discord.react('Mia', message, '👏')
  await vi.waitFor(async () => expect(await w.within((ctx) => ctx.db.kudos.count())).toBe(1))
  await discord.unreact('Mia', message, '👏')
  await discord.react('Mia', message, '👏')
  await discord.react('Ana', message, '👏')
  await pause(200)
  expect(await w.within((ctx) => ctx.db.kudos.count())).toBe(1)
  // Nothing is said where somebody reacted.
  expect((await discord.requests()).length).toBe(before)
  expect((await discord.messages('general')).length).toBe(1)
})

test('a manager’s 📸 asks the author in private, and so does the message menu; nobody else’s does', async () => {
  const { discord, w } = stage
  const [user, captures] = [await discord.member('Ana'), () => w.within((ctx) => ctx.db.capture.findMany())]
  const message = await discord.say('Mia', 'general', 'This serum saved my winter')
  const other = await discord.say('Mia', 'general', 'And my spring')
  await discord.react('Ben', message, '📸')
  await pause(200)
  expect(await captures()).toEqual([])
  await discord.react('Ana', message, '📸')
  await vi.waitFor(async () => expect(await captures()).toHaveLength(1), 5_000)
  await discord.unreact('Ana', message, '📸')
  await discord.react('Ana', message, '📸')
  // Of what nobody asked for one thing a day rings; this is the next one's.
  await w.app.runJob('deliver')
  await w.within((ctx) => ctx.db.pushDay.deleteMany())
  const answer = await discord.messageMenu(user, 'Save as content', other)
  expect(answer.ephemeral).toBe(true)
  expect(answer.text).toContain('Its author is asked')
  await w.app.runJob('deliver')
  const inPlaceOf = async (name: string) =>
    (await discord.messages((await discord.threadOf(name))!.id)).map((one) => one.text).join('\n')
  expect((await inPlaceOf('Mia')).match(/May we use what you wrote/g)).toHaveLength(2)
  expect(await inPlaceOf('Mia')).toContain('And my spring')
  await vi.waitFor(async () => {
    await w.app.runJob('deliver')
    expect((await inPlaceOf('Ana')).match(/Its author is asked/g)).toHaveLength(1)
  }, 5_000)
  expect(JSON.stringify(await discord.messages('general'))).not.toContain('May we use')
  const asked = (await discord.messages((await discord.threadOf('Mia'))!.id)).findLast((one) => one.text.includes('my spring'))!
  expect((await discord.press('Mia', asked.id, 'Yes, with these rights')).text).toContain('you said yes')
  expect((await captures()).map(({ state, source }) => `${source} ${state}`).sort()).toEqual(['menu yes', 'reaction asked'])

  // Both messages are deleted: the request is over with nothing kept, what is content is marked and managers see it.
  await discord.erase(message)
  await discord.erase(other)
  await vi.waitFor(async () => {
    expect((await captures()).map(({ state, source }) => `${source} ${state}`).sort()).toEqual(['menu yes', 'reaction gone'])
    expect(await w.within((ctx) => ctx.db.submission.count({ where: { sourceGoneAt: { not: null } } }))).toBe(1)
  }, 5_000)
  expect((await captures()).find(({ state }) => state === 'gone')).toMatchObject({ url: null, caption: null, creatorId: null })
  await w.app.runJob('deliver')
  expect(await inPlaceOf('Mia')).toContain('This request is over')
  expect(await inPlaceOf('Ana')).toContain('A message you asked for is deleted')
  expect(await ana.sees('managers')).toMatch(/Deleted in the chat: .*And my spring[\s\S]*still waits for review/)
})

test('a door without the kudos command stays silent', async () => {
  const { discord, w, another } = stage
  const commands = new Map([...w.app.commands].filter(([name]) => name !== 'kudos' && name !== 'welcome'))
  const dispatched: string[] = []
  const dispatch = async ({ run }: { run: string }) => {
    dispatched.push(run)
    throw new Error('Nothing was to be dispatched.')
  }
  const door = another({}, { commands, dispatch })
  await door.start()
  await discord.connected(2)
  await discord.react('Mia', await discord.say('Ben', 'general', 'Again'), '👏')
  await discord.join('Nobody greets me')
  await pause(200)
  expect(dispatched).toEqual([])
  await door.stop()
  expect(await publishCommands(config(discord.token))).toEqual(['Glow: created kudos, Thank'])
})

test('a newcomer is greeted once, privately', async () => {
  const { discord, w } = stage
  const user = await discord.join('Newcomer')
  await vi.waitFor(async () => expect(await heard(`joined:${discord.guildId}:${user}`)).toHaveLength(1))
  await vi.waitFor(async () => {
    await w.app.runJob('deliver')
    expect(await discord.threadOf('Newcomer')).toBeTruthy()
  }, 5_000)
  const greeted = await discord.messages((await discord.threadOf('Newcomer'))!.id)
  expect(greeted).toHaveLength(1)
  expect(greeted[0]!.text).toContain('Newcomer')
  expect(greeted[0]!.pinged).toEqual([])
})

test('an unchanged start sends nothing; one changed description sends one PUT', async () => {
  const { discord, w, another } = stage
  const puts = async () => (await discord.requests()).filter(({ method, path }) => method === 'PUT' && path.endsWith('/commands'))
  const listings = async () =>
    (await discord.requests()).filter(({ method, path }) => method === 'GET' && path.endsWith('/commands'))
  await discord.forget()
  const same = another()
  await same.start()
  await vi.waitFor(async () => expect(await listings()).toHaveLength(1), 5_000)
  await pause(200)
  expect(await puts()).toEqual([])
  await same.stop()
  const help = w.app.commands.get('help')!
  const commands = new Map(w.app.commands).set('help', { ...help, description: 'Another description' })
  const ids = (await discord.commands()).map(({ id }) => id).sort()
  const changed = another({}, { commands })
  await changed.start()
  await vi.waitFor(async () => expect(await puts()).toHaveLength(1), 5_000)
  await changed.stop()
  const listed = await discord.commands()
  expect(listed.find(({ name }) => name === 'help')!.description).toBe('Another description')
  expect(listed.map(({ id }) => id).sort()).toEqual(ids)
})

test('npm run publish brings every server up to date at the configured address, and says what changed', async () => {
  const { discord } = stage
  await discord.guild({ name: 'Second' })
  // The running door registers in a new server by itself.
  await vi.waitFor(async () => {
    const puts = (await discord.requests()).filter(({ method, path }) => method === 'PUT' && path.endsWith('/commands'))
    expect(puts).toHaveLength(2)
  }, 5_000)
  expect(await publishCommands(config(discord.token))).toEqual(['Glow: updated help', 'Second: nothing changed'])
  await expect(publishCommands(config('MTIz.wrong.token-of-nobody-at-all'))).rejects.toThrow('refuses the bot token')
  await expect(publishCommands(readConfig({ DATABASE_URL: 'postgres://x@127.0.0.1:1/y' }))).rejects.toThrow('no DISCORD_TOKEN')
}, 20_000)

test('suggestions are at most 25, quick, and only for who may see them', async () => {
  const { discord, w } = stage
  const user = await discord.member('Ana')
  await w.within(async (ctx) => {
    for (let n = 0; n < 40; n++)
      await addMission(ctx, { title: `Mission ${n}`, brief: 'Do it', feeMinor: 100n, budgetMinor: 1_000n })
  })
  const times: number[] = []
  for (let n = 0; n < 10; n++) {
    const begin = performance.now()
    const found = await discord.autocomplete('Mia', 'submit', 'mission', 'mission')
    times.push(performance.now() - begin)
    expect(found).toHaveLength(25)
  }
  expect(Math.max(...times)).toBeLessThan(600)
  expect(times.sort((a, b) => a - b)[5]).toBeLessThan(300)
  const creators = await discord.autocomplete(user, 'creator show', 'creator', 'mia')
  expect(creators).toHaveLength(1)
  const neighbour = await w.neighbour()
  await w.app.within(neighbour, (ctx) =>
    ctx.db.person.create({ data: { id: ctx.id('person'), name: 'Mia Elsewhere', createdAt: ctx.now } }),
  )
  expect(await discord.autocomplete(user, 'creator show', 'creator', 'mia')).toHaveLength(1)
  // Whoever is given the role by hand sees the command, and nothing else.
  await discord.giveRole('Mia', 'Creator Manager')
  expect(await discord.autocomplete('Mia', 'creator show', 'creator', 'ben')).toEqual([])
  expect((await discord.slash('Mia', 'creator show', { creator: 'crt_x' })).text).toContain('for managers')
})

test('who was approved has the role, and who leaves has it no more', async () => {
  const { discord, w } = stage
  expect(await discord.roles('Ben')).toContain('Creator')
  await discord.slash('Ben', 'leave', { sure: 'yes' })
  await w.tick()
  expect(await discord.roles('Ben')).not.toContain('Creator')
  expect(await discord.roles('Mia')).toContain('Creator')
})

test('a server that removes the bot is told to the managers elsewhere', async () => {
  const { discord, w } = stage
  const second = await discord.guild({ name: 'Second' })
  await w.within((ctx) =>
    ctx.db.space.create({
      data: { id: ctx.id('space'), programId: w.programId, platform: 'discord', workspace: second, createdAt: ctx.now },
    }),
  )
  await discord.evict(second)
  await vi.waitFor(async () => {
    await w.app.runJob('deliver')
    const seen = (await discord.messages('managers')).map((one) => one.text).join('\n')
    expect(seen).toMatch(/Troupe was removed from Discord[\s\S]*Invite it again[\s\S]*setup channels[\s\S]*parked/)
  })
})

test('Next shows the rest of a list to whoever presses it, alone; a forged one shows nothing', async () => {
  const { discord, w } = stage
  const rows = Array.from({ length: 160 }, (_, i) => [`row-${i}`, 'x'.repeat(40)])
  await w.within((ctx) => ctx.show({ channel: 'start-here' }, 'long', card('A long list', table(['Row', 'Words'], rows))))
  await w.app.runJob('deliver')
  const start = (await discord.messages('start-here')).at(-1)!
  const numbers = (words: string) => [...words.matchAll(/row-(\d+)/g)].map(([, n]) => Number(n))
  const seenRows = numbers(start.text)
  let pressed = await discord.press('Ben', start.id, 'Next')
  expect(pressed.ephemeral).toBe(true)
  for (let n = 0; n < 9; n++) {
    seenRows.push(...numbers(pressed.text))
    if (!pressed.message!.buttons.some((one) => one.label === 'Next')) break
    pressed = await discord.press('Ben', pressed.message!.id, 'Next')
  }
  expect(seenRows).toEqual(rows.map((_, i) => i))
  const custom_id = `more?id=${'A'.repeat(22)}`
  const forged = await discord.forge({ message: start.raw, data: { custom_id } })
  expect(forged.text).toContain('not kept any more')
})
