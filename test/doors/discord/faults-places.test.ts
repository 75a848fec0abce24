/** Rooms that are gone, closed, locked or forbidden; roles; and private threads. */
import { PermissionFlagsBits as Bits } from 'discord.js'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Audience } from '../../../src/context.ts'
import { type Card, paragraph } from '../../../src/kernel/card.ts'
import { invitePermissions } from '../../../src/platforms/discord/space.ts'
import { prepareSpace } from '../../../src/programs/service.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
beforeAll(async () => {
  stage = await discordStage({}, { timeoutMs: 1_000 })
  for (const name of ['Mia', 'Ben']) await stage.person(name)
}, 60_000)
afterAll(() => stage?.close())
afterEach(async () => {
  await stage.discord.clearFaults()
  await stage.discord.permit(invitePermissions)
  expect(await stage.discord.violations()).toEqual([])
  await stage.discord.forget()
})

const words = (title: string): Card => ({ title, tone: 'plain', blocks: [paragraph('Words')] })

/** Shows a card and carries everything out; the clock moves on, so that nothing waits. */
async function show(audience: Audience, key: string, title: string): Promise<void> {
  const { w } = stage
  await w.within((ctx) => ctx.show(audience, key, words(title)))
  await carry()
}
async function carry(): Promise<void> {
  const { w } = stage
  w.at(new Date(w.now.getTime() + 61_000))
  await w.app.runJob('deliver')
}
const row = (key: string) => stage.w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { key, kind: { not: 'prepare' } } }))
const seen = async (channel: string) => (await stage.discord.messages(channel)).map((one) => one.text).join('\n')
const asked = async (line: RegExp) =>
  (await stage.discord.requests()).filter(({ method, path }) => line.test(`${method} ${path}`)).length

/** The person behind a name, who has asked something before. */
async function personOf(name: string): Promise<string> {
  const { discord, w } = stage
  const user = await discord.member(name, { quiet: true })
  await discord.slash(name, 'help')
  const where = { platform_workspace_externalId: { platform: 'discord', workspace: discord.guildId, externalId: user } }
  return w.within(async (ctx) => (await ctx.db.identity.findUniqueOrThrow({ where })).personId)
}

test('a private thread is private, holds that person alone, and is made once even when the reply is lost', async () => {
  const { discord } = stage
  const person = await personOf('Mia')
  await discord.fault({ kind: 'lost-reply', route: 'POST .*/threads$' })
  await show({ person }, 'hello', 'Hello Mia')
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  await carry()
  const threads = (await discord.threads()).filter((one) => one.name.includes('Mia'))
  const mia = await discord.member('Mia')
  expect(threads).toHaveLength(1)
  expect(threads[0]).toMatchObject({ private: true, invitable: false })
  expect(threads[0]!.members.sort()).toEqual([discord.botId, mia].sort())
  expect(await seen(threads[0]!.id)).toContain('Hello Mia')
})

test('an archived thread is opened again for an edit; a deleted message is posted anew', async () => {
  const { discord } = stage
  const person = await personOf('Mia')
  const thread = await discord.threadOf('Mia')
  await discord.archive(thread!.id)
  await show({ person }, 'hello', 'Hello again')
  expect(await discord.threadOf('Mia')).toMatchObject({ id: thread!.id, archived: false })
  const message = (await discord.messages(thread!.id)).find((one) => one.text.includes('Hello again'))
  expect(message).toMatchObject({ edits: 1, text: expect.stringContaining('Hello again') })
  await discord.erase(message!.id)
  await show({ person }, 'hello', 'Third time')
  expect((await discord.messages(thread!.id)).map((one) => one.text).filter((text) => text.includes('Third time'))).toHaveLength(
    1,
  )
})

test('a locked thread is tried once, managers are told, and a new one is made for the next post', async () => {
  const { discord } = stage
  const person = await personOf('Mia')
  const thread = await discord.threadOf('Mia')
  await discord.archive(thread!.id, true)
  await discord.forget()
  await show({ person }, 'locked', 'Into the locked one')
  expect(await asked(/POST .*\/messages$/)).toBeLessThanOrEqual(2)
  expect((await row('locked')).state).toBe('parked')
  await carry()
  expect(await seen('managers')).toContain('could not be shown')
  await show({ person }, 'next', 'Into a new one')
  expect(await seen((await discord.threadOf('Mia'))!.id)).toContain('Into a new one')
})

test('a deleted channel is tried once, told with its fix, and made again by /setup channels', async () => {
  const { discord, w } = stage
  await discord.deleteChannel('wins')
  await discord.forget()
  await show({ channel: 'wins' }, 'into-nothing', 'Lost words')
  await carry()
  expect((await row('into-nothing')).state).toBe('parked')
  expect(await seen('managers')).toContain('Run /setup channels')
  const lost = (await discord.requests()).filter(({ status, method }) => status === 404 && method === 'POST')
  expect(lost).toHaveLength(1)
  await w.within(async (ctx) => {
    const space = await ctx.db.space.findFirstOrThrow({ where: { programId: w.programId } })
    await prepareSpace(ctx, space.id, ctx.id('person'))
  })
  await carry()
  await show({ channel: 'wins' }, 'into-new', 'Found words')
  expect(await seen('wins')).toContain('Found words')
  expect((await discord.channels()).filter((one) => one.name === 'wins')).toHaveLength(1)
})

test('a missing permission is tried once and told; the check names each that is missing', async () => {
  const { discord, door } = stage
  const taken = Bits.SendMessages | Bits.AttachFiles | Bits.PinMessages
  await discord.overwrite('wins', discord.botId, invitePermissions & ~taken, taken)
  await discord.forget()
  await show({ channel: 'wins' }, 'forbidden', 'Forbidden words')
  expect((await row('forbidden')).state).toBe('parked')
  expect((await discord.requests()).filter(({ status }) => status === 403)).toHaveLength(1)
  await carry()
  expect(await seen('managers')).toMatch(/wins could not be delivered: Missing Permissions/)
  const { missing, channels } = await door.prepare(discord.guildId, [
    { audience: 'wins', name: 'wins', about: 'Wins', role: 'creator' },
  ])
  expect(missing.join('\n')).toMatch(/"Send Messages" in #wins[\s\S]*"Attach Files" in #wins[\s\S]*"Pin Messages" in #wins/)
  expect(channels).toEqual([])
  await discord.overwrite('wins', discord.botId, invitePermissions, 0n)
  await discord.permit(invitePermissions & ~Bits.ManageChannels & ~Bits.ManageRoles)
  const wanted = { audience: 'new', name: 'brand-new', about: 'New', role: 'creator' as const }
  const bare = await door.prepare(discord.guildId, [wanted])
  expect(bare.missing.join('\n')).toMatch(/Manage Roles[\s\S]*#brand-new does not exist[\s\S]*Manage Channels/)
})

test('who left keeps nobody else waiting, and finds their own thread and roles again', async () => {
  const { discord, w } = stage
  const [mia, ben] = [await personOf('Mia'), await personOf('Ben')]
  await show({ person: ben }, 'ben', 'For Ben')
  const place = (await discord.threadOf('Ben'))!.id
  await discord.leave('Ben')
  const gone = await w.within(async (ctx) => {
    const id = ctx.id('person')
    await ctx.db.person.create({ data: { id, name: 'Gone', createdAt: ctx.now } })
    const account = { platform: 'discord', workspace: discord.guildId, externalId: '123456789012345678', name: 'Gone' }
    await ctx.db.identity.create({ data: { id: ctx.id('identity'), personId: id, createdAt: ctx.now, ...account } })
    for (const [n, person] of [id, ben, mia].entries()) await ctx.show({ person }, `all-${n}`, words('For all'))
    for (const person of [id, ben, mia]) await ctx.grant(person, 'creator', true)
    return id
  })
  await carry()
  const rows = await w.within((ctx) => ctx.db.outbox.findMany({ where: { audience: `person:${gone}` } }))
  expect(rows.map((one) => one.state)).toEqual(['parked'])
  expect(await seen((await discord.threadOf('Mia'))!.id)).toContain('For all')
  expect(await discord.roles('Mia')).toContain('Creator')
  const grants = await w.within((ctx) => ctx.db.outbox.findMany({ where: { kind: 'grant', state: { not: 'done' } } }))
  expect(grants).toEqual([])
  await discord.join('Ben')
  const members = async () => (await discord.threads()).find((one) => one.id === place)?.members
  await expect.poll(members).toContain(await discord.member('Ben'))
  await expect.poll(() => carry().then(() => discord.roles('Ben'))).toContain('Creator')
})

test('roles are granted and removed, once made; one above Troupe is told with its fix', async () => {
  const { discord, w } = stage
  const person = await personOf('Ben')
  const grant = async (role: string, on: boolean) => {
    await w.within((ctx) => ctx.grant(person, role, on))
    await carry()
  }
  await discord.fault({ kind: 'lost-reply', route: 'POST .*/roles$' })
  await grant('Gold', true)
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  await carry()
  expect(await discord.roles('Ben')).toContain('Gold')
  await grant('Gold', false)
  expect(await discord.roles('Ben')).not.toContain('Gold')
  await grant('Gold', true)
  expect((await discord.roles('Ben')).filter((one) => one === 'Gold')).toHaveLength(1)
  await discord.role('Diamond', { above: true })
  await discord.forget()
  await grant('Diamond', true)
  expect((await discord.requests()).filter(({ status }) => status === 403)).toHaveLength(1)
  await carry()
  expect(await seen('managers')).toMatch(/may not give the role.*Diamond[\s\S]*drag it above “Diamond”/)
})

test('a tier is a role of its name that permits nothing; one that permits more, or is of Troupe, is never given', async () => {
  const { discord, w } = stage
  const [mia, ben] = [await personOf('Mia'), await personOf('Ben')]
  const grant = async (person: string, role: string, on = true) => {
    await w.within((ctx) => ctx.grant(person, role, on))
    await carry()
  }
  await grant(ben, 'tier:Silver')
  const made = (await discord.requests()).find(({ method, path }) => method === 'POST' && path.endsWith('/roles'))
  expect(made!.body).toMatchObject({ name: 'Silver', permissions: '0', mentionable: false })
  await grant(mia, 'tier:Silver')
  expect([await discord.roles('Mia'), await discord.roles('Ben')]).toEqual([
    expect.arrayContaining(['Silver']),
    expect.arrayContaining(['Silver']),
  ])
  await grant(mia, 'tier:Silver', false)
  expect(await discord.roles('Mia')).not.toContain('Silver')
  await discord.role('Moderator', { permissions: Bits.BanMembers })
  for (const tier of ['tier:Moderator', 'tier:Creator Admin']) {
    await grant(mia, tier)
    await carry()
    expect(await seen('managers')).toMatch(new RegExp(`“${tier.slice(5)}” (permits more than everyone may do|is Troupe's own)`))
  }
  // Nor is it ever taken: whoever leaves a tier called Creator is a creator still, and a moderator stays one.
  for (const role of ['Moderator', 'Creator']) await discord.giveRole('Ben', role)
  for (const tier of ['tier:Moderator', 'tier:Creator']) await grant(ben, tier, false)
  expect(await discord.roles('Ben')).toEqual(expect.arrayContaining(['Moderator', 'Creator']))
  expect(await discord.roles('Mia')).not.toEqual(expect.arrayContaining(['Moderator']))
  expect(await discord.roles('Mia')).not.toEqual(expect.arrayContaining(['Creator Admin']))

  await discord.permit(invitePermissions & ~Bits.ManageRoles)
  for (const person of [mia, ben]) await grant(person, 'tier:Bronze')
  await carry()
  const cards = (await discord.messages('managers')).filter((one) => one.text.includes('“Bronze”'))
  expect(cards.map((one) => one.text)).toEqual([expect.stringContaining('run /setup channels')])
  await discord.permit(invitePermissions)
  await w.within(async (ctx) => {
    const space = await ctx.db.space.findFirstOrThrow({ where: { programId: w.programId } })
    await prepareSpace(ctx, space.id, mia)
  })
  await carry()
  await carry()
  for (const name of ['Mia', 'Ben']) expect(await discord.roles(name)).toContain('Bronze')
})

test('whoever is paused loses the channels and keeps what is theirs; resumed they are back; who leaves or is banned is out', async () => {
  const { discord, w } = stage
  const ana = await stage.person('Ana', 'manager')
  const zoe = await stage.person('Zoe')
  const given = { handle: '@zoe.glow', niche: 'beauty', country: 'DE', email: 'zoe@example.com', adult_and_consent: 'yes' }
  await zoe.ask('apply', given)
  await zoe.press('Accept')
  const creator = (await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { name: 'Zoe' } }))).id
  const done = async (command: string, values = {}) => {
    await ana.ask(command, { creator, ...values })
    await carry()
    return discord.roles('Zoe')
  }
  expect(await done('creator approve')).toContain('Creator')
  const place = await discord.threadOf('Zoe')
  expect(await done('creator pause')).not.toContain('Creator')
  expect((await discord.threadOf('Zoe'))!.id).toBe(place!.id)
  expect(await zoe.sees()).toContain('paused')
  expect(await zoe.ask('earnings')).not.toContain('Not allowed')
  expect(await done('creator resume')).toContain('Creator')
  expect(await done('creator ban', { why: 'Bought followers' })).not.toContain('Creator')
  expect(await zoe.ask('link')).toContain('Not allowed')
})

test('what Discord refuses in words nobody has met is tried once and told', async () => {
  const { discord } = stage
  await discord.fault({ kind: 'refuse', status: 400, code: 987_654, message: 'Something quite new', route: 'POST .*/messages$' })
  await show({ channel: 'start-here' }, 'strange', 'Strange')
  expect(await row('strange')).toMatchObject({ state: 'parked', error: 'Something quite new (code 987654)' })
  await carry()
  expect(await seen('managers')).toMatch(/start-here could not be delivered: Something quite new.*[\s\S]*Try again/)
  await discord.fault({ kind: 'refuse', status: 503, code: 130_000, message: 'Overloaded', route: 'POST .*/messages$' })
  await show({ channel: 'start-here' }, 'busy', 'Busy')
  await carry()
  expect((await row('busy')).state).toBe('done')
})

test('who speaks in a thread later is let into it', async () => {
  const { discord } = stage
  const [mia, ben] = [await personOf('Mia'), await personOf('Ben')]
  await show({ thread: 'sub_later', title: 'Evening routine', people: [mia] }, 'said:1', 'First words')
  const place = (await discord.threads()).find((one) => one.name.includes('Evening routine'))!.id
  await show({ thread: 'sub_later', title: 'Evening routine', people: [mia, ben] }, 'said:2', 'An answer')
  const thread = (await discord.threads()).find((one) => one.id === place)!
  expect(thread.members).toContain(await discord.member('Ben'))
  expect(await seen(place)).toContain('An answer')
})

test('a thread for one submission holds its people, is found again, and is archived', async () => {
  const { discord, door } = stage
  const parent = (await discord.channels()).find((one) => one.name === 'start-here')!.id
  const users = [await discord.member('Mia'), '123456789012345678', await discord.member('Ben')]
  const wanted = { key: 'sub_1', parent, title: 'Morning routine', users }
  const place = await door.openThread!(discord.guildId, wanted)
  expect(await door.openThread!(discord.guildId, wanted)).toBe(place)
  const thread = (await discord.threads()).find((one) => one.id === place)
  expect(thread).toMatchObject({ private: true, name: expect.stringContaining('Morning routine') })
  expect(thread!.members).toHaveLength(3)
  await door.closeThread!(discord.guildId, place)
  expect((await discord.threads()).find((one) => one.id === place)?.archived).toBe(true)
  await door.closeThread!(discord.guildId, place, 'Former creator')
  expect((await discord.threads()).find((one) => one.id === place)).toMatchObject({ archived: true, name: 'Former creator' })
})
