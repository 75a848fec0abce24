import { afterAll, beforeAll, expect, test } from 'vitest'
import { tallies } from '../../src/insight/tally.ts'
import { days } from '../../src/kernel/time.ts'
import { dropLists } from '../../src/privacy/retention.ts'
import type { Persona } from '../chat.ts'
import { png } from '../pictures.ts'
import { lastGrant } from '../rights.ts'
import { enter, finance, german } from '../rooms/payees.ts'
import { type World, world } from '../world.ts'
import { owe } from './planted.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const erasureOf = (person: Persona) =>
  w.within((ctx) => ctx.db.erasure.findFirstOrThrow({ where: { personId: person.personId }, orderBy: { askedAt: 'desc' } }))

/** Approved content with a picture of its own, signed for the website for 90 days. */
async function licensedPiece(mia: Persona, shade: number) {
  const stored = await w.within((ctx) => ctx.store(png(8, 8, shade), `mia-${shade}.png`))
  const id = await w.within(async (ctx) => {
    const made = { id: ctx.id('submission'), programId: w.programId, creatorId: mia.creatorId, createdAt: ctx.now }
    const decided = { state: 'approved', submittedAt: ctx.now, decidedAt: ctx.now, toldAt: ctx.now }
    await ctx.db.submission.create({
      data: { ...made, ...decided, fileId: stored.id, caption: `#ad wobblefrost number ${shade}` },
    })
    return made.id
  })
  await ana.run('rights request', { submission: id, channels: 'website', term: '90 days' })
  const { id: grant } = await lastGrant(w, id)
  await mia.run('rights sign', { grant, round: '1' })
  return { id, grant, sha256: stored.sha256 }
}

test('content under a licence stays until that ends, and goes in the night after; what was taken back goes at once', async () => {
  const mia = await w.creator('Mia')
  const held = await licensedPiece(mia, 1)
  const free = await licensedPiece(mia, 2)
  await mia.run('rights revoke', { grant: free.grant, reason: 'I am leaving' })
  expect(await mia.run('privacy delete')).toMatch(/Licensed content +1 +A licence is a contract/)
  await mia.run('privacy delete', { sure: 'yes' })
  for (const at of ['2026-12-05T12:00:00Z', '2026-12-05T14:00:00Z']) {
    w.at(at)
    await w.app.runJob('privacy')
  }
  expect(await erasureOf(mia)).toMatchObject({ state: 'done' })
  const piece = (id: string) => w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id } }))
  expect(await piece(held.id)).toMatchObject({ caption: '#ad wobblefrost number 1' })
  expect(await piece(free.id)).toMatchObject({ caption: '', fileId: null })
  expect([await w.app.media.has(held.sha256), await w.app.media.has(free.sha256)]).toEqual([true, false])
  w.at('2027-02-25T12:00:00Z')
  await w.app.runJob('retention')
  expect(await piece(held.id)).toMatchObject({ caption: '', fileId: null })
  expect(await w.app.media.has(held.sha256)).toBe(false)
})

test('who is owed money waits until it has arrived; the payment stays without their account', async () => {
  w.at('2027-03-01T12:00:00Z')
  const eve = await w.creator('Eve')
  await enter(w, eve, german('Eve Lind'))
  await owe(w, eve, 5_000)
  await eve.run('privacy delete', { sure: 'yes' })
  w.at('2027-03-16T12:00:00Z')
  await w.app.runJob('privacy')
  w.at('2027-03-16T14:00:00Z')
  await w.app.runJob('privacy')
  expect(await erasureOf(eve)).toMatchObject({ state: 'closing' })
  expect(await ana.run('privacy waiting')).toMatch(/Eve +[^\n]*It waits until they are paid\./)
  expect(await w.within((ctx) => ctx.db.payee.count({ where: { creatorId: eve.creatorId } }))).toBe(1)

  const [fay, gus] = [await finance(w, 'Fay'), await finance(w, 'Gus')]
  w.at('2027-04-15T12:00:00Z')
  await fay.run('payout prepare')
  const { id: batch } = await w.within((ctx) => ctx.db.batch.findFirstOrThrow())
  await gus.ask('payout confirm', { batch })
  await gus.press('Confirm and release')
  await w.app.runJob('privacy')
  expect(await erasureOf(eve)).toMatchObject({ state: 'closing' })
  const { reference } = await w.within((ctx) => ctx.db.payment.findFirstOrThrow({ where: { creatorId: eve.creatorId } }))
  expect(await fay.run('payout settle', { payment: reference })).toContain('has arrived')
  w.at('2027-04-15T14:00:00Z')
  await w.app.runJob('privacy')
  expect(await erasureOf(eve)).toMatchObject({ state: 'done' })
  const payment = await w.within((ctx) => ctx.db.payment.findFirstOrThrow({ where: { creatorId: eve.creatorId } }))
  expect(payment).toMatchObject({ minor: 5_000n, state: 'settled', shown: '(removed)' })
  expect(w.app.sealer.unseal(Buffer.from(payment.sealed, 'base64')).toString()).not.toContain('Lind')
})

test('only while erasing, only the named columns, only of the own program: else the books refuse every change', async () => {
  const change = (erasing: string, column: 'because' | 'minor') =>
    w.within(async (ctx) => {
      await ctx.db.$executeRaw`SELECT set_config('troupe.erasing', ${erasing}, true)`
      if (column === 'because') await ctx.db.$executeRaw`UPDATE "Transfer" SET because = '{}'`
      else await ctx.db.$executeRaw`UPDATE "Transfer" SET minor = minor + 1`
    })
  const refused = /append-only|permission denied/
  await expect(change('', 'because')).rejects.toThrow(refused)
  await expect(change('prg_other', 'because')).rejects.toThrow(refused)
  await expect(change(w.programId, 'minor')).rejects.toThrow(refused)
  await expect(w.app.database.owner.query(`UPDATE "Transfer" SET minor = minor + 1`)).rejects.toThrow(/append-only/)
  const asOwner = `BEGIN; SELECT set_config('troupe.erasing', '${w.programId}', true); UPDATE "Transfer" SET minor = minor + 1; COMMIT`
  const client = await w.app.database.owner.connect()
  await expect(client.query(asOwner)).rejects.toThrow(/append-only/)
  await client.query('ROLLBACK')
  client.release()
})

test('after ninety days a click says that it was, and not whose; a list that was handed over goes after thirty', async () => {
  w.at('2027-05-01T12:00:00Z')
  const kim = await w.creator('Kim')
  const { slug } = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: kim.creatorId } }))
  await w.click(slug, { referer: 'https://blog.example/post' })
  const click = () => w.within((ctx) => ctx.db.click.findFirstOrThrow({}))
  const list = await w.within((ctx) => ctx.store(Buffer.from('handle,email\n@bo,bo@example.com\n'), 'roster.csv'))
  w.at('2027-05-30T12:00:00Z')
  await w.app.runJob('retention')
  expect(await w.app.media.has(list.sha256)).toBe(true)
  w.at('2027-07-29T12:00:00Z')
  await w.app.runJob('retention')
  expect(await w.app.media.has(list.sha256)).toBe(false)
  expect((await click()).visitor).not.toBe('')
  w.at('2027-07-31T12:00:00Z')
  await w.app.runJob('retention')
  expect(await click()).toMatchObject({ ip: null, userAgent: null, referer: null, visitor: '', uniqueInHour: true })
})

test('what a network brought is known of it after ninety days as before, by the network alone', async () => {
  const network = await w.within(async (ctx) => {
    const [from, to] = [days(ctx.now, -100), days(ctx.now, -95)]
    const link = await ctx.db.link.findFirstOrThrow({})
    const told = {
      ip: '192.0.2.0',
      userAgent: 'Mozilla/5.0',
      referer: 'https://l.instagram.com/?u=https%3A%2F%2Fx.example&e=AT0',
      visitor: 'v',
    }
    const id = ctx.id('click')
    await ctx.db.click.create({ data: { id, programId: w.programId, linkId: link.id, at: from, uniqueInHour: true, ...told } })
    return async () => {
      const { referer } = await w.within((now) => now.db.click.findFirstOrThrow({ where: { id } }))
      const brought = await w.within((now) => tallies(now, { from, to, by: 'platform', brief: true }))
      return [brought.get('instagram')?.clicks, referer]
    }
  })
  expect(await network()).toEqual([1, 'https://l.instagram.com/?u=https%3A%2F%2Fx.example&e=AT0'])
  await w.app.runJob('retention')
  expect(await network()).toEqual([1, 'https://instagram.com'])
})

test('bytes whose process ended before it removed them go in the next night', async () => {
  const list = await w.within((ctx) => ctx.store(Buffer.from('handle,email\n@cy,cy@example.com\n'), 'roster.csv'))
  const again = await w.within((ctx) => ctx.store(Buffer.from('handle,email\n@di,di@example.com\n'), 'roster.csv'))
  w.at('2027-09-30T12:00:00Z')
  // What the night's transaction does, and then nothing more.
  expect((await w.within(dropLists)).sort()).toEqual([list.sha256, again.sha256].sort())
  expect(await w.app.media.has(list.sha256)).toBe(true)
  // One of the lists is handed over again before that.
  await w.within((ctx) => ctx.store(Buffer.from('handle,email\n@di,di@example.com\n'), 'roster.csv'))
  await w.app.runJob('retention')
  expect([await w.app.media.has(list.sha256), await w.app.media.has(again.sha256)]).toEqual([false, true])
  expect(await w.within((ctx) => ctx.db.leftover.count())).toBe(0)
})

test('reports that name somebody go with them, and any report after thirty days: it is made anew whenever it is asked for', async () => {
  const reports = () => w.within((ctx) => ctx.db.paper.findMany({ where: { what: { startsWith: 'report ' } } }))
  w.at('2028-01-10T12:00:00Z')
  const ida = await w.creator('Ida')
  await ana.run('report pdf', { creator: ida.creatorId })
  await ana.run('report csv', { of: ida.creatorId })
  const names = (await reports()).map(({ fileId }) => fileId)
  const files = await w.within((ctx) => ctx.db.file.findMany({ where: { id: { in: names } } }))
  expect(files).toHaveLength(2)
  await ida.run('privacy delete', { sure: 'yes' })
  for (const at of ['2028-01-26T12:00:00Z', '2028-01-26T14:00:00Z']) {
    w.at(at)
    await w.app.runJob('privacy')
  }
  expect(await erasureOf(ida)).toMatchObject({ state: 'done' })
  expect(await reports()).toEqual([])
  for (const { sha256 } of files) expect(await w.app.media.has(sha256)).toBe(false)

  await ana.run('report pdf')
  w.at('2028-02-24T12:00:00Z')
  await w.app.runJob('retention')
  expect(await reports()).toHaveLength(1)
  w.at('2028-02-26T12:00:00Z')
  await w.app.runJob('retention')
  expect(await reports()).toEqual([])
})

test('papers that are kept stand in the way of no list that may go', async () => {
  const programId = w.programId
  await w.within(async (ctx) => {
    const own = Array.from({ length: 501 }, (_, n) => ({ id: ctx.id('file'), programId, sha256: `kept ${n}` }))
    const kept = { mime: 'text/csv', bytes: 1, name: 'statement.csv', createdAt: ctx.now }
    await ctx.db.file.createMany({ data: own.map((one) => ({ ...kept, ...one })) })
    const what = { programId, what: 'statement 2026-10', creatorId: 'crt_x', createdAt: ctx.now }
    await ctx.db.paper.createMany({ data: own.map(({ id }) => ({ ...what, fileId: id })) })
  })
  w.at(days(w.now, 1))
  const list = await w.within((ctx) => ctx.store(Buffer.from('handle,email\n@ed,ed@example.com\n'), 'roster.csv'))
  w.at(days(w.now, 31))
  await w.app.runJob('retention')
  expect(await w.app.media.has(list.sha256)).toBe(false)
})
