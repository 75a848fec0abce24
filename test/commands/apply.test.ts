import { afterAll, beforeAll, expect, test } from 'vitest'
import apply from '../../commands/apply.ts'
import { type AnyCommand, problems } from '../../src/command.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
const answers = (name: string) => ({
  handle: `@${name}.glow`,
  niche: 'beauty',
  country: 'Germany',
  email: `${name}@example.com`,
  adult_and_consent: 'yes',
})
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('one form of five fields, then the terms in five lines, then the private place with its status card', async () => {
  const mia = await w.applicant('Mia')
  const { form } = await mia.ask('apply')
  expect(form?.title).toBe('Join the program as a creator')
  expect(form?.fields.map((f) => [f.name, f.kind, f.required])).toEqual([
    ['handle', 'text', true],
    ['niche', 'choice', true],
    ['country', 'text', true],
    ['email', 'email', true],
    ['adult_and_consent', 'choice', true],
  ])
  const { text } = await mia.fill(answers('mia'))
  expect(text).toContain('One step left: the terms')
  for (const line of ['Rate', 'Hold', 'Payday', 'Rights', 'Ending']) expect(text).toContain(line)
  expect(text).toContain('[Accept] [Read all]')
  expect(await mia.sees()).toMatch(/^One step left\n[\s\S]*@mia\.glow[\s\S]*Germany[\s\S]*\[Read terms\]$/)
  expect(await ana.sees('applications')).toBe('')

  const accepted = await mia.press('Accept')
  expect(accepted.text).toBe(
    'Thank you. Your application is in\nYou usually hear from us within 24 hours. The answer comes to your private place.',
  )
  const status = await mia.sees()
  expect(status).toContain('We have your application')
  expect(status).not.toContain('One step left')
  expect(w.door.in(`${w.programId}:person:${mia.personId}`)).toMatchObject([{ pin: true }])
  expect(await ana.sees('applications')).toMatch(
    /^Mia would like to join\n[\s\S]*@mia\.glow[\s\S]*beauty[\s\S]*\[Approve\] \[Decline\]$/,
  )
})

test('nobody else reads the private place, and the e-mail is not in the channel', async () => {
  const lea = await w.applicant('Lea')
  expect(await lea.sees()).toBe('')
  expect(await ana.sees('applications')).not.toContain('mia@example.com')
})

test('whoever waits, is in, was declined or banned is told what comes next', async () => {
  const lea = await w.applicant('Lea')
  await lea.ask('apply', answers('lea'))
  await lea.press('Accept')
  expect(await lea.run('apply', answers('lea'))).toBe(
    'We have your application\nYou usually hear from us within 24 hours.\n[Edit profile]',
  )
  const { id } = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: lea.personId } }))
  await ana.ask('creator decline', { creator: id, reason: 'fit' })
  expect(await lea.run('apply', answers('lea'))).toBe('Not yet\nYou may apply again on Feb 18, 2027.')
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('apply', answers('zoe'))).toContain('You are already in')
  await w.within((ctx) => ctx.db.creator.update({ where: { id }, data: { state: 'banned' } }))
  expect(await lea.run('apply', answers('lea'))).toContain('You cannot apply here')
})

test('what is for creators says where the application stands, and /apply answers before it asks', async () => {
  const una = await w.applicant('Una')
  expect(await una.run('mission list')).toMatch(/Missions are for creators of the program\.\nJoin first with \/apply\.$/)
  await una.ask('apply', answers('una'))
  for (const run of ['earnings', 'leaderboard'])
    expect(await una.run(run)).toMatch(/\nAccept the terms with \/terms read; that sends your application\.$/)
  expect(await una.run('home')).toMatch(/^One step left\n[\s\S]*\[Read terms\]$/)
  const { form } = await una.ask('apply')
  expect(form!.fields.map((field) => field.value)).toEqual(['@una.glow', 'beauty', 'Germany', 'una@example.com', undefined])
  await una.ask('terms read')
  await una.press('Accept')
  for (const run of ['link', 'mission list', 'dashboard'])
    expect(await una.run(run)).toContain('\nYour application waits for the team’s answer, which comes to your private place.')
  expect(await una.ask('apply')).toMatchObject({ text: expect.stringMatching(/^We have your application\n/) })
  const { id } = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: una.personId } }))
  await ana.ask('creator decline', { creator: id, reason: 'fit' })
  expect(await una.run('season list')).toContain('\nYou may apply again on Feb 18, 2027.')
  expect(await una.run('apply')).toBe('Not yet\nYou may apply again on Feb 18, 2027.')
  await w.within((ctx) => ctx.db.creator.update({ where: { id }, data: { againAt: null } }))
  expect(await una.run('link')).toContain('\nYou may apply again with /apply.')
  expect((await una.ask('apply')).form).toMatchObject({ fields: [{ value: '@una.glow' }, {}, {}, {}, {}] })
})

test('a bad field is named with its fix, what was typed stays, and the form opens again', async () => {
  const kim = await w.applicant('Kim')
  const wrong = await kim.run('apply', { ...answers('kim'), handle: 'https://www.instagram.com/p/C1/' })
  expect(wrong).toContain('That address leads to a post, not to a profile.')
  expect(wrong).toContain('Give your main handle such as @mia.glow')
  const { form } = await kim.press('Fix')
  expect(form?.fields.find((f) => f.name === 'email')?.value).toBe('kim@example.com')
  expect(await kim.run('apply', { ...answers('kim'), country: 'Atlantis' })).toContain('We do not know that country.')
  expect(await kim.run('apply', { ...answers('kim'), niche: 'cars' })).toContain('"Your niche" must be one of beauty')
  expect(await kim.run('apply', { ...answers('kim'), email: 'kim' })).toContain('must be an e-mail address')
  expect(await kim.run('apply', { ...answers('kim'), adult_and_consent: 'no' })).toContain('The program is open from 18 years')
  expect(await w.within((ctx) => ctx.db.creator.count({ where: { personId: kim.personId } }))).toBe(0)
})

test('what is left empty is said to be empty, whatever it would have to look like', () => {
  const wrong = problems(apply as unknown as AnyCommand, {
    handle: '',
    niche: '',
    country: '',
    email: ' ',
    adult_and_consent: '',
  })
  expect(wrong.map(({ sentence }) => sentence)).toEqual([
    'Your main handle or profile must not be empty.',
    'Your niche must be chosen.',
    'Your country must not be empty.',
    'Your e-mail must not be empty.',
    'Age and consent must be chosen.',
  ])
})

test('the same call twice is one application and one answer', async () => {
  const ida = await w.applicant('Ida')
  const [first, again] = [await ida.ask('apply', answers('ida'), 'evt-ida'), await ida.ask('apply', answers('ida'), 'evt-ida')]
  expect(again.text).toBe(first.text)
  expect(await w.within((ctx) => ctx.db.creator.count({ where: { personId: ida.personId } }))).toBe(1)
})

test('managers see when someone else gave the same handle', async () => {
  const twin = await w.applicant('Twin')
  await twin.ask('apply', { ...answers('twin'), handle: 'tiktok.com/@mia.glow' })
  await twin.press('Accept')
  expect(await ana.sees('applications')).toContain('Mia (applied) gave the same handle.')
})

test('countries are suggested while one types', async () => {
  expect((await ana.suggest('apply', 'country', 'ger')).slice(0, 2)).toEqual([
    { label: 'Germany', value: 'DE' },
    { label: 'Algeria', value: 'DZ' },
  ])
})

test('what a person writes is data: markup comes out as it went in', async () => {
  const eve = await w.applicant('<b>Eve</b>')
  expect(await eve.run('apply', { ...answers('eve'), handle: '@eve"><script>' })).toContain('That does not look like a handle.')
  await eve.ask('apply', answers('eve'))
  await eve.press('Accept')
  expect(await ana.sees('applications')).toContain('<b>Eve</b> would like to join')
})
