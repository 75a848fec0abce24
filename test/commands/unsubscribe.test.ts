import { afterAll, beforeAll, expect, test } from 'vitest'
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
  expect(await muted()).toEqual(['digest', 'brief', 'nudge', 'news'])
})

test('the settings say by which way they come, and refuse mail where none is sent', async () => {
  expect(await mia.run('settings', { messages: 'off' })).toMatch(/Digests and news +Not at all/)
  expect(await mia.run('settings', { messages: 'mail' })).toContain('No mail is sent from here.')
})
