import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a manager says what three pieces are, by choice or in own words, and what works is ranked by it', async () => {
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  for (const n of [1, 2, 3]) await mia.run('submit', { url: `https://site.example/${n}`, caption: `#ad Glow ${n}` })
  const pieces = await w.within((ctx) => ctx.db.submission.findMany({ orderBy: { id: 'asc' } }))
  expect(await ana.run('metrics tag', { submission: pieces[0]!.id, hook: 'question' })).toContain('Only approved content')
  for (const { id: submission } of pieces) {
    await ana.run('review approve', { submission })
    await ana.run('metrics add', { submission, views: '1000', likes: '40', comments: '10' })
  }
  await ana.run('metrics show', { submission: pieces[0]!.id })
  const { form } = await ana.press('Say what it is')
  expect(form!.fields.map(({ name }) => name)).toEqual(['format', 'hook', 'other_format', 'other_hook'])
  const { text } = await ana.fill({ format: 'before_and_after', other_hook: '  Slow  ZOOM ' })
  expect(text).toMatch(/Format +before and after[\s\S]*Hook +slow zoom/)
  expect(await ana.run('metrics tag', { submission: pieces[1]!.id })).toContain('Nothing is said of it.')
  for (const { id: submission } of pieces.slice(1))
    await ana.run('metrics tag', { submission, format: 'before_and_after', other_hook: 'slow zoom' })
  expect(await ana.run('metrics best', { by: 'format' })).toMatch(/before and after\D+3\D+1,000\D+5\.00 %/)
  expect(await ana.run('metrics best', { by: 'hook' })).toMatch(/slow zoom\D+3/)
  expect(await mia.run('metrics tag', { submission: pieces[0]!.id, hook: 'story' })).toContain('is for managers')
})

test('said from a decision, the answer is that decision: it can be taken back or told, and the next one stays below', async () => {
  const [eve, lou] = [await w.manager('Eve'), await w.creator('Lou')]
  for (const name of ['p', 'q']) {
    w.at(minutes(w.now, 1))
    await lou.run('submit', { url: `https://site.example/${name}`, caption: '#Werbung' })
  }
  await eve.run('review next')
  await eve.press('Approve')
  await eve.press('Say what it is')
  const { text } = await eve.fill({ format: 'haul' })
  expect(text).toMatch(
    /Approved by Eve[\s\S]*Format +haul[\s\S]*\[Undo\] \[Tell now\] \[Say what it is\][\s\S]*site\.example\/q \([\s\S]*\[Next\]/,
  )
  expect((await eve.press('Undo')).text).toMatch(/^Taken back: Lou[\s\S]*that wait/)
})
