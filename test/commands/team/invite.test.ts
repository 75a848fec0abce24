/** A bookkeeper who is in no chat: invited by mail, works on the dashboard alone. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../../src/http/doors.ts'
import { days, minutes } from '../../../src/kernel/time.ts'
import { takeUp } from '../../../src/people/addresses.ts'
import { Browser, words } from '../../browser.ts'
import type { Persona } from '../../chat.ts'
import { linkIn, type Mailbox, mailbox } from '../../mailbox.ts'
import { earn, enter, german } from '../../rooms/payees.ts'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let post: Mailbox
let w: World
let root: Persona
beforeAll(async () => {
  post = await mailbox()
  w = await world({
    now: '2026-12-10T12:00:00Z',
    environment: { SMTP_URL: post.url, MAIL_FROM: 'troupe@glow.example' },
    mounts: (app) => openWebDoor(app, false),
  })
  // The pages bring their own door, and the chat of this test is another.
  await w.serve()
  w.app.platforms.set('web', w.door)
  root = await w.admin('Root')
})
afterAll(async () => {
  await w.close()
  await post.close()
})

const browser = async () => new Browser((await w.serve()).server)
/** Opens the link of the newest mail to an address and continues. */
const follow = async (email: string) => {
  const one = await browser()
  const path = linkIn(post.to(email)[0])
  await one.get(path)
  await one.post(path, {})
  return one
}
const invited = async (name: string, more: Record<string, string> = {}) => {
  const email = `${name.toLowerCase()}@books.example`
  const answer = await root.run('team invite', { name, email, finance: 'yes', ...more })
  await w.tick()
  return { email, answer }
}

test('prepares on the dashboard, another one from the mail confirms, and nothing but money is offered', async () => {
  const mia = await enlist(w, 'Mia')
  await earn(w, mia.creatorId, 5_000)
  await w.within((ctx) => takeUp(ctx, mia.personId, { kind: 'address', email: 'mia@home.example', by: 'Root' }))
  await enter(w, mia, german('Mia Lind'))
  const { answer } = await invited('Petra')
  expect(answer).toMatch(/^An invitation to Petra is on its way[\s\S]*Will be +finance/)
  expect(await root.run('team list')).toMatch(/Invited: Petra \(petra@books\.example\), until Thu, Dec 17, 2026/)
  await invited('Quim')
  const [mail] = post.to('petra@books.example')
  expect(mail).toMatchObject({
    subject: 'You are invited to Glow',
    from: { name: 'Glow', address: 'troupe@glow.example' },
    messageId: expect.stringMatching(/^<out_[0-9A-Z]+@glow\.example>$/),
  })
  expect(mail!.html).toContain('href="https://go.glow.example/login/')
  expect(mail!.html).not.toMatch(/<img|src=|url\(/)

  const petra = await follow('petra@books.example')
  const quim = await follow('quim@books.example')
  expect(petra.page.status).toBe(200)
  expect(await root.run('team list')).toMatch(/Petra +finance/)
  const nav = /<nav[\s\S]*?<\/nav>/.exec(petra.page.html)![0]
  expect(words(nav).trim()).toBe('Payouts Books')
  expect((await petra.get('/dashboard/queue')).url).toBe('/dashboard')
  const { token = '', event = '' } = petra.button('Prepare payouts')
  await petra.post('/dashboard/run', { token, event, form: 'review queue' })
  expect(words(petra.page.html)).toContain('Not allowed')

  w.at('2026-12-15T08:30:00Z')
  const again = async (email: string) => {
    const one = await browser()
    await one.post('/sign-in', { email })
    const count = post.to(email).length
    for (let i = 0; i < 100 && post.to(email).length === count; i++) await w.tick()
    return follow(email)
  }
  const prepares = await again('petra@books.example')
  await prepares.get('/dashboard/payouts')
  await prepares.press('Prepare payouts')
  expect(words(prepares.page.html)).toContain('Prepared: now a second person')
  await w.tick()
  expect(post.to('quim@books.example')[0]!.text).toMatch(/Open the dashboard:\nhttps:\/\/go\.glow\.example\/dashboard/)
  const confirms = await again('quim@books.example')
  await confirms.get('/dashboard/payouts')
  await confirms.press('Show newest')
  await confirms.press('Review batch')
  expect(words(confirms.page.html)).toMatch(/What differs/)
  await confirms.press('Confirm and release')
  expect(words(confirms.page.html)).toContain('Confirmed: ready to be sent')

  const { id } = await w.within((ctx) => ctx.db.batch.findFirstOrThrow())
  await confirms.get(`/payouts/${id}`)
  expect(words(confirms.page.html)).toMatch(/Files to send[\s\S]*Mia Lind/)
  await root.run('payout sent', { batch: id })
  await w.tick()
  const subjects = post.to('mia@home.example').map(({ subject }) => subject)
  expect(subjects).toEqual(['Your payout is on its way · Glow', expect.stringContaining('payment details')])
  expect(post.to('mia@home.example')[0]!.text).toMatch(/€50\.00/)
  await confirms.get('/dashboard/books')
  await confirms.press('Get journal')
  expect(words(confirms.page.html)).toContain('Open list')
  expect(quim.page.status).toBe(200)
})

test('an invitation works once, within seven days, and inviting again ends the one before', async () => {
  const { email } = await invited('Rui')
  const first = linkIn(post.to(email)[0])
  await root.run('team invite', { name: 'Rui', email, finance: 'yes' })
  await w.tick()
  const second = linkIn(post.to(email)[0])
  expect((await (await browser()).post(first, {})).status).toBe(410)
  const { now } = w
  w.at(days(now, 7))
  expect((await (await browser()).post(second, {})).status).toBe(410)
  w.at(minutes(days(now, 7), -1))
  expect((await (await browser()).post(second, {})).status).toBe(200)
  expect((await (await browser()).post(second, {})).status).toBe(410)
  w.at(now)
  expect(await w.within((ctx) => ctx.db.membership.count({ where: { name: 'Rui' } }))).toBe(1)
  expect(await root.run('team invite', { name: 'Rui', email, finance: 'yes' })).toContain('signs somebody else in')
})

test('one that was taken back opens nothing; one that opens nothing is refused', async () => {
  const { email } = await invited('Sam', { role: 'manager' })
  const path = linkIn(post.to(email)[0])
  const { personId } = await w.within((ctx) => ctx.db.membership.findFirstOrThrow({ where: { name: 'Sam' } }))
  await root.run('team set', { person: personId, role: 'member' })
  expect((await (await browser()).post(path, {})).status).toBe(410)
  expect(await root.run('team invite', { name: 'Tom', email: 'tom@x.example', finance: 'no' })).toContain('would open nothing')
  const ana = await w.manager('Ana')
  expect(await ana.run('team invite', { name: 'Tom', email: 'tom@x.example', finance: 'yes' })).toContain('Not allowed')
})

test('a refused address is parked with its fix; a lost answer sends the same letter again', async () => {
  post.refused.set('wrong@books.example', { code: 550, words: 'No such user <wrong@books.example>' })
  await invited('Wrong')
  expect(await root.run('parked')).toMatch(/to mail: invite[\s\S]*refused it/)
  const told = await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { key: { startsWith: 'mail:' } } }))
  expect(JSON.stringify(told.payload)).toMatch(/An invitation did not go out.*Check that the address is right/)

  post.loseAnswers(1)
  const { email } = await invited('Uma')
  expect(post.to(email)).toHaveLength(1)
  w.at(minutes(w.now, 1))
  await w.tick()
  await w.tick()
  const [again, first] = post.to(email)
  expect(again!.messageId).toBe(first!.messageId)
  const rows = await w.within((ctx) => ctx.db.outbox.findMany({ where: { kind: 'mail', state: 'done' } }))
  expect(rows.every(({ payload }) => JSON.stringify(payload) === '{}')).toBe(true)
})

test.each([
  ['greeting', 554],
  ['sender', 550],
] as const)(
  'a server that turns everybody away at its %s is tried again, for nothing is wrong with the letter',
  async (at, code) => {
    post.turnAway(at, code)
    const { email } = await invited(`Vera${code}`)
    const row = () => w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { kind: 'mail' }, orderBy: { seq: 'desc' } }))
    expect(await row()).toMatchObject({ state: 'due', tries: 1, error: expect.stringContaining(String(code)) })
    post.turnAway()
    w.at(minutes(w.now, 1))
    await w.tick()
    expect(post.to(email)).toHaveLength(1)
  },
)

test('a mail server that is out for long is told, and so is the next time', async () => {
  const told = () => w.within((ctx) => ctx.db.outbox.count({ where: { key: { startsWith: 'mail:server' } } }))
  for (const time of [1, 2]) {
    post.turnAway('greeting')
    await invited(`Wim${time}`)
    for (let n = 0; n < 10; n++) {
      w.at(minutes(w.now, 30))
      await w.tick()
    }
    expect(await told()).toBe(time)
    post.turnAway()
    w.at(days(w.now, 1))
  }
})

test('somebody who is there gets an address by confirming it from the mailbox, is told everywhere, and it can be ended', async () => {
  const gus = await w.applicant('Gus')
  const email = 'gus@home.example'
  await root.run('team set', { person: gus.personId, finance: 'yes' })
  expect(await root.run('team set', { person: gus.personId, email })).toContain('is asked by mail')
  await w.tick()
  expect(await w.within((ctx) => ctx.db.identity.count({ where: { platform: 'email', externalId: email } }))).toBe(0)
  const signedIn = await follow(email)
  expect(words(signedIn.page.html)).toContain('Payouts')
  await w.tick()
  expect(await gus.sees()).toContain('You can sign in by e-mail now')
  expect(await root.sees()).toContain('Gus can sign in by e-mail now')
  expect(await root.run('team set', { person: gus.personId, end_email: 'yes' })).toContain('signs in by e-mail no more')
  expect((await signedIn.get('/dashboard')).status).toBe(401)
})
