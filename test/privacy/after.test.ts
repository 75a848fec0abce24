/** What comes after somebody was forgotten: the last mail to them, and the end of their invoices once no law asks for them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../src/kernel/time.ts'
import { closeMonth, planClose } from '../../src/ledger/close.ts'
import { statementOf } from '../../src/ledger/statement.ts'
import { type Mailbox, mailbox } from '../mailbox.ts'
import { earn } from '../rooms/payees.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'
import { found } from './planted.ts'

let w: World
let post: Mailbox
beforeAll(async () => {
  post = await mailbox()
  w = await world({
    now: '2026-10-05T10:00:00Z',
    environment: { SMTP_URL: post.url, MAIL_FROM: 'Glow <hello@glow.example>' },
  })
})
afterAll(async () => {
  await w?.close()
  await post?.close()
})

const run = async (...jobs: string[]) => {
  for (const job of jobs) await w.app.runJob(job)
}
const stateOf = (personId: string) =>
  w.within(async (ctx) => (await ctx.db.erasure.findFirstOrThrow({ where: { personId } })).state)

test('the last mail is the farewell: it is sent once, after it nothing is, and then their address is nowhere', async () => {
  const address = 'quorva@example.com'
  const quorva = await w.creator('Quorva')
  await w.within((ctx) => ctx.mail(address, 'news:1', { title: 'News', tone: 'plain', blocks: [] }))
  post.refused.set(address, { code: 451, words: 'Not now' })
  await run('deliver')
  await quorva.run('privacy delete', { sure: 'yes' })
  const day = days(w.now, 14)
  w.at(day)
  await run('privacy')
  expect(await stateOf(quorva.personId)).toBe('closing')
  await run('deliver')
  expect(post.to(address)).toEqual([])

  w.at(new Date(day.getTime() + 3_600_000))
  await run('privacy')
  expect(await stateOf(quorva.personId)).toBe('done')
  // What waited for them is dropped; the one letter that tells them so still waits for their mail server.
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { kind: 'mail', state: { not: 'done' } } }))).toBe(1)
  expect(await found(w, [address])).toEqual([`Inbox: ${address}`, `Outbox: ${address}`])
  post.refused.clear()
  for (const minutes of [1, 10, 60, 600]) {
    w.at(new Date(day.getTime() + 3_600_000 + minutes * 60_000))
    await run('privacy', 'messages', 'deliver')
  }
  const [mail, ...more] = post.to(address)
  expect(more).toEqual([])
  expect(mail).toMatchObject({ subject: 'Your data is deleted · Glow' })
  expect(mail!.text).toContain('Glow has forgotten you')
  expect(mail!.text).toContain('This is the last message; your address goes with it.')
  // Calls lie sealed for a week; mail lists nothing.
  w.at(days(day, 8))
  await run('due', 'retention', 'privacy', 'uploads', 'messages', 'deliver')
  expect(await found(w, [address])).toEqual([])
  expect(post.to(address)).toHaveLength(1)
}, 60_000)

test.each([
  ['refuses it for good', 550, 'zoela'],
  ['never has the time', 451, 'zaidun'],
])(
  'a farewell leaves no address behind either where their server %s',
  async (_, code, name) => {
    const address = `${name}@example.com`
    const leaver = await w.creator(name)
    await leaver.run('privacy delete', { sure: 'yes' })
    post.refused.set(address, { code, words: `Not ${address}` })
    const day = days(w.now, 14)
    for (const hours of [0, 1, 2, 24, 48, 24 * 8]) {
      w.at(new Date(day.getTime() + hours * 3_600_000))
      for (let ring = 0; ring < 4; ring++) {
        await run('privacy', 'due', 'uploads', 'messages', 'deliver')
        w.at(new Date(w.now.getTime() + 20 * 60_000))
      }
      await run('retention')
    }
    expect(await stateOf(leaver.personId)).toBe('done')
    expect(post.to(address)).toEqual([])
    expect(await found(w, [address])).toEqual([])
    for (const { card } of w.door.messages) expect(JSON.stringify(card)).not.toContain(address)
  },
  60_000,
)

test('an invoice of somebody who was forgotten stays as it was for as long as the law asks, and then goes with its bytes', async () => {
  w.at('2026-11-20T10:00:00Z')
  const [eve, ben] = [await enlist(w, 'Eve'), await enlist(w, 'Ben')]
  for (const one of [eve, ben]) await earn(w, one.creatorId, 1_000)
  w.at('2026-12-03T10:00:00Z')
  await w.within(async (ctx) => closeMonth(ctx, '2026-11', (await planClose(ctx, '2026-11')).hash))
  const written = w.now
  const files = async (one: Member) => {
    const payee = { name: `${one.name} Lind`, address: ['Väg 1', '111 22 Stockholm'], country: 'SE', vatId: 'SE556000475701' }
    const { number, pdfId, csvId } = await w.within((ctx) => statementOf(ctx, one.creatorId, '2026-11', payee))
    expect(number).toMatch(/^2026-\d+$/)
    return w.within((ctx) => ctx.db.file.findMany({ where: { id: { in: [pdfId, csvId] } } }))
  }
  const [hers, his] = [await files(eve), await files(ben)]
  expect(hers).toHaveLength(2)
  const there = async (of: typeof hers) => {
    const papers = await w.within((ctx) => ctx.db.paper.count({ where: { fileId: { in: of.map(({ id }) => id) } } }))
    const rows = await w.within((ctx) => ctx.db.file.count({ where: { id: { in: of.map(({ id }) => id) } } }))
    const bytes = await Promise.all(of.map(({ sha256 }) => w.app.media.has(sha256)))
    return [papers, rows, bytes.filter(Boolean).length]
  }

  await eve.run('privacy delete', { sure: 'waive' })
  w.at('2026-12-18T10:00:00Z')
  await run('privacy')
  w.at('2026-12-18T12:00:00Z')
  await run('privacy')
  expect(await stateOf(eve.personId)).toBe('done')
  expect(await there(hers)).toEqual([2, 2, 2])
  expect(await w.within((ctx) => ctx.db.paper.count({ where: { creatorId: eve.creatorId } }))).toBe(0)

  // Ten years after the end of the year in which it was written at the latest.
  for (const at of ['2036-12-31T12:00:00Z', days(written, 4_017)]) {
    w.at(at)
    await run('retention')
    expect(await there(hers), String(at)).toEqual([2, 2, 2])
  }
  w.at(days(written, 4_020))
  await run('retention')
  expect(await there(hers)).toEqual([0, 0, 0])
  expect(await there(his)).toEqual([2, 2, 2])
  // That there was an invoice of that number stays: numbers have no gap.
  expect(await w.within((ctx) => ctx.db.statement.count({ where: { creatorId: eve.creatorId, number: { not: null } } }))).toBe(1)
  await run('retention')
  expect(await there(his)).toEqual([2, 2, 2])
}, 60_000)
