import { afterAll, beforeAll, expect, test } from 'vitest'
import { due } from '../../../src/campaigns/due.ts'
import { days } from '../../../src/kernel/time.ts'
import type { Persona } from '../../chat.ts'
import { approvedContent, lastGrant } from '../../rights.ts'
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

test('what is turned down leaves its seat for another try: it can be given back, and whoever waits gets it', async () => {
  const nils = await w.creator('Nils')
  const mission = await opened(w, { title: 'One seat', seats: 1, closesAt: days(w.now, 10) })
  await mia.run('submit', { mission, url: 'https://site.example/c', caption: '#Werbung' })
  await nils.run('mission claim', { mission, wait: 'yes' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission } }))
  await ana.run('review reject', { submission, reason: 'quality' })
  // Until its creator is told nothing gives the decision away.
  expect(await mia.run('mission leave', { mission })).toContain('You handed in for “One seat” already.')
  await ana.run('review tell', { submission })
  expect(await mia.run('mission show', { mission })).toContain('You have a seat. Hand in by Mon, Nov 30')
  expect(await w.within((ctx) => ctx.db.seat.count({ where: { missionId: mission, remindAt: { not: null } } }))).toBe(1)
  expect(await mia.run('mission leave', { mission })).toContain('You are no longer part of “One seat”.')
  expect(await nils.sees()).toContain('A seat is yours: One seat')
})

test('a seat of whoever left before they were told goes to the next at once', async () => {
  const [pia, quin] = [await w.creator('Pia'), await w.creator('Quin')]
  const mission = await opened(w, { title: 'Gone seat', seats: 1 })
  await pia.run('submit', { mission, url: 'https://site.example/d', caption: '#Werbung' })
  await quin.run('mission claim', { mission, wait: 'yes' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission } }))
  await ana.run('review reject', { submission, reason: 'quality' })
  await pia.run('leave', { sure: 'yes' })
  await ana.run('review tell', { submission })
  expect(await quin.sees()).toContain('A seat is yours: Gone seat')
})

test('what is turned down when the own days of its creator are over leaves the seat to the next in line', async () => {
  const tess = await w.creator('Tess')
  const mission = await opened(w, { title: 'Welcome seat', seats: 1, daysToJoin: 3 })
  await tess.run('submit', { mission, url: 'https://site.example/e', caption: '#Werbung' })
  w.at(days(w.now, 2))
  const sven = await w.creator('Sven')
  await sven.run('mission claim', { mission, wait: 'yes' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission } }))
  w.at(days(w.now, 2))
  await ana.run('review reject', { submission, reason: 'quality' })
  await ana.run('review tell', { submission })
  await w.tick()
  expect(await sven.sees()).toContain('A seat is yours: Welcome seat')
  expect(await tess.run('mission show', { mission })).toContain('You had a seat, and nothing of yours was approved in it.')
})

test('rights that were asked for in a moment are off the table once it is turned down, and nobody is paid for them', async () => {
  const { id: submission } = await approvedContent(w, mia, { kind: 'moment', state: 'submitted' })
  await w.within((ctx) => ctx.db.submission.update({ where: { id: submission }, data: { decidedAt: null, toldAt: null } }))
  await ana.run('rights request', { submission, channels: 'website', term: '90 days', fee: '100' })
  const { id: grant } = await lastGrant(w, submission)
  await ana.run('review reject', { submission, reason: 'quality' })
  await ana.run('review tell', { submission })
  expect(await mia.run('rights sign', { grant, round: '1' })).toContain('This offer was answered already.')
  expect(await w.within((ctx) => ctx.db.transfer.count({ where: { key: `rights:${grant}` } }))).toBe(0)
})

test('what its creator never hands in again is turned down, so that its mission is settled and no button leads on', async () => {
  const rosa = await w.creator('Rosa')
  const mission = await opened(w, { title: 'Idle', seats: 1, closesAt: days(w.now, 5) })
  await rosa.run('submit', { mission, url: 'https://site.example/idle', caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission } }))
  const turnDown = () => ana.run('review reject', { submission, reason: 'other', note: 'We waited long enough.' })
  await ana.run('review changes', { submission, note: 'Show the serum, please.' })
  // Its creator does not know yet: who thinks otherwise takes it back.
  expect(await turnDown()).toContain('Already decided')
  await ana.run('review tell', { submission })
  w.at(days(w.now, 6))
  await w.within(due)
  const state = async () => (await w.within((ctx) => ctx.db.mission.findUniqueOrThrow({ where: { id: mission } }))).state
  expect(await state()).toBe('closed')
  expect(await ana.sees('review')).toMatch(/Rosa: Idle\nChanges asked for by Ana[^\n]*\n\[Turn down\]/)
  expect(await turnDown()).toContain('Turned down (other) by Ana')
  expect(await rosa.run('content')).not.toContain('We waited long enough.')
  await ana.run('review tell', { submission })
  w.at(new Date(w.now.getTime() + 60_000))
  await w.within(due)
  expect(await state()).toBe('settled')
  expect(await rosa.sees()).toContain('Note: We waited long enough.')
  expect(await rosa.run('submit', { submission, caption: '#Werbung again' })).toContain('This submission is turned down.')
})

test('what waits for its creator is found by its name as well, wherever its button went', async () => {
  const tia = await w.creator('Tia')
  await tia.run('submit', { url: 'https://site.example/tia', caption: '#Werbung', kind: 'post' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: tia.creatorId } }))
  const found = async () => (await ana.suggest('review reject', 'submission', 'Tia')).map(({ value }) => value)
  expect(await found()).toEqual([submission])
  await ana.run('review changes', { submission, note: 'Show the serum, please.' })
  expect(await found()).toEqual([])
  await ana.run('review tell', { submission })
  expect(await found()).toEqual([submission])
})
