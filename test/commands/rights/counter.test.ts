import { afterAll, beforeAll, expect, test } from 'vitest'
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

test('offers go back and forth, each answered by the other side, until one is signed', async () => {
  const { id: submission } = await approvedContent(w, mia)
  await ana.run('rights request', { submission, channels: 'social', term: '90', fee: '50' })
  const { id: grant } = await lastGrant(w, submission)
  expect(await ana.run('rights counter', { grant, note: 'Less', fee: '40' })).toContain('the other side answers it')
  // A request waits for its turn among what nobody asked for; what answers her own offer comes at once.
  const pushOf = async (key: string) => {
    const where = { key, audience: `person:${mia.personId}` }
    const { payload } = await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where }))
    return (payload as { push?: string }).push
  }
  expect(await pushOf(`rights:${grant}:1`)).toBe('other')
  expect(await mia.run('rights counter', { grant, note: 'Same', fee: '50' })).toContain('This is the offer you were made')
  await mia.run('rights counter', { grant, note: 'For 90 please', fee: '90', term: '60 days' })
  expect(await ana.sees('managers')).toContain('Mia made an offer')
  await ana.run('rights counter', { grant, note: 'Meet in the middle', fee: '70' })
  expect(await pushOf(`rights:${grant}:3`)).toBe(undefined)
  expect(await lastGrant(w, submission)).toMatchObject({
    state: 'countered',
    round: 3,
    offeredBy: 'brand',
    feeMinor: 7_000n,
    days: 60,
  })
  expect(await mia.run('rights sign', { grant, round: '1' })).toContain('A newer offer is on the table')
  expect(await mia.run('rights sign', { grant, round: '3' })).toContain('Licence signed')
  expect(await mia.run('rights counter', { grant, note: 'More', fee: '99' })).toContain('answered already')
  const shown = await mia.run('rights show', { grant })
  expect(shown).toContain('For 90 please')
  expect(shown).toContain('Meet in the middle')
})
