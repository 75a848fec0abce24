import { afterAll, beforeAll, expect, test } from 'vitest'
import { policySchema } from '../../../src/programs/rules.ts'
import type { Persona } from '../../chat.ts'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('empty says so', async () => {
  expect(await ana.run('creator list')).toBe('Creators\nThere are none yet.')
  expect(await ana.run('creator list', { state: 'applied' })).toContain('Nobody waits.')
})

test('pages of twenty; those who wait longest come first; picking one opens it', async () => {
  await w.within(async (ctx) => {
    for (let n = 0; n < 45; n++) {
      const at = new Date(ctx.now.getTime() - n * 60_000)
      const about = { name: `Creator ${n}`, handle: `@c${n}`, niche: 'food', country: 'AT', email: `c${n}@example.com` }
      const row = { ...about, personId: ctx.id('person'), state: 'applied', termsAt: at, appliedAt: at, createdAt: at }
      await ctx.db.creator.create({ data: { ...row, id: ctx.id('creator'), programId: ctx.program.id } })
    }
  })
  const first = await ana.ask('creator list', { state: 'applied' })
  expect(first.text).toContain('45 in all, page 1 of 3')
  expect(first.text).toMatch(/Creator 44 +@c44 +food +Austria/)
  expect(first.text).not.toContain('Creator 24 ')
  expect(first.text).not.toContain('[Go back]')
  expect((await ana.press('See more')).text).toContain('page 2 of 3')
  const last = await ana.press('See more')
  expect(last.text).toContain('page 3 of 3')
  expect(last.text).not.toContain('[See more]')
  expect((await ana.press('Go back')).text).toContain('page 2 of 3')
  const pick = first.card?.blocks.find((block) => block.block === 'choice')
  expect(pick).toMatchObject({ run: 'creator show', option: 'creator' })
  expect(pick?.choices).toHaveLength(20)
})

test('only managers look, and only at their own program', async () => {
  const mia = await w.applicant('Mia')
  expect(await mia.run('creator list')).toContain('Not allowed')
  const neighbour = await w.neighbour()
  expect(await w.app.within(neighbour, (ctx) => ctx.db.creator.count())).toBe(0)
})

test('a lead is no sale', async () => {
  const policy = policySchema.parse({ leadMinor: '500' })
  await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy } }))
  const [lea, sal] = [await enlist(w, 'Lea'), await enlist(w, 'Sal')]
  const about = { number: 'L-1', at: '2026-11-20T10:00:00Z', test: false, codes: [lea.code], shopper: {} }
  await tell(w, { type: 'lead.qualified', orderId: 'lead-1', ...about }, order('1', { codes: [sal.code] }))
  expect(await ana.run('creator show', { creator: lea.creatorId })).toMatch(/Sales +0/)
  const sellers = await ana.run('creator list', { sales: '1' })
  expect(sellers).toContain('Sal ')
  expect(sellers).not.toContain('Lea ')
})
