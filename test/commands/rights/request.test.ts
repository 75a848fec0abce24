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

test('a manager asks, and the creator reads every clause before pressing', async () => {
  const { id: submission } = await approvedContent(w, mia)
  await ana.ask('rights request', { submission })
  const { text } = await ana.fill({ channels: 'website, paid ads', term: '60', fee: '80', territory: 'Germany' })
  expect(text).toContain('The creator is asked')
  expect(await lastGrant(w, submission)).toMatchObject({
    state: 'requested',
    channels: ['website', 'paid_ads'],
    territories: ['DE'],
    days: 60,
    feeMinor: 8_000n,
    ai: false,
    likeness: true,
    edits: 'light',
    exclusivity: 'none',
  })
  const seen = await mia.sees()
  for (const label of [
    'Channels',
    'Territory',
    'Term',
    'Paid ads',
    'Edits',
    'Exclusivity',
    'Name and likeness',
    'AI training',
    'Fee',
  ])
    expect(seen).toContain(label)
  expect(seen).toContain('[Sign] [Make another offer] [Decline]')
  const again = await ana.run('rights request', { submission, channels: 'social', term: '30' })
  expect(again).toContain('an offer on the table for this content already')
})

test('what is not approved waits, what was captured from the chat may be asked for at once, own content is for another manager', async () => {
  const asked = { channels: 'social', term: '30' }
  const { id: raw } = await approvedContent(w, mia, { state: 'submitted' })
  expect(await ana.run('rights request', { submission: raw, ...asked })).toContain('once content is approved')
  const { id: captured } = await approvedContent(w, mia, { state: 'submitted', kind: 'moment' })
  expect(await ana.run('rights request', { submission: captured, ...asked })).toContain('The creator is asked')
  expect(await ana.suggest('rights request', 'submission', 'mia')).not.toHaveLength(0)
})

test.each([
  [{ channels: 'billboard' }, 'is no channel'],
  [{ term: 'for ever' }, 'rights have an end'],
  [{ territory: 'Mars' }, 'do not know that country'],
  [{ fee: '-5' }, 'below zero'],
])('bad input %j is named', async (wrong, says) => {
  const { id: submission } = await approvedContent(w, mia)
  expect(await ana.run('rights request', { submission, channels: 'social', term: '30', ...wrong })).toContain(says)
})
