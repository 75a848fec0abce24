import { afterAll, beforeAll, expect, test } from 'vitest'
import { payee } from '../../src/http/payee.ts'
import { dashboard } from '../../src/http/dashboard.ts'
import { type World, world } from '../world.ts'
import { enter, german, finance } from './payees.ts'
import { enlist, order, refund, tell } from './shop.ts'
let w: World
beforeAll(async () => { w = await world({ now: '2026-11-20T12:00:00Z', mounts: (app) => [dashboard(app), payee(app)] }) })
afterAll(() => w.close())
const say = (head: string, text: string) => console.log(`##### ${head}\n${text}\n`)
test('walk', async () => {
  const root = await w.admin('Root'); const ana = await w.manager('Ana'); const ben = await w.manager('Ben')
  const mia = await enlist(w, 'Mia')
  say('tier set form', (await root.ask('tier set')).text)
  say('tier set', (await root.ask('tier set', { measure: 'revenue', window: 'month', mode: 'retroactive', steps: 'Silver 500 12 %; Gold 2000 15 %' }).catch((e) => ({ text: String(e) }))).text)
  for (const l of ['Confirm', 'Make the change']) { try { say('press ' + l, (await root.press(l)).text); break } catch (e) { say('no ' + l, String(e).slice(0, 200)) } }
  say('rate set form', (await root.ask('rate set')).text)
  say('rate set', await root.run('rate set', { name: 'Serum', pays: '20 %', skus: 'GLOW-1, GLOW-2' }).catch(String))
  try { say('press Confirm', (await root.press('Confirm')).text) } catch (e) { say('no', String(e).slice(0, 200)) }
  say('rate list', await root.run('rate list'))
  say('tier list', await root.run('tier list')); say('tier show', await mia.run('tier show'))
  const email = await w.within(async (ctx) => ctx.hash('mia@example.com'))
  await tell(w, order('1', { codes: ['MIA10'], shopper: { email } }), order('2', { codes: ['MIA10'], base: { minor: '60000', currency: 'EUR' }, components: {}, items: [{ sku: 'GLOW-1', quantity: 1, net: { minor: '30000', currency: 'EUR' } }] }))
  say('why 2', await mia.run('why', { order: '#2' }))
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow())
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'Your own order.' })
  say('appeal form', (await mia.ask('appeal')).text)
  say('appeal', await mia.run('appeal', { case: id, words: 'A gift.' }))
  say('case show', await ben.run('case show', { case: id }))
  await ben.run('case decide', { case: id, verdict: 'release', reason: 'Fine.' })
  say('mia sees', (await mia.sees()).slice(-2500))
  say('why 1', await mia.run('why', { order: '#1' }))
  await enter(w, mia, german('Mia Lind'))
  const fay = await finance(w, 'Fay'); const gus = await finance(w, 'Gus')
  w.at('2026-12-05T10:00:00Z'); await w.tick(); w.at('2026-12-15T10:00:00Z'); await w.tick()
  say('prepare', (await fay.ask('payout prepare')).text)
  for (const l of ['Prepare', 'Prepare payouts', 'Prepare them']) { try { say('press ' + l, (await fay.press(l)).text); break } catch (e) { say('no ' + l, String(e).slice(0, 120)) } }
  say('gus sees', (await gus.sees()).slice(-800))
  const batch = await w.within((ctx) => ctx.db.batch.findFirstOrThrow())
  say('confirm', (await gus.ask('payout confirm', { batch: batch.id })).text)
  say('press', (await gus.press('Confirm and release')).text)
  say('why prepared', (await mia.run('why', { order: '#2' })).match(/Hold ends.*\n.*\n.*/)?.[0] ?? '')
  say('files', (await fay.ask('payout files', { batch: batch.id })).text)
  say('sent', (await fay.ask('payout sent', { batch: batch.id })).text)
  const payment = await w.within((ctx) => ctx.db.payment.findFirstOrThrow())
  say('settle', await fay.run('payout settle', { payment: payment.id }).catch(String))
  await tell(w, refund('2', 'r2', 60000))
  say('why paid', await mia.run('why', { order: '#2' })); say('why paid 1', await mia.run('why', { order: '#1' }))
  say('earnings', await mia.run('earnings'))
  say('mia sees', (await mia.sees()).slice(-1500))
}, 60000)
