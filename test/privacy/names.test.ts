/** Whose name goes where somebody was forgotten: theirs, however short, and neither that of others nor a word of ours. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttons, card, table } from '../../src/kernel/card.ts'
import { days, hours } from '../../src/kernel/time.ts'
import { advance } from '../../src/privacy/erase.ts'
import type { Persona } from '../chat.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

async function forget(...leaving: Persona[]): Promise<void> {
  for (const one of leaving) await one.run('privacy delete', { sure: 'yes' })
  const day = days(w.now, 14)
  for (const later of [0, 2, 3]) {
    w.at(hours(day, later))
    for (const job of ['privacy', 'deliver']) await w.app.runJob(job)
  }
  const personId = { in: leaving.map((one) => one.personId) }
  expect(await w.within((ctx) => ctx.db.erasure.count({ where: { personId, state: 'done' } }))).toBe(leaving.length)
}

test('others keep a name that holds that of somebody who was forgotten', async () => {
  const anna = await w.creator('Anna')
  await w.creator('Anna Berg', { handle: '@berg.glow', email: 'berg@example.com' })
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'pair', card('A week of two', 'Anna and Anna Berg sold the most.')))
  await forget(anna)
  expect(await ana.sees('applications')).toContain('Anna Berg (@berg.glow)')
  expect(await ana.sees('wins')).toContain('Former creator and Anna Berg sold the most.')
})

test('whoever is called as a part of a card takes their name along and leaves the cards whole', async () => {
  const [text, home] = [await w.creator('Text'), await w.creator('Home')]
  const told = card('Text was first', 'A day for the books.', buttons({ label: 'See it', run: 'home' }))
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'text', told))
  await forget(text, home)
  expect(await ana.sees('wins')).toContain('Former creator was first\nA day for the books.')
  const [post] = await w.within((ctx) => ctx.db.outbox.findMany({ where: { audience: 'wins', key: 'text' } }))
  expect(post?.payload).toMatchObject({ card: { ...told, title: 'Former creator was first' } })
})

test('a name of two letters goes where it stands alone, and not as a part of what is said', async () => {
  const bo = await w.creator('Bo', { handle: '@bo.knows.glow' })
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'board', card('The week', table(['Who'], [[['Bo']], [['Bo Lind']]]))))
  await forget(bo)
  const [post] = await w.within((ctx) => ctx.db.outbox.findMany({ where: { audience: 'wins', key: 'board' } }))
  expect(JSON.stringify(post?.payload)).toContain('[["Former creator"]],[["Bo Lind"]]')
})

test('why a gift was called off is our word, and stays with the gifts of others', async () => {
  const [kai, lou] = [await w.creator('Kai'), await w.creator('Lou')]
  const to = { address: 'Rose Lane 4\n10115 Berlin', country: 'de' }
  for (const one of [kai, lou]) await one.run('gift ask', { product: 'Serum', why: 'Mornings.', name: one.name, ...to })
  await kai.run('leave', { sure: 'yes' })
  await forget(lou)
  expect(await ana.sees('managers')).toMatch(/Serum for Kai: declined[\s\S]*Why: Its creator is no longer in the program\./)
})

test('what a shopper’s bank said is no word of theirs, and stays in the cases of others', async () => {
  const [jan, ida] = [await enlist(w, 'Jan'), await enlist(w, 'Ida')]
  for (const [n, one] of [jan, ida].entries()) {
    const lost = { type: 'order.disputed' as const, at: '2026-11-20T11:40:00Z', outcome: 'lost' as const }
    await tell(w, order(`b${n}`, { codes: [one.code] }), { ...lost, orderId: `b${n}`, disputeId: `dp-${n}` })
  }
  const said = 'The bank gave the shopper the money back, so the order earned nothing.'
  expect(await ida.sees()).toContain(said)
  await forget(jan)
  expect(await ida.sees()).toContain(said)
})

test('what a shop told of an order names no code any more that was made of their name, however short', async () => {
  const mia = await w.creator('Mia', { handle: '@mia' })
  const { code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
  expect(code).toBe('MIA10')
  const told = { id: 'o-1', at: w.now.toISOString(), currency: 'EUR', total: '100.00', codes: [code, 'SPRING'] }
  await w.hook('generic', { type: 'order.created', data: told })
  const facts = async () =>
    JSON.stringify(await w.within((ctx) => ctx.db.inbox.findMany({ where: { source: 'generic' }, select: { facts: true } })))
  expect(await facts()).toContain('"codes":["MIA10","SPRING"]')
  await mia.run('privacy delete', { sure: 'waive' })
  for (const later of [14, 60, 61]) {
    w.at(days(w.now, later))
    for (const job of ['due', 'privacy', 'deliver', 'privacy']) await w.app.runJob(job)
  }
  expect(await facts()).toContain('"codes":["Former creator","SPRING"]')
})

test('what an earlier version had begun goes on, and spares the name that somebody else has too', async () => {
  const uma = await w.creator('Uma')
  const { personId } = await w.applicant('Namesake')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId }, data: { name: 'UMA' } }))
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'uma', card('UMA sold the most')))
  await uma.run('privacy delete', { sure: 'yes' })
  const day = days(w.now, 14)
  w.at(day)
  await w.within(advance)
  w.at(hours(day, 2))
  await w.within(advance)
  await w.within(async (ctx) => {
    const { id, traces } = await ctx.db.erasure.findFirstOrThrow({ where: { personId: uma.personId, state: 'erasing' } })
    const { words, texts, ids } = JSON.parse(ctx.unseal(traces!))
    const before = { words, texts, ids, shared: ['UMA'] }
    await ctx.db.erasure.update({ where: { id }, data: { traces: ctx.seal(JSON.stringify(before)) } })
  })
  await w.app.runJob('privacy')
  await w.app.runJob('deliver')
  expect(await ana.sees('wins')).toContain('UMA sold the most')
})
