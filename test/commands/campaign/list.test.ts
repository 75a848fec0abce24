import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'
import { drafted, opened } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('newest first, page by page, with ways to a new one', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('campaign list')).toContain('There is none yet.')
  for (let n = 0; n < 10; n++) await opened(w, { title: `Number ${n}` })
  w.at('2026-11-20T13:00:00Z')
  await drafted(w, { title: 'The draft' })
  const text = await ana.run('campaign list')
  expect(text).toContain('The draft: draft')
  for (const button of ['[New mission]', '[Duplicate last]', '[Next]', 'Honest review']) expect(text).toContain(button)
  expect((await ana.press('Next')).text.match(/Number/g)).toHaveLength(1)
  expect((await ana.press('Duplicate last')).text).toContain('Draft: The draft')
})

test('one that is over does not say that it still closes', async () => {
  const bo = await w.manager('Bo')
  await opened(w, { title: 'Over', closesAt: days(w.now, 1) })
  const early = await opened(w, { title: 'Ended early', closesAt: days(w.now, 30) })
  await bo.ask('campaign close', { mission: early, sure: 'yes' })
  expect(await bo.run('campaign list')).toMatch(/Over: open\n.* · closes: /)
  w.at(days(w.now, 2))
  const text = await bo.run('campaign list')
  expect(text).toMatch(/Over: closed\n.* · closed: /)
  expect(text).toMatch(/Ended early: closed\n.* spent\n/)
})
