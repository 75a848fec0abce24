import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../../src/http/dashboard.ts'
import { payouts } from '../../../src/http/payouts.ts'
import { Browser, words } from '../../browser.ts'
import { buttonsOf, type Persona } from '../../chat.ts'
import { finance, ibans, payable } from '../../rooms/payees.ts'
import { type World, world } from '../../world.ts'

let w: World
let fay: Persona
let batch: string
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z', mounts: (app) => [dashboard(app), payouts(app)] })
  fay = await finance(w, 'Fay')
  const gus = await finance(w, 'Gus')
  await payable(w, 'Mia', 5_000)
  await payable(w, 'Ben', 3_000, { name: '=HYPERLINK("x")', iban: ibans[2]! })
  await payable(w, 'Kim', 4_000, { method: 'wise', iban: '', email: 'kim@example.com' })
  w.at('2026-12-15T12:00:00Z')
  await fay.run('payout prepare')
  batch = (await w.within((ctx) => ctx.db.batch.findFirstOrThrow())).id
  await gus.ask('payout confirm', { batch })
  await gus.press('Confirm and release')
})
afterAll(() => w.close())

const browser = async () => new Browser((await w.serve()).server)
const tokenIn = (html: string) => /name="token" value="([^"]+)"/.exec(html)![1]!
const upload = (one: Browser, text: string) => {
  const edge = 'edge-of-parts'
  const parts = [
    `--${edge}\r\ncontent-disposition: form-data; name="token"\r\n\r\n${tokenIn(one.page.html)}\r\n`,
    `--${edge}\r\ncontent-disposition: form-data; name="results"; filename="r.csv"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`,
    `--${edge}--\r\n`,
  ]
  return one.send({
    method: 'POST',
    url: `/payouts/${batch}/results`,
    headers: { 'content-type': `multipart/form-data; boundary=${edge}`, 'sec-fetch-site': 'same-origin' },
    payload: parts.join(''),
  })
}

test('the page shows accounts in full and makes files; the answer of the bank settles and fails, and again it changes nothing', async () => {
  const { card, text } = await fay.ask('payout files', { batch })
  expect(text).not.toContain(ibans[0])
  const button = buttonsOf(card!).find((one) => 'url' in one)!
  const one = await browser()
  await one.post('url' in button ? new URL(button.url).pathname : '', {})
  const page = one.page.html
  expect([page.includes(ibans[0]!), page.includes('Bank list (CSV): 2'), page.includes('Wise batch (CSV): 1')]).toEqual([
    true,
    true,
    true,
  ])
  const file = await one.post(`/payouts/${batch}/file`, { token: tokenIn(page), format: 'bank' })
  expect(file.headers['content-disposition']).toMatch(/^attachment; filename="payout-2026-12-15-[0-9a-z]{6}-bank\.csv"$/)
  expect(file.html).toContain(`"'=HYPERLINK(""x"")",${ibans[2]}`)
  expect(await w.within((ctx) => ctx.db.payment.count({ where: { exportedAt: { not: null } } }))).toBe(2)

  const refs = await w.within((ctx) => ctx.db.payment.findMany({ where: { batchId: batch }, orderBy: { minor: 'asc' } }))
  const answer = `id,status,reference,reason\n1,Completed,${refs[2]!.reference},\n2,Returned,${refs[0]!.reference},Account closed\n3,who knows,${refs[1]!.reference},\n`
  await one.get(`/payouts/${batch}`)
  await upload(one, answer)
  expect(words(one.page.html)).toMatch(/1 arrived 1 came back.*Line 4 says “who knows”, which we do not know/)
  await upload(one, answer)
  expect(words(one.page.html)).toMatch(/0 arrived 0 came back.*2 were known already/)
  expect(
    (await w.within((ctx) => ctx.db.payment.findMany({ where: { batchId: batch }, orderBy: { minor: 'asc' } }))).map((p) => [
      p.state,
      p.providerRef ?? p.reason,
    ]),
  ).toEqual([
    ['failed', '2'],
    ['confirmed', null],
    ['settled', '1'],
  ])
  await upload(one, 'name,amount\nMia,5')
  expect([one.page.status, words(one.page.html).includes('No column of this file says what became of the payments')]).toEqual([
    400,
    true,
  ])
})

test('nobody without finance, and no batch of another program', async () => {
  expect((await (await browser()).get(`/payouts/${batch}`)).status).toBe(401)
  const ana = await browser()
  await ana.signIn(await w.manager('Ana'))
  expect((await ana.get(`/payouts/${batch}`)).status).toBe(403)
  const mine = await browser()
  await mine.signIn(fay)
  expect(words(mine.page.html)).toContain('Payouts')
  expect((await mine.get('/payouts/bat_01JD0000000000000000000BAT')).status).toBe(404)
  expect((await mine.post(`/payouts/${batch}/file`, { token: 'x', format: 'bank' })).status).toBe(403)
  expect(
    (await mine.post(`/payouts/${batch}/file`, { token: 'x', format: 'bank' }, { 'sec-fetch-site': 'cross-site' })).status,
  ).toBe(403)
})
