import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('managers see every case, creators their own without scores, rules or other people, and managers are reminded', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  const leo = await enlist(w, 'Leo')
  expect(await mia.run('case list')).toContain('There is no case about your orders.')
  const email = await w.within(async (ctx) => ctx.hash('mia@example.com'))
  await tell(w, order('1', { codes: [mia.code], shopper: { email } }))
  await leo.run('dispute', { order: '7', reason: 'Mine' })
  const all = await ana.run('case list')
  expect(all).toMatch(/Mia +suspicion +1 orders? +held until somebody decides/)
  expect(all).toMatch(/Leo +dispute +order #7 +waits for a decision/)
  const own = await mia.run('case list')
  expect(own).toContain('suspicion')
  expect(own).not.toContain('Leo')
  const shown = (await mia.press('See the case')).text
  expect(shown).toContain('We look at them because an order looks like your own purchase.')
  expect(shown).not.toMatch(/score|e-mail/i)
  expect(await leo.suggest('case show', 'case')).toMatchObject([{ label: 'dispute of Leo, order #7, open' }])
  expect((await ana.suggest('case show', 'case')).map(({ label }) => label)).toContain('suspicion of Mia, 1 order, held')

  w.at(days(w.now, 4))
  await w.app.runJob('trust')
  await w.app.runJob('trust')
  expect((await ana.sees('managers')).split('A case is due: order #7 of Leo')).toHaveLength(2)
  w.at(days(w.now, 1))
  await w.app.runJob('trust')
  expect(await ana.sees('managers')).toContain('A case is late: order #7 of Leo')
})

test('a case that waits is found behind any number of newer ones that are settled', async () => {
  const nia = await w.manager('Nia')
  const old = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { kind: 'dispute' } }))
  await w.within((ctx) =>
    ctx.db.case.createMany({
      data: Array.from({ length: 120 }, (_, n) => ({
        ...old,
        id: ctx.id('case'),
        state: 'released',
        reason: 'No shop knows it.',
        decidedBy: nia.personId,
        decidedAt: ctx.now,
        subject: `settled ${n}`,
        named: `S${n}`,
        createdAt: days(old.createdAt, 1),
      })),
    }),
  )
  expect(await nia.run('case list')).toMatch(/Leo +dispute +order #7 +waits for a decision/)
  expect(await nia.suggest('case decide', 'case', '#7')).toMatchObject([{ value: old.id }])
  expect(await nia.suggest('case show', 'case', 'S119')).toHaveLength(1)
})

test('of many cases that are late each is named once, also beyond those of one round', async () => {
  const [late] = await w.within((ctx) => ctx.db.case.findMany({ where: { kind: 'dispute', state: 'open' }, take: 1 }))
  await w.within((ctx) =>
    ctx.db.case.createMany({
      data: Array.from({ length: 60 }, (_, n) => ({ ...late!, id: ctx.id('case'), subject: `late ${n}`, named: `L${n}` })),
    }),
  )
  for (let round = 0; round < 3; round++) await w.app.runJob('trust')
  const told = await w.within((ctx) => ctx.db.caseEvent.groupBy({ by: ['caseId'], where: { kind: 'late' }, _count: true }))
  expect([told.length, ...new Set(told.map(({ _count }) => _count))]).toEqual([62, 1])
})
