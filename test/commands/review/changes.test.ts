import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the form asks for the note; the creator reads it with a way to answer, as often as needed', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await mia.run('submit', { url: 'https://site.example/a', caption: 'one' })
  for (const revision of [1, 2]) {
    const { form } = await ana.press('Ask for changes')
    expect(form!.fields.map((f) => f.name)).toEqual(['note', 'reply'])
    expect((await ana.fill({ note: `Please change number ${revision}` })).text).toContain('Changes asked for by Ana')
    await ana.press('Tell now')
    expect(await mia.sees()).toContain(`Note: Please change number ${revision}`)
    await mia.press('Hand in again')
    expect((await mia.fill({ caption: `#ad ${revision}` })).text).toContain(`revision ${revision + 1}`)
  }
  expect(await ana.sees('review')).toContain('Review: Mia, revision 3')
  expect(
    await ana.run('review changes', {
      submission: (await w.within((ctx) => ctx.db.submission.findFirstOrThrow())).id,
      note: 'no',
    }),
  ).toContain('at least 5 characters')
})
