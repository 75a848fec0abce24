import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('ended early, its offer ends with it, and nobody joins any more', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  await ana.ask('moment start', { kind: 'flash', headline: 'One hour', hours: '6', seats: '2', percent: '30' })
  const { id } = await w.within((ctx) => ctx.db.moment.findFirstOrThrow())
  await mia.run('moment join', { moment: id })
  w.at('2026-11-20T13:00:00Z')
  expect(await ana.run('moment end', { moment: id })).toContain('Ended: One hour')
  expect(await w.within((ctx) => ctx.db.offer.findFirstOrThrow())).toMatchObject({ endsAt: w.now })
  expect(await w.within((ctx) => ctx.db.moment.findFirstOrThrow())).toMatchObject({ state: 'ended', endsAt: w.now })
  expect(await mia.run('moment end', { moment: id })).toContain('is for managers')
  expect(await ana.run('moment end', { moment: id })).toContain('is over already')
})

test('what waited for the morning is not said once the moment is over', async () => {
  const [root, ana, zoe] = [await w.admin('Root'), await w.manager('Bea'), await enlist(w, 'Zoe')]
  await root.run('setup community', { moment_push: 'yes' })
  w.at('2026-11-24T21:30:00Z')
  await ana.run('moment start', { kind: 'flash', headline: 'Tonight only', hours: '2', seats: '2' })
  expect(await zoe.sees()).not.toContain('Tonight only')
  for (const at of ['2026-11-25T01:00:00Z', '2026-11-25T09:00:00Z']) {
    w.at(at)
    await w.tick()
  }
  expect(await zoe.sees()).not.toContain('Tonight only')
  expect(await zoe.sees('missions')).toContain('Tonight only')
})

test('who was told in private has no Join there once they are in, and no button once it is over', async () => {
  w.at('2026-11-25T10:00:00Z')
  const [ana, mia, kai] = [await w.manager('Cleo'), await enlist(w, 'Mara'), await enlist(w, 'Kai')]
  await ana.run('moment start', { kind: 'flash', headline: 'Noon sale', hours: '2', seats: '1' })
  await w.tick()
  const told = (said: string) => said.slice(said.indexOf('Flash sale: Noon sale'))
  expect(told(await kai.sees())).toMatch(/Seats +1 in all, for who comes first[\s\S]*\[Join\]/)
  const { id } = await w.within((ctx) => ctx.db.moment.findFirstOrThrow({ where: { headline: 'Noon sale' } }))
  await mia.run('moment join', { moment: id })
  await w.tick()
  expect(told(await mia.sees())).toMatch(/Seats +You are in[\s\S]*\[Hand in content\]/)
  await ana.run('moment end', { moment: id })
  w.at('2026-11-25T10:01:00Z')
  await w.tick()
  for (const one of [mia, kai]) {
    expect(told(await one.sees())).toContain('This moment is over.')
    expect(told(await one.sees())).not.toMatch(/\[Join\]|\[Hand in content\]/)
  }
})
