import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { type Mailbox, mailbox } from '../mailbox.ts'
import { type World, world } from '../world.ts'

let w: World
let post: Mailbox
beforeAll(async () => {
  post = await mailbox()
  w = await world({
    now: '2026-11-20T12:00:00Z',
    mounts: (app) => openWebDoor(app, false),
    environment: { SMTP_URL: post.url, MAIL_FROM: 'Glow <hello@glow.example>' },
  })
})
afterAll(async () => {
  await w.close()
  await post.close()
})

const rings = async () => {
  await w.app.runJob('messages')
  await w.app.runJob('deliver')
}
const header = (name: string) => post.to('mia@example.com')[0]?.headers.find(({ key }) => key === name)?.value

test('who chose e-mail gets the digest as a mail: HTML and the same in plain words, ended with one click', async () => {
  const mia = await w.creator('Mia')
  expect(await mia.run('settings', { messages: 'mail' })).toMatch(/Digests and news +By e-mail/)
  w.at('2026-11-22T12:00:00Z')
  await rings()
  w.at('2026-11-23T08:00:00Z')
  await rings()
  await rings()
  const mails = post.to('mia@example.com').filter(({ subject }) => subject?.startsWith('Your week'))
  expect(mails).toHaveLength(1)
  const [mail] = mails
  expect(mail!.text).toMatch(/Clicks[\s\S]*Open the program:\nhttps:\/\/go\.glow\.example\/dashboard/)
  expect(mail!.html).toContain('Stop these mails')
  expect(await mia.sees()).not.toContain('Your week')
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  const address = new URL(/^<(.+)>$/.exec(header('list-unsubscribe')!)![1]!)
  expect(mail!.text).toContain(address.href)
  // Looking changes nothing; the one click of a mail program, which has no cookie, does.
  const { server } = await w.serve()
  const muted = () =>
    w.within(async (ctx) => (await ctx.db.membership.findFirstOrThrow({ where: { personId: mia.personId } })).muted)
  const page = await server.inject({ url: address.pathname })
  expect([page.statusCode, page.body]).toEqual([200, expect.stringContaining('Weekly digest')])
  expect(await muted()).toEqual([])
  const click = (url: string, payload: string) =>
    server.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  const altered = address.pathname.replace('/digest/', '/all/')
  for (const wrong of [altered, address.pathname.slice(0, -1), address.pathname.replace('/digest/', '/news/')])
    expect((await click(wrong, 'List-Unsubscribe=One-Click')).statusCode).toBe(404)
  expect(await muted()).toEqual([])
  expect((await click(address.pathname, 'List-Unsubscribe=One-Click')).statusCode).toBe(200)
  expect(await muted()).toEqual(['digest'])
  // A provider clicks for many readers from one address.
  const many = await Promise.all(Array.from({ length: 60 }, () => click(address.pathname, 'List-Unsubscribe=One-Click')))
  expect(new Set(many.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  // Mail programs may send the click as a form of parts too (RFC 8058, 3.2).
  const parts = '--x\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
  const headers = { 'content-type': 'multipart/form-data; boundary=x' }
  const sent = await server.inject({ method: 'POST', url: address.pathname, payload: parts, headers })
  expect(sent.statusCode).toBe(200)
  w.at('2026-11-30T08:00:00Z')
  await rings()
  expect(post.to('mia@example.com').filter(({ subject }) => subject?.startsWith('Your week'))).toHaveLength(1)
  // Whoever stopped everything by mistake takes everything again with the button of the page that says so.
  const everything = await click(address.pathname, 'all=1')
  expect(await muted()).toHaveLength(5)
  const fields = [...everything.body.matchAll(/name="(all|again)" value="1"/g)].map(([, name]) => `${name}=1`)
  expect((await click(address.pathname, fields.join('&'))).body).toContain('Everything that comes by itself')
  expect(await muted()).toEqual([])
})

test('a mail is the one push of its day too', async () => {
  const lea = await w.creator('Lea')
  const ana = await w.manager('Ana')
  await lea.run('settings', { messages: 'mail' })
  for (const what of ['nudge', 'digest']) await lea.run('unsubscribe', { what })
  w.at('2026-12-01T12:00:00Z')
  for (const title of ['One', 'Two']) {
    await ana.run('broadcast write', { title, words: 'Words' })
    const { id } = await w.within((ctx) => ctx.db.broadcast.findFirstOrThrow({ where: { title } }))
    await ana.run('broadcast send', { broadcast: id })
  }
  await rings()
  await rings()
  const subjects = () =>
    post
      .to('lea@example.com')
      .map(({ subject }) => subject)
      .filter((subject) => /^(One|Two)/.test(subject ?? ''))
  expect(subjects()).toHaveLength(1)
  w.at('2026-12-02T08:00:00Z')
  await rings()
  expect(subjects()).toHaveLength(2)
})
