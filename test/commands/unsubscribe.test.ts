import { afterAll, beforeAll, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import { setStopped } from '../../src/messages/stop.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('one kind or all of them, and back again', async () => {
  const muted = () =>
    w.within(async (ctx) => (await ctx.db.membership.findFirstOrThrow({ where: { personId: mia.personId } })).muted)
  expect(await mia.run('unsubscribe', { what: 'digest' })).toContain('Weekly digest: nothing of it comes any more.')
  expect(await muted()).toEqual(['digest'])
  expect((await mia.press('Take it again')).text).toContain('You get it again')
  expect(await muted()).toEqual([])
  await mia.run('unsubscribe', { what: 'all' })
  expect(await muted()).toEqual(['digest', 'brief', 'nudge', 'recap', 'news'])
})

test('the settings say by which way they come, and refuse mail where none is sent', async () => {
  expect(await mia.run('settings', { messages: 'off' })).toMatch(/Digests and news +Not at all/)
  expect(await mia.run('settings', { messages: 'mail' })).toContain('No mail is sent from here.')
})

test('what waited for the morning is not said any more, and an old address stops it for whoever they are now', async () => {
  const lea = await w.creator('Lea')
  const hint = card('A hint that waited', 'Words.')
  const own = { audience: `person:${lea.personId}`, key: 'nudge:x' }
  await w.within((ctx) => ctx.show({ person: lea.personId }, own.key, hint, { unasked: 'nudge' }))
  await w.within((ctx) => ctx.db.outbox.updateMany({ where: own, data: { state: 'held' } }))
  await lea.run('unsubscribe', { what: 'nudge' })
  w.at('2026-11-25T10:00:00Z')
  await w.app.runJob('messages')
  await w.app.runJob('deliver')
  expect(await lea.sees()).not.toContain('A hint that waited')
  const before = await w.within(async (ctx) => {
    const person = await ctx.db.person.create({ data: { id: ctx.id('person'), name: 'Lea before', createdAt: ctx.now } })
    const row = { id: ctx.id('membership'), programId: ctx.program.id, personId: person.id, name: 'Lea before', role: 'anyone' }
    await ctx.db.membership.create({ data: { ...row, mergedInto: lea.personId, createdAt: ctx.now } })
    await setStopped(ctx, person.id, 'digest', true)
    return ctx.db.membership.findFirstOrThrow({ where: { personId: lea.personId } })
  })
  expect(before.muted).toEqual(['nudge', 'digest'])
})
