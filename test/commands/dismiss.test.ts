import { afterAll, beforeAll, expect, test } from 'vitest'
import { intendMail } from '../../src/db/outbox.ts'
import { card } from '../../src/kernel/card.ts'
import { buttonsOf } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
  w.app.log.level = 'silent'
})
afterAll(() => w.close())

test('a delivery that can never be read is put away by one press, and waits for nobody any more', async () => {
  const ana = await w.manager('Ana')
  const event = { type: 'order.created', data: { id: '9' } }
  await w.hook('generic', event, { id: 'msg_9' })
  expect(await ana.run('parked')).toMatch(/from generic[\s\S]*data\./)
  expect((await ana.press('Dismiss')).text).toContain('It is put away')
  await w.tick()
  expect(await ana.sees('managers')).toMatch(/A parked delivery was dismissed[\s\S]*Ana put it away/)
  expect(await ana.run('parked')).toContain('Nothing is parked')
  expect(await ana.run('home')).toContain('All clear')
  // Sent once more it changes nothing, and what was said of it is kept.
  await w.hook('generic', event, { id: 'msg_9' })
  const row = await w.within((ctx) => ctx.db.inbox.findFirstOrThrow({ where: { externalId: 'msg_9' } }))
  expect(row).toMatchObject({ state: 'done', answer: { dismissed: true }, error: expect.stringContaining('data.') })
  expect(await ana.run('dismiss', { delivery: row.id })).toContain('not parked any more')
  expect(await (await w.creator('Mia')).run('dismiss', { delivery: row.id })).toContain('is for managers')
})

test('a post is put away until there is something new to show; what something waits for can only be tried again', async () => {
  const ana = await w.manager('Ben')
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'lost', card('Lost')))
  const { id } = await w.within(async (ctx) => {
    await ctx.db.outbox.updateMany({ where: { key: 'lost' }, data: { state: 'parked', error: 'Unknown Channel' } })
    return ctx.db.outbox.findFirstOrThrow({ where: { key: 'lost' } })
  })
  await w.within((ctx) => ctx.db.outbox.updateMany({ where: { id }, data: { kind: 'call' } }))
  expect(buttonsOf((await ana.ask('parked')).card!).map(({ label }) => label)).toEqual(['Try again'])
  expect(await ana.run('dismiss', { post: id })).toContain('a task that something waits for')
  await w.within((ctx) => ctx.db.outbox.updateMany({ where: { id }, data: { kind: 'post' } }))
  await ana.ask('parked')
  expect((await ana.press('Dismiss')).text).toContain('It is put away')
  expect(await ana.run('parked')).toContain('Nothing is parked')
  await w.tick()
  expect(await ana.sees('wins')).not.toContain('Lost')
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'lost', card('Found')))
  await w.tick()
  expect(await ana.sees('wins')).toContain('Found')
})

test('nothing is kept of a letter that was put away, and what was fetched still says nothing of the webhooks', async () => {
  const ana = await w.manager('Cleo')
  const [mail, delivery] = await w.within(async (ctx) => {
    await intendMail({ db: ctx.db, now: ctx.now, programId: ctx.program.id, id: ctx.id }, 'letter', 'sealed words')
    await ctx.db.outbox.updateMany({ where: { key: 'letter' }, data: { state: 'parked' } })
    const told = { programId: ctx.program.id, source: 'shopify', externalId: 'x', state: 'parked', answer: { fetched: true } }
    const { id } = await ctx.db.inbox.create({ data: { id: ctx.id('inbox'), bodyHash: '', receivedAt: ctx.now, ...told } })
    return [(await ctx.db.outbox.findFirstOrThrow({ where: { key: 'letter' } })).id, id]
  })
  await ana.run('dismiss', { post: mail! })
  await ana.run('dismiss', { delivery: delivery! })
  expect(await w.within((ctx) => ctx.db.outbox.findUniqueOrThrow({ where: { id: mail! } }))).toMatchObject({ payload: {} })
  const { answer } = await w.within((ctx) => ctx.db.inbox.findUniqueOrThrow({ where: { id: delivery! } }))
  expect(answer).toEqual({ fetched: true, dismissed: true })
})
