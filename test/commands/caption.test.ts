import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimLooks, planLooks } from '../../src/content/live.ts'
import { posted } from '../posts.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('its creator and managers paste it, others do not, and only for a post that is being checked', async () => {
  const mia = await w.creator('Mia')
  const id = await posted(w, mia, '#Werbung', 'https://www.instagram.com/p/live/')
  expect((await mia.ask('caption', { submission: id })).form!.fields.map((field) => field.name)).toEqual(['caption'])
  const given = { submission: id, caption: '#ad my serum' }
  expect(await mia.run('caption', given)).toContain('not being checked')
  await w.within(planLooks)
  await w.within((ctx) => claimLooks(ctx, 10))
  expect(await (await w.applicant('Zoe')).run('caption', given)).toContain('Only its creator and managers')
  const text = await mia.run('caption', given)
  expect(text).toMatch(
    /Thank you[\s\S]*Fine with a doubt \(Germany\)[\s\S]*“#ad” is doubtful in Germany[\s\S]*#Werbung #ad my serum/,
  )
  expect(await (await w.manager('Ana')).run('caption', { ...given, caption: 'my serum' })).toContain(
    'Nothing says that this is advertising',
  )
  const kept = await w.within((ctx) => ctx.db.recheck.findFirstOrThrow({ where: { submissionId: id, stage: 'live' } }))
  expect(kept).toMatchObject({ state: 'done', outcome: 'fail', caption: 'my serum' })
  // Verdicts keep a hash and no words, and nobody changes one.
  const rows = await w.within((ctx) => ctx.db.verdict.findMany({ where: { submissionId: id } }))
  expect([rows.length, JSON.stringify(rows).includes('my serum')]).toEqual([2, false])
  const change = w.within((ctx) => ctx.db.verdict.updateMany({ where: { submissionId: id }, data: { verdict: 'pass' } }))
  await expect(change).rejects.toThrow()
})
