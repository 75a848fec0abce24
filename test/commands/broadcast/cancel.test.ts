import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendDue } from '../../../src/messages/send.ts'
import { written } from '../../broadcasts.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('what was cancelled reaches nobody any more', async () => {
  const id = await written(w, ana, 'News')
  await ana.run('broadcast send', { broadcast: id, day: '2026-11-25' })
  await w.app.runJob('messages')
  expect(await ana.run('broadcast cancel', { broadcast: id })).toContain('1 creator would still have got it.')
  w.at('2026-11-25T12:00:00Z')
  await w.app.runJob('messages')
  expect(await mia.sees()).not.toContain('News')
  expect(await ana.run('broadcast cancel', { broadcast: id })).toContain('This broadcast is cancelled already.')
})

test('what waits for the morning behind another push is stopped too, and counted', async () => {
  w.at('2026-11-27T12:00:00Z')
  await w.within((ctx) =>
    ctx.db.pushDay.create({
      data: { programId: ctx.program.id, personId: mia.personId, day: '2026-11-27', kind: 'other', key: 'x', at: ctx.now },
    }),
  )
  const id = await written(w, ana, 'Late news')
  await ana.run('broadcast send', { broadcast: id })
  await w.within((ctx) => sendDue(w.app, ctx.program.id))
  await w.app.runJob('deliver')
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { key: `news:${id}`, state: 'held' } }))).toBe(1)
  expect(await ana.run('broadcast cancel', { broadcast: id })).toContain('1 creator would still have got it.')
  w.at('2026-11-28T12:00:00Z')
  await w.app.runJob('messages')
  await w.app.runJob('deliver')
  expect(await mia.sees()).not.toContain('Late news')
})
