import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hours, minutes } from '../../src/kernel/time.ts'
import { claimCodeAtStart } from '../../src/people/claims.ts'
import { formFor } from '../../src/platforms/ask.ts'
import { dispatch } from '../../src/platforms/dispatch.ts'
import { buttonsOf, Persona } from '../chat.ts'
import { MemoryDoor } from '../door.ts'
import { type World, type WorldOptions, world } from '../world.ts'

const GUILD = '4001'
let w: World
let chat: MemoryDoor

async function begin(options: WorldOptions = {}): Promise<void> {
  w = await world({ environment: { DISCORD_TOKEN: 'a token of thirty characters..' }, ...options })
  chat = new MemoryDoor('discord')
  w.app.platforms.set('discord', chat)
}
afterEach(() => w.close())

const someone = (name: string, more: { workspace?: string; owner?: boolean } = {}) =>
  new Persona(w.app, chat, w.programId, name, { platform: 'discord', workspace: GUILD, owner: true, ...more })
const give = (who: Persona, code: string, more: Record<string, string> = {}) => who.run('setup space', { code, ...more })
const spaces = () =>
  w.app.database.across((db) =>
    db.space.findMany({ where: { platform: 'discord' }, select: { programId: true, workspace: true } }),
  )
const first = async () => (await claimCodeAtStart(w.app))!
const WRONG = 'AAAAA-AAAAA'

describe('a space without a program', () => {
  beforeEach(() => begin())

  test('answers everything with one card, whose button opens one form; nothing is kept of what was asked', async () => {
    const olga = someone('Olga')
    for (const run of ['help', 'setup show', 'earnings', 'apply', 'setup space', 'no such thing'])
      expect(await olga.run(run)).toMatch(/^This space is not tied to a program yet/)
    const { form } = await olga.press('Connect this space')
    expect(form).toMatchObject({ run: 'setup space', given: {} })
    expect(form?.fields.map(({ name, required }) => [name, required])).toEqual([['code', true]])
    const kept = await w.within(async (ctx) => [await ctx.db.inbox.count(), await ctx.db.audit.count()])
    expect(kept).toEqual([0, 0])
    expect(await spaces()).toEqual([])
  })

  test('a code is printed for a chat that is configured and not connected yet, and kept as a hash', async () => {
    const code = await first()
    expect(code).toMatch(/^[A-HJ-NP-Z2-9]{5}-[A-HJ-NP-Z2-9]{5}$/)
    const config = { ...w.app.config, chat: [] }
    expect(await claimCodeAtStart({ ...w.app, config })).toBeUndefined()
    expect(await claimCodeAtStart({ ...w.app, config: { ...w.app.config, TROUPE_ROLES: ['web', 'worker'] } })).toBeUndefined()
    const rows = JSON.stringify(await w.app.database.across((db) => db.claim.findMany()))
    expect(rows).not.toContain(code.replace('-', ''))
    await give(someone('Olga'), code)
    expect(await claimCodeAtStart(w.app)).toBeUndefined()
  })

  test('the first code ties the space to the one program that waits, makes its user the admin and prepares the channels', async () => {
    const olga = someone('Olga')
    const code = await first()
    await olga.ask('help')
    await olga.press('Connect this space')
    const { text } = await olga.fill({ code: code.toLowerCase().replace('-', ' ') })
    expect(text).toMatch(/^This space is connected to Glow/)
    expect(await spaces()).toEqual([{ programId: w.programId, workspace: GUILD }])
    expect(await w.within((ctx) => ctx.db.channel.count({ where: { externalId: { contains: GUILD } } }))).toBe(0)
    await w.tick()
    await w.tick()
    expect(chat.in(`${GUILD}:start-here`)).toMatchObject([{ card: { title: 'Welcome to Glow' }, pin: true }])
    expect(chat.grants).toContainEqual({ user: 'olga', role: 'admin', on: true })
    expect(await olga.press('Show checklist')).toMatchObject({ text: expect.stringMatching(/Space\s.*done/) })
    const [trace] = await w.within((ctx) => ctx.db.audit.findMany({ where: { run: 'setup space' } }))
    expect(trace).toMatchObject({ outcome: 'done', given: { platform: 'discord', workspace: GUILD, code: 'first' } })
    expect(await give(olga, code)).toMatch(/^This space belongs to Glow/)
    expect(await give(someone('Otto', { workspace: '4002' }), code)).toContain('This code was used before.')
  })

  test('only who owns the space may, and is told so before a code is looked at', async () => {
    const code = await first()
    const guest = someone('Guest', { owner: false })
    expect(await guest.run('help')).toContain('Only the owner of a Discord server')
    expect(await formFor(w.app, guest.call('setup space', { '?': 'form' }))).toBeUndefined()
    for (let i = 0; i < 6; i++) expect(await give(guest, code)).toContain('Not allowed')
    expect(await give(someone('Guest'), code)).toMatch(/^This space is connected/)
  })

  test('five wrong codes close the door for an hour, also for the right one and also all at once', async () => {
    const code = await first()
    const olga = someone('Olga')
    const eager = someone('Eager')
    const answers = await Promise.all(Array.from({ length: 9 }, () => give(eager, WRONG)))
    expect(answers.filter((text) => text.includes('This code is not right'))).toHaveLength(5)
    expect(answers.filter((text) => text.includes('too many wrong codes'))).toHaveLength(4)
    expect(await give(eager, code)).toContain('too many wrong codes')
    for (const bad of ['short', '0O1I0-O1I0O', WRONG, WRONG, WRONG]) await give(olga, bad)
    expect(await give(olga, code)).toMatch(/^This space is connected/)
  })

  test('the wait ends after an hour, and the code after a day', async () => {
    const code = await first()
    const olga = someone('Olga')
    for (let i = 0; i < 5; i++) await give(olga, WRONG)
    expect(await give(olga, code)).toContain('too many wrong codes')
    w.at(minutes(w.now, 61))
    expect(await give(olga, WRONG)).toContain('This code is not right')
    w.at(hours(w.now, 23))
    expect(await give(olga, code)).toContain('its time is over')
    expect(await give(olga, await first())).toMatch(/^This space is connected/)
  })

  test('one code given in two spaces at once ties one of them', async () => {
    const code = await first()
    const two = [someone('Olga'), someone('Otto', { workspace: '4002' })]
    const answers = await Promise.all(two.map((who) => give(who, code)))
    expect(answers.filter((text) => text.startsWith('This space is connected'))).toHaveLength(1)
    expect(await spaces()).toHaveLength(1)
  })

  test('the same press that is delivered twice ties the space once', async () => {
    const olga = someone('Olga')
    const call = olga.call('setup space', { code: await first() })
    const answers = await Promise.all([dispatch(w.app, call), dispatch(w.app, call)])
    expect(answers.map(({ card }) => card.title)).toContain('This space is connected to Glow')
    expect(await spaces()).toHaveLength(1)
  })
})

describe('the first program', () => {
  beforeEach(() => begin({ program: { demo: true } }))

  test('is founded with the first code, for a demo is nobody’s program', async () => {
    const olga = someone('Olga')
    const code = await first()
    await olga.ask('help')
    const { form } = await olga.press('Connect this space')
    expect(form?.fields.map(({ name }) => name)).toEqual(['code', 'name', 'currency', 'zone'])
    expect(await give(olga, code)).toContain('needs a name, a currency and a time zone')
    expect(await give(olga, code, { name: 'Bloom', currency: 'QQQ', zone: 'Europe/Paris' })).toContain('currency')
    expect(await give(olga, code, { name: 'Bloom', currency: 'EUR', zone: 'Europe/Nowhere' })).toContain('must be a time zone')
    expect(await spaces()).toEqual([])
    expect(await give(olga, code, { name: ' Bloom ', currency: 'eur', zone: 'Europe/Paris' })).toMatch(
      /^This space is connected to Bloom/,
    )
    const [space] = await spaces()
    const program = await w.app.database.across((db) => db.program.findUniqueOrThrow({ where: { id: space!.programId } }))
    expect(program).toMatchObject({ name: 'Bloom', currency: 'EUR', zone: 'Europe/Paris', demo: false })
    expect(await olga.run('team list')).toMatch(/Olga\s+admin/)
  })

  test('is one, though two owners hold two printed codes', async () => {
    const codes = [await first(), await first()]
    const plan = { name: 'Bloom', currency: 'EUR', zone: 'Europe/Paris' }
    const two = [someone('Olga'), someone('Otto', { workspace: '4002' })]
    const answers = await Promise.all(two.map((who, i) => give(who, codes[i]!, plan)))
    expect(answers.filter((text) => text.startsWith('This space is connected'))).toHaveLength(1)
    expect(await w.app.programs()).toHaveLength(2)
  })
})

describe('a further space', () => {
  beforeEach(async () => {
    await begin()
    await give(someone('Olga'), await first())
  })

  test('takes a code of an admin, shows what is pinned, and makes nobody an admin', async () => {
    const root = await w.admin('Root')
    const { text } = await root.ask('setup space')
    const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(text)![0]
    const otto = someone('Otto', { workspace: '4002' })
    await otto.ask('help')
    const { form } = await otto.press('Connect this space')
    expect(form?.fields.map(({ name }) => name)).toEqual(['code'])
    const { card } = await otto.fill({ code })
    expect(card?.title).toBe('This space is connected to Glow')
    expect(buttonsOf(card!).map((b) => b.label)).toEqual(['Connect accounts'])
    await w.tick()
    await w.tick()
    expect(chat.in('4002:start-here')).toMatchObject([{ card: { title: 'Welcome to Glow' }, pin: true }])
    expect(chat.in(`${GUILD}:start-here`)).toHaveLength(1)
    expect(await otto.run('setup show')).toContain('Not allowed')
    expect(await give(someone('Ossi', { workspace: '4003' }), code)).toContain('used before')
  })

  test('is refused when the code is a day old, and managers get none', async () => {
    const ana = await w.manager('Ana')
    expect(await ana.run('setup space')).toContain('Not allowed')
    const root = await w.admin('Root')
    const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await root.run('setup space'))![0]
    w.at(hours(w.now, 25))
    expect(await give(someone('Otto', { workspace: '4002' }), code)).toContain('its time is over')
  })
})
