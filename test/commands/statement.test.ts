import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../src/campaigns/plans.ts'
import { dashboard } from '../../src/http/dashboard.ts'
import { papers } from '../../src/http/papers.ts'
import { days, monthOf } from '../../src/kernel/time.ts'
import { closeMonth, planClose } from '../../src/ledger/close.ts'
import { payFee } from '../../src/ledger/service.ts'
import { statementOf } from '../../src/ledger/statement.ts'
import { Browser } from '../browser.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-10-20T10:00:00Z', mounts: (app) => [dashboard(app), papers(app)] })
})
afterAll(() => w.close())

const addressOf = (person: Persona, label: string): string => {
  const button = buttonsOf(person.last!).find((one) => one.label === label)
  return button && 'url' in button ? new URL(button.url).pathname : ''
}
const opened = async (path: string) => {
  const one = new Browser((await w.serve()).server)
  await one.get(path)
  return { one, answer: await one.post(one.page.url, {}) }
}

test('a creator gets their statement as PDF and as a list, and nobody else opens it', async () => {
  const mia = await enlist(w, 'Mia')
  const eve = await enlist(w, 'Eve')
  await tell(w, order('=1+1', { number: '=1+1', codes: [mia.code], at: '2026-10-19T10:00:00Z' }))
  expect(await mia.run('statement')).toContain('Provisional')
  w.at('2026-11-03T10:00:00Z')
  await w.within(async (ctx) => closeMonth(ctx, '2026-10', (await planClose(ctx, '2026-10')).hash))
  const text = await mia.run('statement')
  expect(text).toContain('Statement of October 2026')
  expect(text).toMatch(/Earned +€8\.00 in 1 row, [\s\S]*Closing balance +€8\.00/)
  expect(text).toContain('never changes')

  const list = await opened(addressOf(mia, 'Open list'))
  expect(list.answer.headers['content-type']).toContain('text/csv')
  expect(list.answer.html).toContain("2026-10-20,Commission,'=1+1,€80.00 × 10 % = €8.00,8.00,8.00,EUR")
  const { fileId } = await w.within((ctx) =>
    ctx.db.paper.findFirstOrThrow({ where: { what: 'statement 2026-10' }, orderBy: { createdAt: 'desc' } }),
  )
  expect((await list.one.get(`/papers/${fileId}`)).status).toBe(200)

  await eve.run('statement')
  const hers = await opened(addressOf(eve, 'Open PDF'))
  expect(hers.answer.headers['content-type']).toBe('application/pdf')
  expect((await hers.one.get(`/papers/${fileId}`)).status).toBe(404)
  const finance = await w.manager('Ada')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: finance.personId }, data: { finance: true } }))
  await finance.run('books liability')
  const theirs = await opened(addressOf(finance, 'Open list'))
  expect((await theirs.one.get(`/papers/${fileId}`)).status).toBe(200)
})

test('months are suggested from the first booking, and what is no month is said', async () => {
  const zoe = await enlist(w, 'Zoe')
  expect(await zoe.suggest('statement', 'month')).toEqual([{ label: 'November 2026', value: '2026-11' }])
  expect(await zoe.run('statement', { month: '2027-01' })).toContain('January 2027 has not begun yet.')
  expect(await zoe.run('statement', { month: 'May' })).toContain('is not a month')
})

test('what an approval pays is on no statement until its creator has heard of it; who has left reads of the fee alone', async () => {
  const una = await w.creator('Una')
  const ana = await w.manager('Ana')
  const { id: mission } = await w.within((ctx) =>
    addMission(ctx, { title: 'Winter', brief: 'Show the serum.', feeMinor: 50_00n, budgetMinor: 500_00n }),
  )
  await una.run('submit', { mission, url: 'https://www.instagram.com/p/una1/', caption: '#Werbung Look' })
  const { id } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: una.creatorId } }))
  await ana.run('review approve', { submission: id })
  expect(await una.run('statement')).toMatch(/Earned +€0\.00[\s\S]*Closing balance +€0\.00/)
  await una.run('leave', { sure: 'yes' })
  await ana.run('review tell', { submission: id })
  const told = await una.sees()
  expect(told).toContain('Approved: Winter')
  expect(told).not.toMatch(/Post it when you like|It is posted/)
  expect(await una.run('statement')).toMatch(/Earned +€50\.00[\s\S]*Closing balance +€50\.00/)
})

test('two who turn out to be one person find both papers of a month, and are told whose the amounts are', async () => {
  const [ida, ulla] = [await enlist(w, 'Ida'), await enlist(w, 'Ulla')]
  const fees = [
    [ida, 1_000],
    [ulla, 3_000],
  ] as const
  for (const [{ creatorId }, minor] of fees)
    await w.within((ctx) =>
      payFee(ctx, { submissionId: creatorId, creatorId, fee: { minor: BigInt(minor), currency: 'EUR' }, because: {} }),
    )
  const month = monthOf(w.now, 'Europe/Berlin')
  w.at(days(w.now, 40))
  await w.within(async (ctx) => closeMonth(ctx, month, (await planClose(ctx, month)).hash))
  const payee = { name: 'Ida Lind', address: ['Ring 1'], country: 'DE', vatId: '' }
  for (const { creatorId } of [ida, ulla]) await w.within((ctx) => statementOf(ctx, creatorId, month, payee))
  expect(await ida.run('statement', { month })).not.toContain('one account each')
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await ida.run('profile connect'))?.[0] ?? ''
  expect(await ulla.run('profile connect', { code })).toContain('You are one person now')
  const text = await ida.run('statement', { month })
  expect(text).toMatch(/Earned +€40\.00/)
  expect(text).toContain('What was given out was of one account each')
  const labels = buttonsOf(ida.last!).flatMap(({ label }) => (label.startsWith('Open PDF') ? [label] : []))
  expect(labels).toEqual(['Open PDF', expect.stringMatching(/^Open PDF 2026-0000[12]$/)])
  for (const label of labels) expect((await opened(addressOf(ida, label))).answer.headers['content-type']).toBe('application/pdf')
})

test('an approval of the last minutes of a month that can still be undone stands neither at its end nor at the beginning of the next', async () => {
  w.at('2027-01-31T22:55:00Z')
  const mission = await w.within((ctx) =>
    addMission(ctx, { title: 'Late', brief: 'Show the serum at night.', feeMinor: 5_000n, budgetMinor: 50_000n }),
  )
  const [ana, kim] = [await w.manager('Late judge'), await w.creator('Kim')]
  await kim.run('submit', { url: 'https://site.example/kim', mission: mission.id, caption: '#ad' })
  await ana.press('Approve')
  w.at('2027-01-31T23:02:00Z')
  const ends = async () => {
    const [of, next] = [await kim.run('statement', { month: '2027-01' }), await kim.run('statement', { month: '2027-02' })]
    return [of, next].map((text) => /Opening balance +€(\S+)[\s\S]*Closing balance +€(\S+)/.exec(text)?.slice(1))
  }
  expect(await ends()).toEqual([
    ['0.00', '0.00'],
    ['0.00', '0.00'],
  ])
  await ana.press('Tell now')
  expect(await ends()).toEqual([
    ['0.00', '50.00'],
    ['50.00', '50.00'],
  ])
})
