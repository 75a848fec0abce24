import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { licensed } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
}, 60_000)
afterAll(() => w.close())

test('what is wanted is named; what is covered is placed as an ad, so that its end asks for it back', async () => {
  expect((await ana.ask('export ads')).form?.title).toBe('Export for ads')
  expect((await ana.fill({ country: 'DE' })).text).toContain('Say which content')
  const { submission: web } = await licensed(w, ana, mia)
  expect(await ana.run('export ads', { submission: web })).toMatch(
    /^Not allowed[\s\S]*Mia, instagram\.com\S+: Not covered \(Paid ads\)/,
  )
  // What is missing is asked for from here.
  expect((await ana.press('Ask for rights')).form).toMatchObject({ title: 'Ask for rights', given: { submission: web } })
  expect(await w.within((ctx) => ctx.db.gallery.count())).toBe(0)
  const { submission } = await licensed(w, ana, mia, { channels: 'paid ads', term: '30 days', territory: 'DE' })
  expect(await ana.run('export ads', { submission })).toContain('Not covered (Territory)')
  expect(await ana.run('export ads', { submission, country: 'DE' })).toContain('Ready for your ads')
  expect(await w.within((ctx) => ctx.db.placement.findMany())).toMatchObject([
    { submissionId: submission, channel: 'paid_ads', place: 'Ad export of 2026-11-20: One piece' },
  ])
})
