import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AnyCommand } from '../../src/command.ts'
import { hear } from '../../src/db/inbox.ts'
import { plain } from '../../src/kernel/plain.ts'
import { minutes } from '../../src/kernel/time.ts'
import { Crowded } from '../../src/kernel/turn.ts'
import { formFor, suggest } from '../../src/platforms/ask.ts'
import { dispatch, look } from '../../src/platforms/dispatch.ts'
import type { Call } from '../../src/platforms/platform.ts'
import { resume } from '../../src/platforms/resume.ts'
import { buttonsOf } from '../chat.ts'
import { MemoryDoor } from '../door.ts'
import { png } from '../stories/stage.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a form asks what is missing, keeps what was typed after bad input, and Fix opens it filled in', async () => {
  const zoe = await w.applicant('Zoe')
  const asked = await zoe.ask('apply')
  expect(asked.form!.fields.map((f) => f.name)).toEqual(['handle', 'niche', 'country', 'email', 'adult_and_consent'])
  const refused = await zoe.fill({
    handle: '@zoe.makes',
    niche: 'food',
    country: 'DE',
    email: 'not an address',
    adult_and_consent: 'yes',
  })
  expect(refused.text).toMatch(/E-?mail.*must be an e-mail address such as you@example.com/i)
  const again = await zoe.press('Fix')
  const values = Object.fromEntries(again.form!.fields.map((f) => [f.name, f.value]))
  expect(values).toMatchObject({ handle: '@zoe.makes', email: 'not an address' })
})

test('Fix asks for the field that was wrong, and for what else was typed, also where it is the sixth', async () => {
  const ivy = await w.admin('Ivy')
  const typed = { milestones: '10 orders = 50', bonus_alone: 'a lot' }
  expect((await ivy.ask('setup commission', typed)).text).toContain('"a lot" is not an amount of money.')
  const { form } = await ivy.press('Fix')
  const shown = Object.fromEntries(form!.fields.map(({ name, value }) => [name, value]))
  expect(shown).toMatchObject(typed)
  expect(form!.fields).toHaveLength(5)
})

test('what a form has no room for is named, so that nothing typed is missing without a word', async () => {
  const ivy = await w.admin('Ivy')
  const typed = { lead: '5.00', order_limit: '50.00', creator_limit: '90.00', program_limit: '900.00', milestones: 'none' }
  const { text } = await ivy.ask('setup commission', { ...typed, window: '30', bonus_alone: 'a lot' })
  expect(text).toContain('The form has no room for bonus_alone: give that once more behind /setup commission.')
  const { form } = await ivy.press('Fix')
  expect(Object.fromEntries(form!.fields.map(({ name, value }) => [name, value]))).toEqual(typed)
  expect(form!.given).toMatchObject({ window: '30' })
  expect((await ivy.ask('setup commission', { bonus_alone: 'a lot' })).text).not.toContain('no room')
})

test('no form opens for what a person may not run', async () => {
  const zoe = await w.applicant('Zoe')
  expect(await formFor(w.app, zoe.call('campaign create', {}))).toBeUndefined()
  expect(await zoe.run('campaign create')).toMatch(/is for managers/)
})

test('suggestions are tenant- and role-checked, at most 25', async () => {
  const mia = await w.creator('Mia')
  expect(await mia.suggest('settings', 'zone', 'berlin')).toContainEqual({ label: 'Europe/Berlin', value: 'Europe/Berlin' })
  expect((await mia.suggest('settings', 'zone', '')).length).toBeLessThanOrEqual(25)
  expect(await mia.suggest('creator show', 'creator', 'mia')).toEqual([])
  const ana = await w.manager('Ana')
  expect((await ana.suggest('creator show', 'creator', 'mia')).map((s) => s.value)).toContain(mia.creatorId)
})

async function left(call: Call, minutesAgo: number): Promise<void> {
  const body = JSON.stringify(call)
  await w.within((ctx) =>
    hear(ctx.db, {
      id: ctx.id('inbox'),
      programId: w.programId,
      source: 'chat:web',
      externalId: call.eventId,
      bodyHash: 'x',
      body: Uint8Array.from(w.app.sealer.seal(body)),
      receivedAt: minutes(ctx.now, -minutesAgo),
    }),
  )
}

test('a call heard before a crash runs once after the restart; one too old is told', async () => {
  const ana = await w.manager('Ana')
  const mission = (title: string) => ({
    title,
    brief: 'Show your shelf.',
    deadline: '14',
    seats_and_fee: '10 x 25',
    rights: 'none',
  })
  await left(ana.call('campaign create', mission('Young'), 'evt-young'), 5)
  await left(ana.call('campaign create', mission('Old'), 'evt-old'), 20)
  const late: string[] = []
  const answerLate = async (_call: Call, c: { title: string }) => void late.push(c.title)
  expect(await resume(w.app, w.programId, ['discord'], answerLate), 'calls of a door are taken up by who listens at it').toBe(0)
  expect(await resume(w.app, w.programId, ['web'], answerLate)).toBe(2)
  expect(await resume(w.app, w.programId, ['web'], answerLate)).toBe(0)
  expect(late).toHaveLength(1)
  const made = await w.within((ctx) => ctx.db.mission.findMany({ select: { title: true } }))
  expect(made.map((m) => m.title)).toEqual(['Young'])
  expect(await ana.sees()).toMatch(/Please ask again/)
})

test('a signal from before a crash is run, and nobody is answered', async () => {
  const [mia, ben] = [await w.creator('Mimi'), await w.creator('Benno')]
  const react = (eventId: string, minutesAgo: number) =>
    left({ ...mia.call('kudos', { creator: ben.creatorId }, eventId), by: 'signal' }, minutesAgo)
  await react('kudos:young', 5)
  await react('kudos:old', 20)
  const late: Call[] = []
  expect(await resume(w.app, w.programId, ['web'], async (call) => void late.push(call))).toBe(2)
  expect(late).toEqual([])
  expect(await w.within((ctx) => ctx.db.kudos.count({ where: { fromId: mia.creatorId } }))).toBe(1)
  expect(await mia.sees()).not.toContain('Please ask again')
})

test('a file that came with a command is not lost in the form that asks for the rest', async () => {
  const nia = await w.creator('Nia')
  const chat = new MemoryDoor('discord')
  w.app.platforms.set('discord', chat)
  await w.within(async (ctx) => {
    const at = { programId: w.programId, createdAt: ctx.now }
    await ctx.db.space.create({ data: { ...at, id: ctx.id('space'), platform: 'discord', workspace: '4001' } })
    const account = { platform: 'discord', workspace: '4001', externalId: '7', name: 'Nia', createdAt: ctx.now }
    await ctx.db.identity.create({ data: { ...account, id: ctx.id('identity'), personId: nia.personId } })
  })
  chat.files.set('https://cdn.example/a.png', png.bytes)
  const file = { platform: 'discord', ref: 'https://cdn.example/a.png', name: 'a.png', bytes: 70, mime: 'image/png' }
  const call = { ...nia.call('submit', { file }), platform: 'discord', workspace: '4001', user: '7' }
  const form = (await formFor(w.app, call))!
  expect(form.fields.map((field) => field.name)).not.toContain('file')
  const filled = { ...call, eventId: 'filled', given: { ...form.given, caption: '#ad my morning' }, by: 'form' as const }
  expect(plain((await dispatch(w.app, filled)).card)).toContain('a.png')
  // What is wrong beside it costs nobody the file: Fix asks for the rest alone, and the file comes with it.
  const wrong = { ...filled, eventId: 'wrong', given: { ...form.given, caption: '#ad my evening', url: 'https://localhost/x' } }
  const fix = buttonsOf((await dispatch(w.app, wrong)).card).find(({ label }) => label === 'Fix')!
  const pressed = { ...call, eventId: 'fix', given: 'run' in fix ? fix.given! : {}, by: 'press' as const }
  const again = (await formFor(w.app, pressed))!
  expect(again.fields.map((field) => field.name)).not.toContain('file')
  const noted = await w.within((ctx) => ctx.db.audit.findFirstOrThrow({ where: { run: 'submit', outcome: 'invalid' } }))
  expect(noted.given).toMatchObject({ file: 'a.png' })
  chat.files.set(file.ref, Buffer.concat([png.bytes, Buffer.from([0])]))
  const sent = { ...filled, eventId: 'again', given: { ...again.given, caption: '#ad my evening' } }
  expect(plain((await dispatch(w.app, sent)).card)).toContain('a.png')
  // Someone who writes such a word by hand names only what their own door holds.
  const forged = { ...nia.call('submit', { ...form.given, caption: '#ad' }), eventId: 'forged' }
  expect(plain((await dispatch(w.app, forged)).card)).toContain('must be a file')
})

test('a database that is away, or too busy, is told as such, and a page is away as a whole', async () => {
  const olga = await w.creator('Olga')
  const commands = new Map(w.app.commands).set('help', {
    ...w.app.commands.get('help')!,
    run: () => Promise.reject(new Crowded(15_000)),
  })
  const said = plain((await dispatch({ ...w.app, commands }, olga.call('help', {}))).card)
  expect(said).toMatch(/One moment, please[\s\S]*Nothing was changed/)
  expect(said).not.toContain('Something broke')
  await expect(look({ ...w.app, commands }, olga.call('help', {}), [{ run: 'help', given: {} }])).rejects.toThrow(Crowded)
})

/** The house with another /help. */
const helping = (run: AnyCommand['run']) => ({
  ...w.app,
  commands: new Map(w.app.commands).set('help', { ...w.app.commands.get('help')!, run }),
})

test('a command that takes too long is the busy database’s fault once, then its own, and is counted by its name', async () => {
  const [olga, port] = [await w.creator('Olli'), await w.applicant('Port')]
  const slow = helping(async (ctx) => {
    await ctx.db.$executeRaw`SET LOCAL statement_timeout = 50`
    await ctx.db.$queryRaw`SELECT pg_sleep(1)::text`
    throw new Error('not reached')
  })
  expect(plain((await dispatch(slow, olga.call('help', {}))).card)).toContain('far too busy. Nothing was changed')
  const [shown] = await look(slow, port.call('help', {}), [{ run: 'help', given: {} }])
  expect(plain(shown!)).toMatch(/\/help took longer than it may, and not for the first time. Nothing was changed[\s\S]*err_/)
  expect((await w.app.meter.read()).body).toContain('troupe_overrun_total{part="command",name="help"} 2')
})

test('a database that takes nothing new is away to whoever acts, and a page that writes is a bug of ours', async () => {
  const ona = await w.creator('Ona')
  const writing = helping(async (ctx) => {
    await ctx.db.$executeRaw`SET TRANSACTION READ ONLY`
    await ctx.db.tick.create({ data: { name: 'new', at: w.now } })
    throw new Error('not reached')
  })
  expect(plain((await dispatch(writing, ona.call('help', {}))).card)).toContain('One moment, please')
  const [shown] = await look(writing, ona.call('help', {}), [{ run: 'help', given: {} }])
  expect(plain(shown!)).toContain('Something broke here')
})

test('what somebody wrote is kept when it was us who broke', async () => {
  const ida = await w.creator('Ida')
  const submit = w.app.commands.get('submit')!
  const broken = { ...submit, run: () => Promise.reject(new Error('broken')) }
  const commands = new Map(w.app.commands).set('submit', broken)
  const said = await dispatch(
    { ...w.app, commands },
    ida.call('submit', { caption: '#ad a long story', url: 'https://a.example/1' }),
  )
  expect(plain(said.card)).toContain('Something broke here, not with you')
  const { form } = await ida.ask('submit')
  expect(form?.fields.find(({ name }) => name === 'caption')?.value).toBe('#ad a long story')
})

test('a form is drawn with lists that took their time; whoever types is not kept waiting', async () => {
  const mia = await w.applicant('Slow Mia')
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 400))
    return [{ label: 'Berlin', value: 'Europe/Berlin' }]
  }
  const settings = w.app.commands.get('settings')!
  const options = { ...settings.options, zone: { ...settings.options.zone!, suggest: slow } }
  const hall = { ...w.app, commands: new Map(w.app.commands).set('settings', { ...settings, options }) }
  const call = (by: Call['by']) => ({ ...mia.call('settings', {}), by })
  expect(await suggest(hall, call('slash'), 'zone', '')).toEqual([])
  expect(await suggest(hall, call('form'), 'zone', '')).toHaveLength(1)
})
