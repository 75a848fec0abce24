import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import type { Persona } from '../../chat.ts'
import { openShare, shared } from '../../customers.ts'
import { png } from '../../pictures.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w, { code: 'GLAD10' })
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('one press from the review post; a later one hears who was first; a turned-down entry can still be approved', async () => {
  const { row } = await shared(w, { words: 'It glows', rating: '5' })
  await w.app.runJob('deliver')
  expect(await ana.sees('review')).toMatch(/To review: 1[\s\S]*1 entry of a customer waits/)
  expect(await ana.sees('review')).toMatch(/From a customer: Kim[\s\S]*★★★★★ 5 of 5[\s\S]*no reason to turn it down/)
  expect((await ana.press('Approve')).text).toMatch(
    /Approved by Ana[\s\S]*rights end[\s\S]*Show it with the words “Received a thank-you code”/,
  )
  expect(await ana.sees('review')).toContain('To review: nothing')
  const bo = await w.manager('Bo')
  expect(await bo.run('share approve', { share: row.id })).toMatch(/Already decided[\s\S]*Approved by Ana/)
  const first = await w.within((ctx) => ctx.db.share.findUniqueOrThrow({ where: { id: row.id } }))
  expect(await bo.run('share reject', { share: row.id, reason: 'quality' })).toContain('Turned down (quality) by Bo')
  w.at('2026-11-22T12:00:00Z')
  expect(await ana.run('share approve', { share: row.id })).toContain('Approved by Ana')
  // The term runs from the first approval.
  expect(await w.within((ctx) => ctx.db.share.findUniqueOrThrow({ where: { id: row.id } }))).toMatchObject({
    startsAt: first.startsAt,
    endsAt: first.endsAt,
    reason: null,
  })
})

test('an entry that its customer took back is over', async () => {
  const { kim, row } = await shared(w, { words: 'Never mind' })
  await kim.push('Take it back now')
  expect(await ana.run('share approve', { share: row.id })).toMatch(/Already decided[\s\S]*took it back/)
})

test('a film that came since a manager read the words is looked at before it is shown', async () => {
  const { row } = await shared(w, { words: 'Lovely words' })
  await w.app.runJob('deliver')
  await ana.ask('share show', { share: row.id })
  await w.within(async (ctx) => {
    const { id: fileId } = await ctx.store(png(23, 24, 9), 'later.png')
    await ctx.db.share.update({ where: { id: row.id }, data: { fileId } })
  })
  const state = () => w.within(async (ctx) => (await ctx.db.share.findUniqueOrThrow({ where: { id: row.id } })).state)
  expect((await ana.press('Approve')).text).toContain('Its sender has added a film since you saw it.')
  expect(await state()).toBe('submitted')
  await ana.press('Look')
  expect((await ana.press('Approve')).text).toContain('Approved by Ana')
  expect(await state()).toBe('approved')
})
