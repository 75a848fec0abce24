import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
import type { Persona } from '../../chat.ts'
import { approvedContent, lastGrant } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let mia: Persona
let ana: Persona

beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  ana = await w.manager('Ana')
}, 60_000)
afterAll(() => w.close())

test('a creator says no, a manager takes an offer back; neither owes anything', async () => {
  for (const [day, who] of [mia, ana].entries()) {
    w.at(days(w.now, day))
    const { id: submission } = await approvedContent(w, mia)
    await ana.run('rights request', { submission, channels: 'website', term: '90', fee: '10' })
    const { id: grant } = await lastGrant(w, submission)
    await mia.sees()
    expect(await who.run('rights decline', { grant, note: 'Not this one' })).toContain('Nothing was granted')
    expect((await lastGrant(w, submission)).state).toBe('declined')
    expect(await mia.run('rights sign', { grant, round: '1' })).toContain('answered already')
  }
  expect(await ana.sees('managers')).toContain('Declined: Not this one')
  expect(await mia.sees()).toContain('It was taken back.')
  expect(await w.within((ctx) => ctx.db.transfer.count())).toBe(0)
})

test('an offer that waited for the morning and was taken back by then is never heard of', async () => {
  w.at('2026-12-01T22:30:00Z')
  const { id: submission } = await approvedContent(w, mia)
  await ana.run('rights request', { submission, channels: 'website', term: '90' })
  const seen = await mia.sees()
  await ana.run('rights decline', { grant: (await lastGrant(w, submission)).id })
  for (const at of ['2026-12-01T22:31:00Z', '2026-12-02T12:00:00Z']) {
    w.at(at)
    expect(await mia.sees()).toBe(seen)
  }
})

test('an offer that was read among other things in the morning and is taken back then is told to be over', async () => {
  const zoe = await w.creator('Zoe')
  const ids: string[] = []
  // One rings on the day; the others wait for the morning.
  for (let n = 0; n < 3; n++) {
    const { id: submission } = await approvedContent(w, zoe)
    await ana.run('rights request', { submission, channels: 'website', term: '90' })
    ids.push((await lastGrant(w, submission)).id)
  }
  await zoe.sees()
  w.at(days(w.now, 1))
  await w.app.runJob('messages')
  expect(await zoe.sees()).toMatch(/2 things since yesterday[\s\S]*\[Sign\]/)
  await ana.run('rights decline', { grant: ids[1]! })
  expect(await zoe.sees()).toContain('It was taken back.')
  await zoe.run('rights sign', { grant: ids[2]!, round: '1' })
  expect(await zoe.sees()).not.toContain('Signed by Zoe.')
})
