import { afterAll, beforeAll, expect, test } from 'vitest'
import { houseOf } from '../../src/house.ts'
import { card, table } from '../../src/kernel/card.ts'
import { days } from '../../src/kernel/time.ts'
import { pressFor, pressId } from '../../src/platforms/press.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the rest of a list is shown to whoever was shown its beginning, in its own program, for a month', async () => {
  const mia = await w.applicant('Mia')
  const { press, given } = pressFor(card('Orders', table(['Order'], [['#61'], ['#62']])))
  const house = houseOf(w.app)
  await house.keepPresses('web', w.programId, [press])
  expect(await mia.run('more', given)).toBe('Orders\nOrder\n#61\n#62')

  const other = await w.neighbour()
  const { press: theirs, given: foreign } = pressFor(card('Secret', table(['Order'], [['#1']])))
  await w.app.within(other, (ctx) => ctx.db.press.create({ data: { ...theirs, programId: other, createdAt: ctx.now } }))
  const approve = { run: 'creator approve', given: { creator: 'crt_1' } }
  const id = pressId(approve.run, approve.given)
  await house.keepPresses('web', w.programId, [{ id, ...approve }])
  for (const forged of [foreign, { id }, { id: 'x'.repeat(22) }])
    expect(await mia.run('more', forged)).toContain('not kept any more')
  expect(await mia.run('more', press.given), 'only what is kept is shown').not.toContain('#61')

  w.at('2027-01-20T12:00:00Z')
  await w.app.runJob('due')
  expect(await mia.run('more', given)).toContain('not kept any more')
  expect(await house.press('web', w.programId, id), 'other presses stay').toBeDefined()
})

test('a list that is shown once more is kept for a month from then', async () => {
  const kim = await w.applicant('Kim')
  const { press, given } = pressFor(card('What you may do', table(['Command'], [['/apply'], ['/help']])))
  const house = houseOf(w.app)
  await house.keepPresses('web', w.programId, [press])
  w.at(days(w.now, 29))
  await house.keepPresses('web', w.programId, [press])
  w.at(days(w.now, 2))
  await w.app.runJob('due')
  expect(await kim.run('more', given)).toContain('/apply')
  w.at(days(w.now, 29))
  await w.app.runJob('due')
  expect(await kim.run('more', given)).toContain('not kept any more')
})
