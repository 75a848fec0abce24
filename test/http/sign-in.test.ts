/** Signing in by e-mail: the same answer for everybody, a link for its owner alone. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { signIn } from '../../src/http/sign-in.ts'
import { card, link, paragraph, person, text } from '../../src/kernel/card.ts'
import { minutes } from '../../src/kernel/time.ts'
import { takeUp } from '../../src/people/addresses.ts'
import { mailPerson } from '../../src/people/invitations.ts'
import { Browser, words } from '../browser.ts'
import { linkIn, type Mailbox, mailbox } from '../mailbox.ts'
import { type World, world } from '../world.ts'

const fay = 'fay@glow.example'
let post: Mailbox
let w: World
let fayId: string
beforeAll(async () => {
  post = await mailbox()
  w = await world({
    environment: { SMTP_URL: post.url, MAIL_FROM: 'Glow team <troupe@glow.example>' },
    mounts: (app) => [dashboard(app), signIn(app)],
  })
  const manager = await w.manager('Fay')
  fayId = manager.personId
  await w.within((ctx) => takeUp(ctx, fayId, { kind: 'address', email: fay, by: 'Root' }))
})
afterAll(async () => {
  await w.close()
  await post.close()
})

let machine = 0
/** A browser on a machine of its own, for the limits count by machine. */
const asked = async (email: string, headers: Record<string, string> = {}) => {
  const { server } = await w.serve()
  return server.inject({
    method: 'POST',
    url: '/sign-in',
    remoteAddress: `10.0.0.${++machine}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
    payload: new URLSearchParams({ email }).toString(),
  })
}
/** Until what was asked for was looked up. */
const links = async (wanted: number): Promise<number> => {
  const count = () => w.within((ctx) => ctx.db.outbox.count({ where: { kind: 'mail', key: { startsWith: 'sign-in:' } } }))
  for (let i = 0; i < 200 && (await count()) < wanted; i++) await new Promise((go) => setTimeout(go, 5))
  await w.tick()
  return count()
}

test('known and unknown addresses get the same page; one mail goes out, to the owner, and opens the dashboard once', async () => {
  const page = await new Browser((await w.serve()).server).get('/sign-in')
  expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
  const answers = [await asked('nobody@glow.example'), await asked(' FAY@Glow.example ')]
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
  expect(answers[0]!.body).toBe(answers[1]!.body)
  expect(words(answers[0]!.body)).toContain('If this address belongs to someone here, a link is on its way.')
  expect(await links(1)).toBe(1)
  expect(post.mails.map(({ envelopeTo }) => envelopeTo)).toEqual([[fay]])
  expect(post.mails[0]!.from).toEqual({ name: 'Glow team', address: 'troupe@glow.example' })

  const path = linkIn(post.to(fay)[0])
  const mine = new Browser((await w.serve()).server)
  // What scans mail opens links; it sees a name and a button.
  expect(words((await mine.get(path)).html)).toContain('Open the dashboard as Fay ?')
  expect(mine.cookies.troupe_session).toBeUndefined()
  expect((await mine.post(path, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect(await mine.post(path, {})).toMatchObject({ status: 200, url: '/dashboard' })
  const other = await new Browser((await w.serve()).server).post(path, {})
  expect(other.status).toBe(410)
  expect(other.html).toContain('href="/sign-in"')
})

test('a link lives fifteen minutes, three may be open, and one that would come too late is not sent', async () => {
  const { now } = w
  const before = await links(0)
  for (let i = 0; i < 4; i++) {
    await asked(fay)
    await links(before + Math.min(i + 1, 2))
  }
  expect(await links(0)).toBe(before + 2)
  const path = linkIn(post.to(fay)[0])
  w.at(minutes(now, 15))
  expect((await new Browser((await w.serve()).server).get(path)).status).toBe(410)
  await w.app.runJob('due')
  const sent = post.to(fay).length
  await asked(fay)
  // Not carried yet, and over by the time it is.
  for (let i = 0; i < 200 && (await w.within((ctx) => ctx.db.outbox.count({ where: { kind: 'mail', state: 'due' } }))) === 0; i++)
    await new Promise((go) => setTimeout(go, 5))
  w.at(minutes(now, 31))
  await w.tick()
  expect(post.to(fay)).toHaveLength(sent)
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { kind: 'mail', state: { not: 'done' } } }))).toBe(0)
  w.at(now)
})

test('another page, no address and a machine that tries many are refused', async () => {
  expect((await asked(fay, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
  const wrong = await asked('<script>')
  expect(wrong.statusCode).toBe(400)
  expect(wrong.body).not.toContain('<script>')
  expect(words(wrong.body)).toContain('must be an e-mail address such as you@example.com')
  const { server } = await w.serve()
  const codes: number[] = []
  for (let i = 0; i < 11; i++) {
    const answer = await server.inject({
      method: 'POST',
      url: '/sign-in',
      remoteAddress: '10.9.9.9',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `email=guess${i}%40glow.example`,
    })
    codes.push(answer.statusCode)
  }
  expect(codes).toEqual([...Array(10).fill(200), 429])
})

test('what people wrote is words in a mail, in its subject too', async () => {
  const bad = '<img src=x onerror=alert(1)>\r\nBcc: all@glow.example'
  const shown = card(
    bad,
    paragraph(text`${person('per_1', bad)} ${link('here', 'javascript:alert(1)')} ${link('a"b', 'https://x.example/?a="b')}`),
  )
  await w.within((ctx) => mailPerson(ctx, fayId, 'odd', shown))
  await w.within((ctx) => mailPerson(ctx, fayId, 'odd', shown))
  const count = post.mails.length
  await w.tick()
  expect(post.mails).toHaveLength(count + 1)
  const mail = post.mails.at(-1)!
  expect(mail.envelopeTo).toEqual([fay])
  expect(mail.bcc ?? []).toEqual([])
  expect(mail.html).not.toMatch(/<img|href="javascript|<script/)
  expect(mail.html).toContain('&#60;img')
  expect(mail.text).toContain('here (javascript:alert(1))')
})

test('an address follows its owner when two accounts turn out to be one person', async () => {
  const first = await w.applicant('Lea')
  w.at(minutes(w.now, 1))
  const second = await w.applicant('Lea D')
  await w.within((ctx) => takeUp(ctx, second.personId, { kind: 'address', email: 'lea@glow.example', by: 'Root' }))
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await first.run('profile connect'))![0]
  expect(await second.run('profile connect', { code })).toMatch(/^You are one person now/)
  const owner = await w.within((ctx) => ctx.db.identity.findFirstOrThrow({ where: { externalId: 'lea@glow.example' } }))
  expect(owner.personId).toBe(first.personId)
})
