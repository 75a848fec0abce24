import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { card } from '../../../src/kernel/card.ts'
import { plain } from '../../../src/kernel/plain.ts'
import { minutes } from '../../../src/kernel/time.ts'
import { offerLogin, readPass, spendLogin, whoSits } from '../../../src/people/login.ts'
import { run } from '../../../src/platforms/dispatch.ts'
import { hearCall } from '../../../src/platforms/porter.ts'
import { type Entrance, Persona } from '../../chat.ts'
import { MemoryDoor } from '../../door.ts'
import { png } from '../../pictures.ts'
import { order, refund, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

const GUILD: Entrance = { platform: 'discord', workspace: '4001' }
let w: World
let chat: MemoryDoor
beforeAll(async () => {
  w = await world()
  chat = new MemoryDoor('discord')
  w.app.platforms.set('discord', chat)
  await w.within((ctx) =>
    ctx.db.space.create({ data: { id: ctx.id('space'), programId: w.programId, ...GUILD, createdAt: ctx.now } }),
  )
})
afterAll(() => w.close())
/** Each a moment younger than the one before, so that it is known who stays. */
beforeEach(() => w.at(minutes(w.now, 1)))

async function onDiscord(name: string): Promise<Persona> {
  w.at(minutes(w.now, 1))
  const one = new Persona(w.app, chat, w.programId, name, GUILD)
  await one.arrive()
  return one
}
const codeIn = (text: string): string => /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(text)![0]
const connect = async (shows: Persona, types: Persona) =>
  types.run('profile connect', { code: codeIn(await shows.run('profile connect')) })
const personOf = (user: string) =>
  w.app.database.across(async (db) => (await db.identity.findFirstOrThrow({ where: { externalId: user } })).personId)

test('that two accounts are one is told where the code was shown too, whichever door whoever typed it wants to be reached by', async () => {
  const [eva, other] = [await w.creator('Eva'), await onDiscord('Not Eva')]
  await other.run('settings', { door: 'discord' })
  expect(await connect(eva, other)).toMatch(/^You are one person now/)
  w.at(minutes(w.now, 1))
  expect(await eva.sees()).toMatch(/You are one person now[\s\S]*Discord +Not Eva/)
})

test('a creator of the web is the same person on Discord: earnings, role, private place and content', async () => {
  const mia = await w.creator('Mia')
  const code = await w.within(async (ctx) => (await ctx.db.code.findFirstOrThrow({ where: { creatorId: mia.creatorId } })).code)
  await tell(w, order('one', { codes: [code], at: w.now.toISOString() }))
  const again = await onDiscord('Mia D')
  expect(await again.run('earnings')).toContain('Not allowed')
  const shown = await mia.run('profile connect')
  expect(shown).toContain('/profile connect')
  await again.ask('profile connect', { '?': 'form' })
  const { text } = await again.fill({ code: codeIn(shown).toLowerCase() })
  expect(text).toMatch(/^You are one person now/)
  expect(text).toMatch(/Web\s+Mia\n.*Discord\s+Mia D/s)
  expect(await again.run('earnings')).toBe(await mia.run('earnings'))
  await w.tick()
  expect(chat.grants).toContainEqual({ user: 'mia-d', role: 'creator', on: true })
  await tell(w, refund('one', 'one-1', 4_000))
  expect(await again.run('earnings')).toContain('less €4.00 refunded')
  expect(await again.run('earnings')).toBe(await mia.run('earnings'))
  await again.run('settings', { door: 'discord' })
  await tell(w, order('two', { codes: [code], at: w.now.toISOString() }))
  await w.tick()
  expect(JSON.stringify(chat.in(`4001:person:${mia.personId}`).map((m) => m.card))).toContain('"#two"')
})

test('two creators become one, whoever types the code; the older person stays and keeps every link and code', async () => {
  const old = await w.creator('Old')
  w.at(minutes(w.now, 1))
  const young = await w.creator('Young')
  const links = (creatorId: string) => w.within((ctx) => ctx.db.link.count({ where: { creatorId } }))
  await old.run('settings', { language: 'fr' })
  expect(await connect(young, old)).toMatch(/^You are one person now/)
  expect([await personOf('old'), await personOf('young')]).toEqual([old.personId, old.personId])
  expect([await links(old.creatorId), await links(young.creatorId)]).toEqual([2, 0])
  const gone = await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: young.creatorId } }))
  expect(gone).toMatchObject({ state: 'left', mergedInto: old.creatorId, personId: young.personId })
  const member = await w.within((ctx) => ctx.db.membership.findFirstOrThrow({ where: { personId: old.personId } }))
  expect(member).toMatchObject({ role: 'creator', locale: 'fr' })
  expect(await young.run('link')).toContain('Your link')
  const ana = await w.manager('Ana')
  const listed = await ana.run('creator list')
  expect(listed).toContain('Old')
  expect(listed).not.toContain('Young')
  expect((await ana.suggest('creator show', 'creator', 'young')).map(({ value }) => value)).toEqual([])
})

test('what was shown to the younger account is still edited where it stands, and its browser stays signed in', async () => {
  const elder = await w.applicant('Elder')
  w.at(minutes(w.now, 1))
  const guest = await onDiscord('Guest')
  const show = (personId: string, title: string) => w.within((ctx) => ctx.show({ person: personId }, 'live', card(title)))
  await show(guest.personId, 'Before')
  await w.tick()
  const place = `4001:person:${guest.personId}`
  expect(chat.in(place).map((m) => m.card.title)).toEqual(['Before'])
  const path = await w.within((ctx) => offerLogin(ctx, guest.personId, '/dashboard'))
  const { token } = await w.within((ctx) => spendLogin(ctx, readPass(path.slice('/login/'.length))!))
  await connect(elder, guest)
  await elder.run('settings', { door: 'discord' })
  await show(elder.personId, 'After')
  await w.tick()
  expect(chat.in(place).map((m) => m.card.title)).toContain('After')
  expect(chat.in(place).map((m) => m.card.title)).not.toContain('Before')
  const session = await whoSits(w.app.database, w.app.clock(), { programId: w.programId, token })
  expect(session?.personId).toBe(elder.personId)
})

test('a third account joins too, and what the first merge emptied follows to the end', async () => {
  const [a, b, c] = [await onDiscord('Aa'), await onDiscord('Bb'), await onDiscord('Cc')]
  await connect(b, c)
  await connect(a, c)
  expect([await personOf('aa'), await personOf('bb'), await personOf('cc')]).toEqual(Array(3).fill(a.personId))
  const into = await w.within((ctx) =>
    ctx.db.membership.findMany({ where: { personId: { in: [b.personId, c.personId] } }, select: { mergedInto: true } }),
  )
  expect(into).toEqual([{ mergedInto: a.personId }, { mergedInto: a.personId }])
})

test('the higher role stays; a program never loses its last admin by it, nor keeps one who is nobody', async () => {
  const root = await w.admin('Root')
  const second = await onDiscord('Root D')
  await connect(second, root)
  expect(await second.run('team list')).toMatch(/Root\s+admin/)
  expect(await root.run('team set', { person: await personOf('root'), role: 'manager' })).toContain('needs at least one admin')
  const zed = await onDiscord('Zed')
  await root.run('team set', { person: zed.personId, role: 'admin' })
  await connect(zed, root)
  const admins = await w.within((ctx) => ctx.db.membership.findMany({ where: { role: 'admin' }, select: { personId: true } }))
  expect(admins).toEqual([{ personId: await personOf('zed') }])
  expect(await root.run('team set', { person: zed.personId, role: 'member' })).toContain('needs at least one admin')
})

test('a code works once, for ten minutes, for somebody else', async () => {
  const [lea, more, other] = [await onDiscord('Lea'), await onDiscord('Lea 2'), await onDiscord('Lea 3')]
  const first = codeIn(await lea.run('profile connect'))
  const code = codeIn(await lea.run('profile connect'))
  expect(await more.run('profile connect', { code: first })).toContain('This code is not right')
  expect(await lea.run('profile connect', { code })).toContain('This code is from the account you type it with.')
  w.at(minutes(w.now, 10))
  expect(await more.run('profile connect', { code })).toContain('its time is over')
  const fresh = codeIn(await lea.run('profile connect'))
  const answers = await Promise.all([more, other].map((one) => one.run('profile connect', { code: fresh })))
  expect(answers.filter((text) => text.startsWith('You are one person now'))).toHaveLength(1)
  const winner = answers[0]!.startsWith('You are') ? more : other
  expect(await winner.run('profile connect', { code: fresh })).toMatch(/^You are one person now/)
  const rows = JSON.stringify(await w.within((ctx) => ctx.db.claim.findMany()))
  expect(rows).not.toContain(fresh.replace('-', ''))
})

test('two tries with one code at the same time, from the same account: one merge', async () => {
  const [kim, more] = [await onDiscord('Kim'), await onDiscord('Kim 2')]
  const code = codeIn(await kim.run('profile connect'))
  const answers = await Promise.all([1, 2, 3].map(() => more.run('profile connect', { code })))
  expect(answers.some((text) => text.startsWith('You are one person now'))).toBe(true)
  expect(await personOf('kim-2')).toBe(kim.personId)
  expect(await w.within((ctx) => ctx.db.membership.count({ where: { mergedInto: kim.personId } }))).toBe(1)
})

test('what was under way for the account that was given up is asked again, and does nothing', async () => {
  const [amy, more] = [await onDiscord('Amy'), await onDiscord('Amy 2')]
  const call = more.call('apply', {
    handle: '@amy',
    niche: 'food',
    country: 'AT',
    email: 'amy@example.com',
    adult_and_consent: 'yes',
  })
  const heard = await hearCall(w.app, w.programId, call)
  await connect(amy, more)
  const { answer } = await run(w.app, w.programId, heard.actor, heard.inboxId, call)
  expect(plain(answer)).toContain('Your accounts were connected a moment ago.')
  expect(await w.within((ctx) => ctx.db.creator.count({ where: { handle: '@amy' } }))).toBe(0)
})

test('five wrong codes, and the right one has to wait', async () => {
  const [ida, more] = [await onDiscord('Ida'), await onDiscord('Ida 2')]
  for (let i = 0; i < 5; i++)
    expect(await more.run('profile connect', { code: 'AAAAA-AAAAA' })).toContain('This code is not right')
  expect(await more.run('profile connect', { code: codeIn(await ida.run('profile connect')) })).toContain('too many wrong codes')
  w.at(minutes(w.now, 61))
  expect(await connect(ida, more)).toMatch(/^You are one person now/)
})

test('a code of another program is no code here, and a banned creator is not joined', async () => {
  const other = await w.neighbour()
  const far = new Persona(w.app, w.door, other, 'Far')
  await far.arrive()
  const near = await onDiscord('Near')
  expect(await connect(far, near)).toContain('This code is not right')
  const bad = await w.creator('Bad')
  const good = await w.creator('Good')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: bad.creatorId }, data: { state: 'banned' } }))
  expect(await connect(bad, good)).toContain('These two accounts can not be connected by a code.')
  expect(await personOf('good')).toBe(good.personId)
})

test('an application that waits is withdrawn from the managers when its sender is known already', async () => {
  const ana = await w.manager('Ana 2')
  const zoe = await w.creator('Zoe')
  const again = await w.applicant('Zoe Z')
  const form = { handle: '@zoe.z', niche: 'food', country: 'AT', email: 'zoe@example.com', adult_and_consent: 'yes' }
  await again.ask('apply', form)
  await again.press('Accept')
  expect(await again.run('profile show')).toContain('Is this you on Web too?')
  await connect(zoe, again)
  const post = (await ana.sees('applications')).split('\n\n').find((p) => p.startsWith('Zoe Z'))
  expect(post).toContain('This application needs no answer')
  expect(post).not.toContain('[Approve]')
  expect(await again.run('profile show')).toMatch(/Status +approved/)
})

test('how somebody stands is said alike in each chat where it stood, once both accounts are one', async () => {
  const eve = await w.creator('Eve')
  const waiting = await onDiscord('Eve D')
  await waiting.ask('apply', { handle: '@eve', niche: 'food', country: 'DE', email: 'eve@example.com', adult_and_consent: 'yes' })
  await waiting.press('Accept')
  await w.tick()
  const titles = () => chat.in(`4001:person:${waiting.personId}`).map((m) => m.card.title)
  expect(titles()).toContain('We have your application')
  await connect(eve, waiting)
  w.at(minutes(w.now, 1))
  await w.tick()
  expect(titles()).toContain('Welcome to Glow, Eve')
  expect(titles()).not.toContain('We have your application')
})

test('a large file that one of them sent is handed in by the person that both turned out to be', async () => {
  const older = await w.creator('Older')
  w.at(minutes(w.now, 1))
  const film = await w.creator('Film')
  const { id, mime, bytes } = await w.within(async (ctx) => {
    const { id: fileId, ...file } = await ctx.store(png(7, 5), 'large.png')
    const sent = { programId: w.programId, tokenHash: 'large', state: 'kept', expiresAt: ctx.now, createdAt: ctx.now }
    const upload = await ctx.db.upload.create({ data: { id: ctx.id('upload'), personId: film.personId, fileId, ...sent } })
    return { ...file, id: upload.id }
  })
  expect(await connect(film, older)).toMatch(/^You are one person now/)
  expect(await personOf('film')).toBe(older.personId)
  const file = { platform: 'upload', ref: id, name: 'large.png', bytes, mime }
  expect(await film.run('submit', { caption: '#ad my week', file })).toContain('Handed in')
})
