import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { worklistOf } from '../../src/insight/queries.ts'
import { days, minutes } from '../../src/kernel/time.ts'
import { enlist } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a refused dispute is appealed once; with one manager alone, that one answers', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  await mia.run('dispute', { order: '5', reason: 'Mine' })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow())
  expect(await mia.run('appeal', { case: id, words: 'Too early' })).toContain('no decision against you to appeal')
  await ana.run('case decide', { case: id, verdict: 'refuse', reason: 'No shop knows it.' })
  await mia.press('Appeal')
  expect((await mia.fill({ words: 'Here is the receipt.' })).text).toContain('refused, and appealed')
  expect(await ana.sees('managers')).toContain('Appeal: order #5 of Mia')
  await ana.run('case decide', { case: id, verdict: 'refuse', reason: 'The receipt is of another shop.' })
  expect(await mia.sees()).toMatch(/Your appeal was heard; the decision stays\nBecause: The receipt is of another shop\./)
  expect(await mia.run('appeal', { case: id, words: 'Again' })).toContain('an appeal is heard once')
  expect(await ana.run('case decide', { case: id, verdict: 'refuse', reason: 'Again' })).toContain(
    'Ana has decided this case already.',
  )
})

test('whoever decided and connected an older account does not answer the appeal', async () => {
  const older = await w.applicant('Older')
  w.at(minutes(w.now, 1))
  const [ben, leo] = [await w.manager('Ben'), await enlist(w, 'Leo')]
  await leo.run('dispute', { order: '6', reason: 'Mine' })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: leo.creatorId } }))
  const answer = { case: id, verdict: 'refuse', reason: 'No shop knows it.' }
  await ben.run('case decide', answer)
  await leo.run('appeal', { case: id, words: 'Here is the receipt.' })
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await older.run('profile connect'))![0]
  expect(await ben.run('profile connect', { code })).toMatch(/^You are one person now/)
  expect(await ben.run('case decide', answer)).toContain('You made the decision that is appealed.')
  expect(await (await w.manager('Cleo')).run('case decide', answer)).not.toContain('Not allowed')
})

test('an appeal waits since it came, and is late like any case', async () => {
  const [eve, kim] = [await w.manager('Eve'), await enlist(w, 'Kim')]
  await kim.run('dispute', { order: '7', reason: 'Mine' })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: kim.creatorId } }))
  await eve.run('case decide', { case: id, verdict: 'refuse', reason: 'No shop knows it.' })
  w.at(days(w.now, 5))
  await kim.run('appeal', { case: id, words: 'Here is the receipt.' })
  const flo = await w.manager('Flo')
  expect(await flo.run('home')).toMatch(/1 case to decide, the oldest Wed, Nov 25, 2026/)
  // Another answers it.
  expect(await eve.run('home')).toContain('Nothing waits for you.')
  await w.app.runJob('messages')
  w.at('2026-12-07T08:00:00Z')
  await w.app.runJob('messages')
  expect(await eve.sees()).not.toContain('Your morning')
  expect(await flo.sees()).toMatch(/Your morning[\s\S]*Cases +1 +Wed, Nov 25, [^\n]+ 1\n/)
})

test('however many appeals wait, what waits is found by as many statements', async () => {
  const [gil, ina] = [await w.manager('Gil'), await enlist(w, 'Ina')]
  const statements = async () => {
    const asked = vi.spyOn(pg.Client.prototype, 'query')
    try {
      await w.within((ctx) => worklistOf(ctx, gil.personId))
      return asked.mock.calls.length
    } finally {
      asked.mockRestore()
    }
  }
  const appealed = async (order: string) => {
    await ina.run('dispute', { order, reason: 'Mine' })
    const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: ina.creatorId, appeal: null } }))
    await gil.run('case decide', { case: id, verdict: 'refuse', reason: 'No shop knows it.' })
    await ina.run('appeal', { case: id, words: 'Here is the receipt.' })
  }
  await appealed('91')
  const one = await statements()
  await appealed('92')
  expect(await statements()).toBe(one)
})

test('what called the managers to a case says that it is decided, and no longer asks for it', async () => {
  const [tim, uma, pia] = [await w.manager('Tim'), await w.manager('Uma'), await enlist(w, 'Pia')]
  await pia.run('dispute', { order: '8', reason: 'Mine' })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: pia.creatorId } }))
  w.at(days(w.now, 10))
  await w.app.runJob('trust')
  expect(await tim.sees('managers')).toMatch(/A case is late: order #8 of Pia\nIts answer was promised/)
  await tim.run('case decide', { case: id, verdict: 'refuse', reason: 'No shop knows it.' })
  await pia.run('appeal', { case: id, words: 'Here is the receipt.' })
  expect(await tim.sees('managers')).toMatch(/A case was late: order #8 of Pia\nIt is decided: refused\.\n\[See everything\]/)
  expect(await tim.sees('managers')).toMatch(/Appeal: order #8 of Pia[^[]*\[Decide the appeal\]/)
  await uma.run('case decide', { case: id, verdict: 'refuse', reason: 'The receipt is of another shop.' })
  expect(await uma.sees('managers')).toMatch(/Appeal: order #8 of Pia\nIt is decided: refused\.\n\[See everything\]/)
})
