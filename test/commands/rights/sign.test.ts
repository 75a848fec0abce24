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

test('a signature keeps who, where, when, in which language, over which words and which bytes', async () => {
  const { id: submission, sha256 } = await approvedContent(w, mia)
  await ana.run('rights request', { submission, channels: 'website', term: '90' })
  const { id: grant } = await lastGrant(w, submission)
  expect(await mia.run('rights sign', { grant })).toContain('May we use your content?')
  expect((await lastGrant(w, submission)).state).toBe('requested')
  await mia.ask('rights sign', { grant, round: '1' }, 'message-77')
  const event = await w.within((ctx) => ctx.db.rightsEvent.findFirstOrThrow({ where: { grantId: grant, kind: 'signed' } }))
  const terms = await w.within((ctx) => ctx.db.rightsTerms.findFirstOrThrow())
  expect(event).toMatchObject({
    personId: mia.personId,
    side: 'creator',
    platform: 'web',
    callId: 'message-77',
    locale: 'en',
    at: w.now,
    termsHash: terms.hash,
  })
  expect(event.text).toContain('Channels: Website and product pages')
  expect(event.text).toContain(terms.text)
  expect(event.textHash).toMatch(/^[0-9a-f]{64}$/)
  expect(event.assets).toContainEqual(expect.objectContaining({ kind: 'file', sha256 }))
})

test('nobody signs for somebody else', async () => {
  const { id: submission } = await approvedContent(w, mia)
  await ana.run('rights request', { submission, channels: 'website', term: '90' })
  const { id: grant } = await lastGrant(w, submission)
  expect(await ana.run('rights sign', { grant, round: '1' })).toContain('the other side answers it')
  const eve = await w.applicant('Eve')
  expect(await eve.run('rights sign', { grant, round: '1' })).toContain('no such licence of yours')
})
