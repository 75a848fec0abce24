import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import type { Persona } from '../../chat.ts'
import { openShare, shared } from '../../customers.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w)
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('wants a coded reason, none of them about opinion; the customer reads it on their own page', async () => {
  const { kim, row, mine } = await shared(w, { words: 'I did not like it', rating: '1' })
  await w.app.runJob('deliver')
  const { form } = await ana.press('Reject')
  const choices = form!.fields[0]!.choices!
  expect(choices.map((c) => c.value)).toEqual(['unrelated', 'quality', 'duplicate', 'rights', 'people', 'unlawful', 'other'])
  expect(choices.map((c) => c.label).join()).not.toMatch(/positive|negative|opinion|stars|rating/i)
  expect((await ana.fill({ reason: 'other' })).text).toContain('Write a note that says why.')
  expect(await ana.run('share reject', { share: row.id, reason: 'people' })).toContain('Turned down (people) by Ana')
  await kim.get(mine)
  expect(kim.words).toContain('We don’t show it')
  expect(kim.words).toContain('without their consent. What you think of the product plays no part in this.')
})
