import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import type { Persona } from '../../chat.ts'
import { openShare, shared } from '../../customers.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w)
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('what waits, oldest first, with a look at each; nothing else', async () => {
  expect(await ana.run('share list')).toContain('Everything is answered.')
  await shared(w, { words: 'First', rating: '2' })
  w.at('2026-11-20T12:01:00Z')
  expect(await ana.run('share list', { which: 'approved' })).toContain('Nothing of customers is approved')
  const second = await shared(w, { words: 'Second', name: 'Lo' })
  const listed = await ana.run('share list')
  expect(listed).toMatch(/From customers: 2 wait[\s\S]*Kim: Words · ★★☆☆☆ 2 of 5[\s\S]*First[\s\S]*Lo: Words[\s\S]*Second/)
  expect((await ana.press('Look')).text).toContain('Proof of consent')
  await second.kim.push('Take it back now')
  expect(await ana.run('share list')).toContain('From customers: 1 waits')
  const { id } = await w.within((ctx) => ctx.db.share.findFirstOrThrow({ where: { state: 'submitted' } }))
  await ana.run('share approve', { share: id })
  expect(await ana.run('share list', { which: 'approved' })).toMatch(
    /May be shown today: 1\nKim: Words · ★★☆☆☆ 2 of 5[\s\S]*First/,
  )
})
