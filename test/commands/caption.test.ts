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

test('a caption that fails is corrected before anybody asks; it is a revision, and a first yes counts no more', async () => {
  const lea = await w.creator('Lea')
  const ana = await w.manager('Bea')
  expect(await lea.run('submit', { caption: 'My serum', url: 'https://www.instagram.com/p/mine/' })).toContain(
    '[Correct the caption]',
  )
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: lea.creatorId } }))
  await w.within((ctx) => ctx.db.submission.update({ where: { id: submission }, data: { firstBy: ana.personId } }))
  expect(await ana.run('review approve', { submission })).toMatch(/^Not possible now\n/)
  const { form } = await lea.press('Correct the caption')
  expect(form!.fields).toMatchObject([{ name: 'caption', value: expect.stringMatching(/^#Werbung[\s\S]*My serum$/) }])
  const caption = form!.fields[0]!.value!
  expect(await ana.run('caption', { submission, caption })).toContain('not being checked')
  expect(await lea.run('caption', { submission, caption })).toContain('Handed in again: revision 2')
  expect(await lea.run('caption', { submission, caption })).toContain('This is the caption that you handed in.')
  expect(await ana.sees('review')).toContain('Handed in again as revision 2.')
  const history = await ana.run('review history', { submission })
  expect(history).toMatch(/Revision 2[\s\S]*Werbung[\s\S]*Revision 1[\s\S]*instagram\.com\/p\/mine/)
  const kept = await w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id: submission } }))
  expect(kept).toMatchObject({ state: 'submitted', revision: 2, firstBy: null, url: 'https://www.instagram.com/p/mine/' })
  expect(await ana.run('review approve', { submission })).toContain('Approved by Bea')
  expect(await lea.run('caption', { submission, caption: 'No ad at all' })).not.toContain('revision 3')
})

test('handed in again, a form begins with the caption and keeps what was ticked', async () => {
  const mo = await w.creator('Mo')
  const ana = await w.manager('Cleo')
  const given = { caption: 'Werbung: my reel', url: 'https://www.instagram.com/reel/mo/', spoken: 'yes', shown: 'yes' }
  await mo.run('submit', given)
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: mo.creatorId } }))
  await ana.run('review changes', { submission, note: '0:03-0:05 softer' })
  await ana.run('review tell', { submission })
  const { form } = await mo.press('Hand in again')
  expect(form!.fields.find(({ name }) => name === 'caption')!.value).toBe('Werbung: my reel')
  expect(form!.fields.map(({ name }) => name)).not.toContain('spoken')
  await mo.fill({ caption: 'Werbung: my softer reel' })
  const kept = await w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id: submission } }))
  expect(kept).toMatchObject({ revision: 2, spoken: true, shown: true, caption: 'Werbung: my softer reel' })
})
