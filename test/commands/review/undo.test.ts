import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../../src/campaigns/plans.ts'
import { days, minutes } from '../../../src/kernel/time.ts'
import { balances } from '../../../src/ledger/service.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'
import { opened } from '../campaign/stage.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const payable = async () => (await w.within((ctx) => balances(ctx, mia.creatorId))).payable.minor

test('within ten minutes everything comes back: fee, budget, rights and seat; and it may be approved again', async () => {
  const plan = { title: 'Autumn glow', brief: 'Show the serum.', feeMinor: 50_00n, budgetMinor: 500_00n }
  const mission = await w.within((ctx) => addMission(ctx, plan))
  await w.within((ctx) => ctx.db.mission.update({ where: { id: mission.id }, data: { rights: 'web' } }))
  expect(await mia.run('submit', { url: 'https://site.example/a', mission: mission.id, caption: '#Werbung' })).toContain(
    'By handing it in you agree, once it is approved: The brand may show it on its social accounts, website',
  )
  const stands = () =>
    w.within(async (ctx) => ({
      submission: await ctx.db.submission.findFirstOrThrow(),
      seat: (await ctx.db.seat.findFirstOrThrow()).state,
      spent: (await ctx.db.mission.findUniqueOrThrow({ where: { id: mission.id } })).spentMinor,
      grants: (await ctx.db.grant.findMany({ where: { state: 'granted' } })).length,
    }))

  await ana.press('Approve')
  expect(await payable()).toBe(50_00n)
  expect(await stands()).toMatchObject({ seat: 'done', spent: 50_00n, grants: 1 })
  w.at(minutes(w.now, 9))
  await w.tick()
  const undone = await ana.press('Undo')
  expect(undone.text).toContain('Taken back: Mia: Autumn glow')
  expect(await payable()).toBe(0n)
  expect(await stands()).toMatchObject({
    submission: { state: 'submitted', decidedBy: null, toldAt: null, undone: 1 },
    seat: 'handed_in',
    spent: 0n,
    grants: 0,
  })
  // Posts are edited at most every few seconds.
  w.at(minutes(w.now, 1))
  expect(await ana.sees('review')).toContain('Review: Mia')

  const { id: submission } = (await stands()).submission
  expect(await ana.run('review approve', { submission })).toContain('Approved by Ana')
  expect(await payable()).toBe(50_00n)
  expect(await stands()).toMatchObject({ seat: 'done', spent: 50_00n, grants: 1 })
  expect(await mia.sees()).not.toContain('Approved: Autumn glow')
  w.at(minutes(w.now, 11))
  await w.tick()
  expect((await mia.sees()).match(/Approved: Autumn glow/g)).toHaveLength(1)
  expect(await ana.run('review undo', { submission })).toContain('its creator has been told')
  expect(await w.within((ctx) => ctx.db.transfer.count({ where: { key: { contains: submission } } }))).toBe(3)
})

test('a rejection and a request for changes are taken back without a word to their creator', async () => {
  await mia.run('submit', { url: 'https://site.example/b', caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) =>
    ctx.db.submission.findFirstOrThrow({ where: { url: 'https://site.example/b' } }),
  )
  for (const [run, given] of [
    ['review reject', { reason: 'quality' }],
    ['review changes', { note: 'A brighter picture' }],
  ] as const) {
    await ana.run(run, { submission, ...given })
    await ana.press('Undo')
  }
  w.at(minutes(w.now, 20))
  await w.tick()
  const seen = await mia.sees()
  expect(seen).not.toContain('Not taken')
  expect(seen).not.toContain('brighter')
  expect(await ana.run('review undo', { submission })).toContain('there is nothing to undo')
  expect(await mia.run('review undo', { submission })).toContain('is for managers')
})

test('whoever takes back that idle content is turned down leaves it with its creator, who may still hand it in again', async () => {
  const rosa = await w.creator('Rosa')
  await rosa.run('submit', { url: 'https://site.example/idle', caption: '#Werbung', kind: 'post' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: rosa.creatorId } }))
  await ana.run('review changes', { submission, note: 'Show the serum, please.' })
  await ana.run('review tell', { submission })
  const bob = await w.manager('Bob')
  await bob.run('review reject', { submission, reason: 'quality', note: 'Too late now.' })
  expect(await bob.run('review undo', { submission })).toContain('Rosa may still hand it in again')
  const asked = await w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id: submission } }))
  expect(asked).toMatchObject({ note: 'Show the serum, please.', decidedBy: ana.personId, reason: null, askedNote: null })
  expect(await rosa.sees()).toContain('Show the serum, please.')
  expect(await rosa.run('submit', { submission, caption: '#Werbung again' })).not.toContain('Only content with changes asked for')
  const stands = await w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id: submission } }))
  expect(stands).toMatchObject({ state: 'submitted', revision: 2, decidedAt: null })
  // A revision keeps the note that it answers.
  expect(await ana.run('review history', { submission })).toContain('Show the serum, please.')
})

test('a mission is settled once no decision in it can be taken back any more', async () => {
  const uli = await w.creator('Uli')
  const mission = await opened(w, { title: 'Last one', closesAt: days(w.now, 5) })
  await uli.run('submit', { mission, url: 'https://site.example/last', caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission } }))
  w.at(days(w.now, 6))
  await w.app.runJob('due')
  const rejectAndWait = async (n: number) => {
    await ana.run('review reject', { submission, reason: 'quality' })
    w.at(minutes(w.now, n))
    await w.app.runJob('due')
    return (await w.within((ctx) => ctx.db.mission.findUniqueOrThrow({ where: { id: mission } }))).state
  }
  expect(await rejectAndWait(1)).toBe('closed')
  await ana.run('review undo', { submission })
  await rejectAndWait(11)
  expect(await rejectAndWait(1)).toBe('settled')
})
