/** The local Discord against the real discord.js: that it speaks REST and interactions, and that it enforces their rules. */
import {
  type ChatInputCommandInteraction,
  type Client,
  ComponentType,
  Events,
  type GuildMember,
  MessageFlags,
  REST,
  Routes,
  type Message as Said,
  type TextChannel,
} from 'discord.js'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { answer, commands, connect, panel, quiet, refused } from './bot.ts'
import { type LocalDiscord, localDiscord } from './local.ts'

let discord: LocalDiscord
let client: Client<true>
let general: TextChannel
let rest: REST

beforeAll(async () => {
  discord = await localDiscord({ channels: ['start here'] })
  for (const name of ['Mia', 'Ana']) await discord.member(name, { quiet: true })
  client = await connect(discord)
  client.on(Events.InteractionCreate, (interaction) => void answer(interaction))
  await client.application.commands.set(commands, discord.guildId)
  general = (await client.channels.fetch(discord.channelId)) as TextChannel
  rest = new REST({ api: discord.apiBase, version: '10', retries: 0, offset: 0 }).setToken(discord.token)
})
afterAll(async () => {
  await client.destroy()
  await discord.stop()
})
beforeEach(async () => {
  await discord.clearFaults()
  await discord.forget()
})

const post = (body: object) => rest.post(Routes.channelMessages(discord.channelId), { body })
const words = (content: string, more = {}) => ({ content, allowed_mentions: quiet, ...more })

test('a command is answered with components and a file, by the options as they were typed', async () => {
  const proof = { name: 'my proof.txt', bytes: Buffer.from('seen'), mime: 'text/plain' }
  const said = await discord.slash('Mia', 'review approve', { submission: 'sub_1', stars: 4, proof, whom: 'Ana' })
  expect(said).toMatchObject({ kind: 'message', deferred: false, ephemeral: false })
  expect(said.text).toBe('**Approved** by <@1>\nsub_1 4 ana seen')
  expect(said.message).toMatchObject({ accent: 0x33aa55, pinged: [] })
  expect(said.message!.buttons.map((b) => b.label)).toEqual(['Undo', 'Why', 'Open'])
  expect(await (await fetch(said.message!.attachments[0]!.url)).text()).toBe('a,b')
  expect(await discord.violations()).toEqual([])
})

test('the app refuses what a person could not send', async () => {
  const slash = (line: string, given = {}) => discord.slash('Mia', line, given)
  await expect(slash('review approve')).rejects.toThrow('submission is required')
  await expect(slash('review')).rejects.toThrow('not a whole command')
  await expect(slash('reviews')).rejects.toThrow('no command /reviews')
  await expect(slash('review approve', { submission: 'x', stars: 9 })).rejects.toThrow('out of its range')
  await expect(slash('review approve', { submission: 'x', mood: 'bad' })).rejects.toThrow('not among the choices')
  await expect(slash('review approve', { submission: 'x', other: '1' })).rejects.toThrow('no option other')
  await discord.overwrite('start-here', 'Ana', 0n, 1n << 10n)
  await expect(discord.slash('Ana', 'review form', {}, { channel: 'start-here' })).rejects.toThrow('cannot see')
})

test('buttons update, selects follow up, modals return', async () => {
  const { message } = await discord.slash('Mia', 'review approve', { submission: 'sub_1' })
  const picked = await discord.press('Ana', message!.id, 'Pick one', ['Blue'])
  expect(picked).toMatchObject({ kind: 'message', deferred: true, ephemeral: true, text: 'You picked b' })
  await expect(discord.press('Mia', picked.message!.id, 'x')).rejects.toThrow('only another person')
  await expect(discord.press('Mia', message!.id, 'Open')).rejects.toThrow('a link')
  const asked = await discord.press('Mia', message!.id, 'Why')
  expect(asked.modal).toMatchObject({ title: 'Reject', fields: [{ label: 'Note', type: 'long', max: 20 }, { type: 'file' }] })
  await expect(discord.fill('Mia', asked.modal!, {})).rejects.toThrow('"Note" is required')
  await expect(discord.fill('Mia', asked.modal!, { Note: 'x'.repeat(21) })).rejects.toThrow('21 characters')
  await expect(discord.fill('Ana', asked.modal!, { Note: 'no' })).rejects.toThrow('another screen')
  const file = { name: 'a.png', bytes: Buffer.from('x'), mime: 'image/png' }
  const told = await discord.fill('Mia', asked.modal!, { Note: 'Too dark', proof: [file] })
  expect(told).toMatchObject({ ephemeral: true, text: 'Too dark with 1' })
  const undone = await discord.press('Mia', message!.id, 'undo?id=1')
  expect(undone).toMatchObject({ kind: 'update', text: 'Undone' })
  expect((await discord.message(message!.id)).edits).toBe(1)
  await expect(discord.press('Mia', message!.id, 'Undo')).rejects.toThrow('no "Undo"')
  expect(await discord.violations()).toEqual([])
})

test('deferral, menus, suggestions and modals of commands', async () => {
  const slow = await discord.slash('Mia', 'review slow')
  expect(slow).toMatchObject({ kind: 'message', deferred: true, ephemeral: true })
  await vi.waitFor(async () =>
    expect((await discord.answer(slow.interactionId)).followups.map((m) => m.text)).toEqual(['And more']),
  )
  expect((await discord.messages('general')).some((m) => m.text === 'Done slowly')).toBe(false)
  expect((await discord.ephemerals('Mia')).map((m) => m.text)).toContain('Done slowly')
  const saidId = await discord.say('Ana', 'general', 'My new reel')
  expect((await discord.messageMenu('Mia', 'Save as content', saidId)).text).toBe('Saved My new reel')
  expect((await discord.userMenu('Mia', 'Profile', 'Ana')).text).toBe('That is ana')
  expect(await discord.autocomplete('Mia', 'review approve', 'submission', 'su')).toEqual([{ name: 'For su', value: 'sub_1' }])
  const opened = await discord.slash('Mia', 'review form')
  expect((await discord.fill('Mia', opened.modal!, { note: 'ok' })).text).toBe('ok with 0')
  expect(await discord.violations()).toEqual([])
})

test('three seconds, one callback, a quarter of an hour', async () => {
  const caught = new Promise<ChatInputCommandInteraction>((resolve) =>
    client.once(Events.InteractionCreate, (i) => resolve(i as ChatInputCommandInteraction)),
  )
  const silent = expect(discord.slash('Mia', 'review late')).rejects.toThrow('did not respond')
  const late = await caught
  await discord.advance(3001)
  await silent
  expect(await refused(late.reply({ content: 'Too late' }))).toBe('404 10062')
  const slow = await discord.slash('Mia', 'review slow')
  const callback = (await discord.requests()).find((r) => r.path.includes(slow.interactionId))!
  const bare = new REST({ api: discord.apiBase, version: '10', retries: 0 })
  expect(await refused(bare.post(callback.path as `/${string}`, { body: { type: 5 }, auth: false }))).toBe('400 40060')
  const token = callback.path.split('/')[3]!
  await discord.advance(15 * 60_000)
  const edit = bare.patch(Routes.webhookMessage(discord.appId, token), { body: words('Again'), auth: false })
  expect(await refused(edit)).toBe('401 50027')
  expect((await discord.violations()).map((v) => v.rule)).toEqual(['late callback', 'second callback', 'token too old'])
})

test('bodies beyond the limits are refused with 50035', async () => {
  const v2 = (components: object[]) => ({ flags: 1 << 15, components, allowed_mentions: quiet })
  const text = (content: string) => ({ type: 10, content })
  const button = (id: string, label = 'Go') => ({ type: 2, style: 1, custom_id: id, label })
  const row = (...components: object[]) => ({ type: 1, components })
  const bad = [
    words('x'.repeat(2001)),
    { ...v2([text('x')]), content: 'both' },
    v2([text('x'.repeat(2001)), text('y'.repeat(2000))]),
    v2(Array.from({ length: 14 }, (_, i) => row(button(`${i}a`), button(`${i}b`)))),
    v2([row(button('same'), button('same'))]),
    v2([row(button('x'.repeat(101)))]),
    v2([row(button('a', 'x'.repeat(81)))]),
    v2([row(...Array.from({ length: 6 }, (_, i) => button(`${i}`)))]),
    v2([row({ type: 2, style: 5, label: 'Link', url: 'javascript:alert(1)' })]),
    v2([{ type: 12, items: [{ media: { url: 'attachment://none.png' } }] }]),
    words('x', { components: [text('no flag')] }),
    words('x', { allowed_mentions: { parse: ['users'], users: ['1'] } }),
    words('x', { nonce: 'x'.repeat(26) }),
    words('x', { embeds: Array.from({ length: 2 }, () => ({ description: 'x'.repeat(3001) })) }),
  ]
  for (const body of bad) expect(await refused(post(body)), JSON.stringify(body).slice(0, 120)).toBe('400 50035')
  expect(await refused(post(words('')))).toBe('400 50006')
  expect(await refused(post(v2([row(button('a'), button('b')), text('x'.repeat(4000))])))).toBe('accepted')
  await discord.forget()
  expect(await refused(post({ content: 'x', colour: 1 }))).toBe('accepted')
  expect((await discord.violations()).map((v) => v.rule).sort()).toEqual(['no allowed_mentions', 'no nonce', 'unknown field'])
})

test('commands that Discord would not take are refused, and ids are kept', async () => {
  const put = (body: object[]) => refused(rest.put(Routes.applicationGuildCommands(discord.appId, discord.guildId), { body }))
  const option = (name: string, more = {}) => ({ name, description: name, type: 3, ...more })
  const ids = (await discord.commands()).map((c) => c.id)
  const bad = [
    { name: 'Upper', description: 'x' },
    { name: 'two words', description: 'x' },
    { name: 'x', description: '' },
    { name: 'x', description: 'x'.repeat(101) },
    { name: 'x', description: 'x', options: [option('a'), option('b', { required: true })] },
    { name: 'x', description: 'x', options: [option('a'), option('a')] },
    { name: 'x', description: 'x', options: Array.from({ length: 26 }, (_, i) => option(`o${i}`)) },
    { name: 'x', description: 'x', options: [option('a', { type: 1 }), option('b')] },
  ]
  for (const body of bad) expect(await put([body]), JSON.stringify(body)).toBe('400 50035')
  await client.application.commands.set(commands, discord.guildId)
  expect((await discord.commands()).map((c) => c.id)).toEqual(ids)
})

test('the same nonce is the same message; a lost reply is not a second one', async () => {
  await discord.fault({ kind: 'lost-reply', route: '^POST /channels' })
  const sent = await general.send({ content: 'Once', nonce: 'out_1', enforceNonce: true })
  const again = (await post(words('Once', { nonce: 'out_1', enforce_nonce: true }))) as { id: string }
  expect(again.id).toBe(sent.id)
  expect((await discord.messages('general')).filter((m) => m.text === 'Once')).toHaveLength(1)
  expect((await discord.requests()).filter((r) => r.method === 'POST').map((r) => r.status)).toEqual([0, 200, 200])
})

test('rate limits, outages and refusals come over the wire as ordered', async () => {
  await discord.fault({ kind: '429', retryAfterMs: 300, scope: 'shared', route: '^GET /channels' })
  const began = performance.now()
  await client.channels.fetch(discord.channelId, { force: true })
  expect(performance.now() - began).toBeGreaterThan(290)
  await discord.fault({ kind: '502', times: 2 })
  expect(await refused(general.send('Down').then(() => '', Promise.reject.bind(Promise)))).toMatch(/^502/)
  await discord.fault({ kind: 'refuse', status: 403, code: 50001, route: '/pins/' })
  const said = await general.send('Pin me')
  expect(await refused(said.pin())).toBe('403 50001')
  await said.pin()
  expect((await discord.pins('general')).map((m) => m.text)).toEqual(['Pin me'])
  const many = Promise.all(Array.from({ length: 60 }, () => rest.get(Routes.user(), {})))
  await many
  expect((await discord.violations()).some((v) => v.rule === 'over the global rate')).toBe(true)
})

test('permissions, threads, roles, DMs and reactions', async () => {
  const mia = await discord.member('Mia')
  const thread = await general.threads.create({ name: 'mia', type: 12, invitable: false })
  await thread.members.add(mia)
  await thread.send('Only for you')
  expect(await discord.threadOf('Mia')).toMatchObject({ name: 'mia', private: true, invitable: false, parentId: general.id })
  expect((await discord.messages('mia')).map((m) => m.text)).toEqual(['Only for you'])
  await discord.archive('mia')
  expect(await refused(rest.put(Routes.threadMembers(thread.id, await discord.member('Ana'))))).toBe('400 50083')
  await discord.overwrite('general', 'bot', 0n, 1n << 11n)
  expect(await refused(general.send('No'))).toBe('403 50013')
  await discord.overwrite('general', 'bot', 0n, 1n << 10n)
  expect(await refused(post(words('No')))).toBe('403 50001')
  await discord.overwrite('general', 'bot', 0n, 0n)
  const [low, high] = [await discord.role('Creator'), await discord.role('Boss', { above: true })]
  const grant = (role: string) => refused(rest.put(Routes.guildMemberRole(discord.guildId, mia, role)))
  expect([await grant(low), await grant(high)]).toEqual(['accepted', '403 50013'])
  expect(await discord.roles('Mia')).toEqual(['Creator'])
  const dm = await (await client.users.fetch(mia)).createDM()
  await dm.send('Hello')
  await discord.closeDms('Mia')
  expect(await refused(dm.send('Hello?'))).toBe('403 50007')
  expect((await discord.messages((await discord.dmOf('Mia'))!)).map((m) => m.text)).toEqual(['Hello'])
  const heart = new Promise<string>((resolve) => client.once(Events.MessageReactionAdd, (r) => resolve(r.emoji.name!)))
  await discord.react('Mia', (await general.send('Nice')).id, '❤️')
  expect(await heart).toBe('❤️')
})

test('edits keep their files, change what they name, and stay made of components', async () => {
  const said = await general.send({
    flags: MessageFlags.IsComponentsV2,
    components: [panel(), { type: ComponentType.File, file: { url: 'attachment://a.csv' } }],
    files: [{ attachment: Buffer.from('a'), name: 'a.csv' }],
  })
  await said.edit({ components: [panel(), { type: ComponentType.File, file: { url: 'attachment://a.csv' } }] })
  const seen = await discord.message(said.id)
  expect(seen).toMatchObject({ edits: 1, attachments: [{ name: 'a.csv' }] })
  expect(await refused(said.edit({ content: 'words' }))).toBe('400 50035')
  expect(await refused(said.edit({ components: [{ type: 13, file: { url: 'attachment://b.csv' } }] }))).toBe('400 50035')
  const theirs = await discord.say('Mia', 'general', 'Mine')
  const patch = rest.patch(Routes.channelMessage(general.id, theirs), { body: words('Yours') })
  expect(await refused(patch)).toBe('403 50005')
  await rest.delete(Routes.channelMessage(general.id, theirs))
  await expect(discord.message(theirs)).rejects.toThrow('Unknown Message')
  expect(await discord.violations()).toEqual([])
  await general.send({ flags: 1 << 15, components: [panel()], files: [{ attachment: Buffer.from('a'), name: 'lost.csv' }] })
  expect((await discord.violations()).map((v) => v.rule)).toContain('file not shown')
})

test('a second server, its members, and who is pinged', async () => {
  const came = new Promise<string>((resolve) => client.once(Events.GuildCreate, (g) => resolve(g.name)))
  const guildId = await discord.guild({ name: 'Moss' })
  expect(await came).toBe('Moss')
  await discord.member('Mia', { guildId })
  const moss = await client.guilds.fetch(guildId)
  expect((await moss.members.fetch()).map((m) => m.displayName).sort()).toEqual(['Mia', 'Moss Owner', 'Troupe'])
  await moss.commands.set([{ name: 'other', description: 'Other' }])
  await expect(discord.slash('Mia', 'other')).rejects.toThrow('no command')
  await expect(discord.slash('Ana', 'other', {}, { channel: 'Moss/general' })).rejects.toThrow('cannot see')
  const gone = new Promise<string>((resolve) => client.once(Events.GuildMemberRemove, (m) => resolve(m.displayName)))
  await discord.leave('Lea').catch(() => discord.join('Lea').then(() => discord.leave('Lea')))
  expect(await gone).toBe('Lea')
  const mia = await discord.member('Mia')
  const loud = await general.send({ content: `<@${mia}> @everyone`, allowedMentions: { users: [mia] } })
  expect((await discord.message(loud.id)).pinged).toEqual([mia])
  expect((await discord.message((await general.send(`<@${mia}>`)).id)).pinged).toEqual([])
})

test('people come and speak', async () => {
  const joined = new Promise<GuildMember>((resolve) => client.once(Events.GuildMemberAdd, resolve))
  const said = new Promise<Said>((resolve) => client.once(Events.MessageCreate, resolve))
  await discord.join('Lea')
  expect((await joined).displayName).toBe('Lea')
  await discord.say('Lea', 'general', 'Hi', [{ name: 'a.txt', bytes: Buffer.from('hi'), mime: 'text/plain' }])
  expect((await said).content).toBe('Hi')
  expect(await (await fetch((await said).attachments.first()!.url)).text()).toBe('hi')
  await discord.advance(25 * 3_600_000)
  expect((await fetch((await said).attachments.first()!.url)).status).toBe(404)
  expect(await discord.violations()).toEqual([])
})
