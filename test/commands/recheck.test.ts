import { afterAll, beforeAll, expect, test } from 'vitest'
import { planLooks, settleLook } from '../../src/content/live.ts'
import { posted } from '../posts.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a post that was read may be read again, one at a time, by those whom it concerns', async () => {
  const mia = await w.creator('Mia')
  const id = await posted(w, mia, '#Werbung', 'https://blog.example/serum')
  expect(await mia.run('recheck', { submission: id })).toContain('not being checked')
  await w.within(planLooks)
  const look = await w.within((ctx) => ctx.db.recheck.findFirstOrThrow({ where: { submissionId: id, stage: 'live' } }))
  await w.within((ctx) => settleLook(ctx, look, { kind: 'read', captions: ['my serum'] }))
  expect(await (await w.applicant('Zoe')).run('recheck', { submission: id })).toContain('Only its creator and managers')
  expect(await mia.run('recheck', { submission: id })).toContain('Looking again')
  expect(await mia.run('recheck', { submission: id })).toContain('being looked at just now')
  // An answer to an address that is no longer the post's counts for nothing.
  await w.within((ctx) => settleLook(ctx, { ...look, url: 'https://old.example/' }, { kind: 'read', captions: ['#Werbung'] }))
  expect(await w.within((ctx) => ctx.db.verdict.count({ where: { submissionId: id } }))).toBe(1)
  // What is offered while one types is one's own that can be read, and no decision that its creator has not heard of.
  const told = (at: Date | null) => w.within((ctx) => ctx.db.submission.update({ where: { id }, data: { toldAt: at } }))
  await told(null)
  expect(await mia.suggest('recheck', 'submission')).toEqual([])
  await told(w.now)
  expect((await mia.suggest('recheck', 'submission')).map(({ value }) => value)).toEqual([id])
  expect(await (await w.creator('Nia')).suggest('recheck', 'submission')).toEqual([])
})
