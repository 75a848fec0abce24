import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { approvedContent, lastGrant, licensed } from '../../rights.ts'
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

test('the proof is a PDF and a JSON with words, hashes and acts, for both sides and nobody else', async () => {
  const { grant, sha256 } = await licensed(w, ana, mia)
  const text = await ana.run('rights evidence', { grant })
  expect(text).toMatch(/Open PDF: https:\/\/go\.glow\.example\/login\//)
  const papers = await w.within((ctx) => ctx.db.paper.findMany({ where: { what: `licence ${grant}` } }))
  const files = await Promise.all(papers.map(({ fileId }) => w.within((ctx) => ctx.read(fileId))))
  const pdf = files.find(({ name }) => name.endsWith('.pdf'))!
  expect(Buffer.from(pdf.bytes).toString('latin1')).toMatch(/^%PDF/)
  const json = JSON.parse(Buffer.from(files.find(({ name }) => name.endsWith('.json'))!.bytes).toString('utf8'))
  expect(json.licence).toMatchObject({ id: grant, channels: ['website'], territories: 'world', days: 90, ai: false })
  const signed = json.events.find((event: { did: string }) => event.did === 'signed')
  expect(signed).toMatchObject({ person: mia.personId, platform: 'web', conditionsSha256: json.conditions.sha256 })
  expect(signed.content).toContainEqual(expect.objectContaining({ sha256 }))
  expect(await mia.run('rights evidence', { grant })).toContain('Open JSON')
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('rights evidence', { grant })).toContain('no such licence of yours')
})

test('what nobody signed has no proof', async () => {
  const { id: submission } = await approvedContent(w, mia)
  await ana.run('rights request', { submission, channels: 'website', term: '90' })
  const { id: grant } = await lastGrant(w, submission)
  expect(await ana.run('rights evidence', { grant })).toContain('Nothing was signed here yet')
})
