import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('one account of two creators is told to managers and holds nothing; cases follow whoever turns out to be one person', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  w.at(new Date(w.now.getTime() + 1))
  const leo = await enlist(w, 'Leo', { email: 'leo@mailinator.com' })
  await w.within(async (ctx) => {
    for (const creatorId of [mia.creatorId, leo.creatorId]) {
      const fixed = {
        sealed: '',
        country: 'DE',
        method: 'bank',
        shown: 'IBAN ends in 3000',
        accountHash: 'same',
        taxForm: 'none',
      }
      await ctx.db.payee.create({
        data: { id: ctx.id('payee'), programId: ctx.program.id, creatorId, ...fixed, createdAt: ctx.now, changedAt: ctx.now },
      })
    }
  })
  await tell(w, order('1', { codes: [leo.code] }))
  await w.app.runJob('trust')
  await w.app.runJob('trust')
  const alerts = await ana.sees('managers')
  expect(alerts.split('2 creators are paid to the same account; usual is 1.')).toHaveLength(3)
  expect(alerts).toContain('The creator’s own e-mail is at mailinator.com')
  expect(await w.within((ctx) => ctx.db.hold.count({ where: { caseId: { not: null } } }))).toBe(0)
  expect(await leo.sees()).not.toContain('on hold')

  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await leo.run('profile connect'))![0]
  await mia.run('profile connect', { code })
  const cases = await w.within((ctx) => ctx.db.case.findMany())
  expect(cases).toHaveLength(2)
  expect(new Set(cases.map(({ creatorId }) => creatorId)).size).toBe(1)
  expect(cases.filter(({ subject, creatorId }) => subject === `fraud:${creatorId}`)).toHaveLength(1)
})

test('addresses that exist for minutes are noticed while they are read, and only their hash is kept', async () => {
  const zoe = await enlist(w, 'Zoe')
  for (let n = 0; n < 4; n++) {
    const data = {
      id: `t${n}`,
      number: `#t${n}`,
      at: w.now.toISOString(),
      currency: 'EUR',
      total: '80.00',
      codes: [zoe.code],
      paid: true,
    }
    const answer = await w.hook('generic', {
      type: 'order.created',
      data: { ...data, customer: { email: `x${n}@mailinator.com` } },
    })
    expect(answer.statusCode).toBeLessThan(300)
  }
  expect(await w.within((ctx) => ctx.db.throwaway.count())).toBe(4)
  await w.app.runJob('trust')
  const signal = await w.within((ctx) => ctx.db.signal.findFirstOrThrow({ where: { rule: 'throwaway_email' } }))
  expect(signal.says).toBe('4 of 4 orders of a day have e-mail addresses that exist for minutes; usual is below 3 %.')
  expect(await zoe.sees()).toContain('the shoppers behind it cannot be told apart from invented ones')
})
