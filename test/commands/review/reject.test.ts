import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('the form asks why; the creator reads the reason, and that an opinion plays no part', async () => {
  await mia.run('submit', { url: 'https://site.example/a', caption: 'I did not like it much' })
  const { form } = await ana.press('Reject')
  expect(form!.fields.map((f) => f.name)).toEqual(['reason', 'note', 'reply'])
  const choices = form!.fields[0]!.choices!
  expect(choices.map((c) => c.value)).toEqual(['disclosure', 'brief', 'quality', 'duplicate', 'late', 'rights', 'other'])
  expect(choices.map((c) => c.label).join()).not.toMatch(/positive|negative|opinion|enough/i)
  expect((await ana.fill({ reason: 'disclosure', note: 'No #ad anywhere' })).text).toContain('Turned down (disclosure) by Ana')
  await ana.press('Tell now')
  const told = await mia.sees()
  expect(told).toContain('Reason: The disclosure is missing or unclear.')
  expect(told).toContain('Note: No #ad anywhere')
  expect(told).toContain('What you think of the product plays no part in this.')
})

test('"other" without a note goes back to the form with the reason kept', async () => {
  await mia.run('submit', { url: 'https://site.example/b', caption: '#ad' })
  const { id: submission } = await w.within((ctx) =>
    ctx.db.submission.findFirstOrThrow({ where: { url: 'https://site.example/b' } }),
  )
  expect(await ana.run('review reject', { submission, reason: 'other' })).toContain('Write a note that tells the creator why.')
  expect((await ana.press('Fix')).form).toMatchObject({
    given: { submission, reason: 'other' },
    fields: [{ name: 'note' }, { name: 'reply' }],
  })
  expect((await ana.fill({ note: 'The product was recalled.' })).text).toContain('Turned down (other) by Ana')
  expect(await ana.run('review reject', { submission, reason: 'enthusiasm' })).toContain('must be one of disclosure')
})
