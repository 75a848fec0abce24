import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../src/kernel/time.ts'
import { due } from '../../src/rights/expiry.ts'
import { follow } from '../../src/rights/merge.ts'
import {
  acceptPreset,
  checkUse,
  grantOnApproval,
  place,
  placementsOf,
  presetOffer,
  rightsCoverage,
  ungrant,
} from '../../src/rights/service.ts'
import type { Persona } from '../chat.ts'
import { approvedContent, lastGrant, licensed } from '../rights.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let ana: Persona

const noon = '2026-11-20T12:00:00Z'
const at = (day: number, minute = 1) => w.at(new Date(days(new Date(noon), day).getTime() + minute * 60_000))

beforeAll(async () => {
  w = await world({ now: noon })
  mia = await w.creator('Mia')
  ana = await w.manager('Ana')
}, 60_000)
afterAll(() => w.close())

const check = (submissionId: string, use: object = {}) =>
  w.within((ctx) => checkUse(ctx, { submissionId, channel: 'website', ...use }))

test('90 days, website only: an ad is refused by its clause, reminders on day 60, 76, 87 and 90, then nothing is covered', async () => {
  const { submission, grant } = await licensed(w, ana, mia)
  const wish = { submission, channel: 'paid_ads', where: 'Spring ads' }
  expect(await ana.run('rights place', wish)).toContain('Not covered (Paid ads): “Paid ads” is not part of it')
  expect(await check(submission, { channel: 'paid_ads' })).toMatchObject({ ok: false, clause: 'paid_ads' })
  await ana.run('rights place', { submission, channel: 'website', where: 'https://glow.example/serum' })
  expect(await w.within(rightsCoverage)).toEqual({ live: 1, covered: 1 })
  const told = () => w.within((ctx) => ctx.db.outbox.findMany({ where: { key: { contains: grant } }, orderBy: { seq: 'asc' } }))
  const before = (await told()).length
  const reminders: number[] = []
  for (const day of [59, 60, 61, 75, 76, 77, 86, 87, 88, 89, 90, 91]) {
    const had = (await told()).length
    at(day)
    await w.within(due)
    await w.within(due)
    if ((await told()).length > had) reminders.push(day)
  }
  expect(reminders).toEqual([60, 76, 87, 90])
  const keys = (await told()).slice(before).map(({ key, audience }) => `${audience.split(':')[0]} ${key.replace(grant, '')}`)
  expect(keys.slice(0, 2)).toEqual(['person rights-ending::30', 'managers rights-ending::30'])
  expect(keys.slice(-3)).toEqual(['person rights-ended:', 'managers rights-ended:', 'managers takedown:'])
  expect(await check(submission)).toMatchObject({ ok: false, clause: 'term' })
  expect((await lastGrant(w, submission)).state).toBe('expired')
  expect(await w.within(rightsCoverage)).toEqual({ live: 1, covered: 0 })
  at(105)
  await w.app.runJob('due')
  expect(await ana.sees('managers')).toContain('Still standing without a right: Mia')
  await ana.press('It is down')
  expect(await w.within(rightsCoverage)).toEqual({ live: 0, covered: 0 })
  w.at(noon)
})

test('an undone approval takes back what was asked since, and its creator reads that', async () => {
  const kim = await w.creator('Kim')
  const { id } = await approvedContent(w, kim)
  await ana.run('rights request', { submission: id, channels: 'website', term: '90 days' })
  const grant = (await lastGrant(w, id)).id
  expect(await kim.sees()).toContain('[Sign]')
  await w.within((ctx) => ungrant(ctx, id))
  expect((await lastGrant(w, id)).state).toBe('declined')
  expect(await kim.sees()).toContain('It was taken back.')
  expect(await kim.run('rights sign', { grant, round: '1' })).toContain('answered already')
})

test('what ends of one creator in a month is one reminder, with one press to renew each', async () => {
  at(200)
  const one = await licensed(w, ana, mia, { channels: 'social', term: '40 days' })
  const two = await licensed(w, ana, mia, { channels: 'website', term: '44 days' })
  at(210)
  await w.app.runJob('due')
  const posts = await w.within((ctx) =>
    ctx.db.outbox.findMany({ where: { key: { contains: 'rights-ending' }, createdAt: ctx.now } }),
  )
  expect(posts.map(({ key }) => key)).toEqual([`rights-ending:${one.grant}:30`, `rights-ending:${one.grant}:30`])
  const card = JSON.stringify(posts.find(({ audience }) => audience === 'managers')!.payload)
  expect(card).toContain(two.grant)
  at(214)
  await w.app.runJob('due')
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { key: { contains: `ending:${two.grant}` } } }))).toBe(0)
})

test('what a creator agreed to with the brief is granted with the approval, and an undo takes it back', async () => {
  const { id, sha256 } = await approvedContent(w, mia)
  const plan = { submissionId: id, creatorId: mia.creatorId, preset: 'web', missionId: null }
  const nothing = await w.within((ctx) => grantOnApproval(ctx, plan))
  expect(nothing).toBeNull()
  const accepted = await w.within((ctx) => acceptPreset(ctx, 'web'))
  expect(accepted!.termsHash).toBe((await w.within((ctx) => presetOffer(ctx, 'web')))!.hash)
  const keep = (rightsAccepted: object) =>
    w.within((ctx) => ctx.db.submission.update({ where: { id }, data: { rightsAccepted } }))
  await keep({ ...accepted, termsHash: 'f'.repeat(64) })
  expect(await w.within((ctx) => grantOnApproval(ctx, plan))).toBeNull()
  await keep(accepted!)
  const grant = await w.within((ctx) => grantOnApproval(ctx, plan))
  expect(grant).toMatchObject({ state: 'granted', preset: 'web', days: 180 })
  expect(await check(id)).toMatchObject({ ok: true })
  expect(await check(id, { channel: 'paid_ads' })).toMatchObject({ ok: false, clause: 'paid_ads' })
  const [event] = await w.within((ctx) => ctx.db.rightsEvent.findMany({ where: { grantId: grant!.id } }))
  expect(event).toMatchObject({ kind: 'accepted', side: 'creator', textHash: accepted!.termsHash })
  expect(JSON.stringify(event!.assets)).toContain(sha256)
  await w.within((ctx) => ungrant(ctx, id))
  expect(await check(id)).toMatchObject({ ok: false, clause: 'licence' })
  const again = await w.within((ctx) => grantOnApproval(ctx, plan))
  await w.within((ctx) => place(ctx, { submissionId: id, channel: 'email', where: 'newsletter', since: ctx.now }))
  await expect(w.within((ctx) => ungrant(ctx, id))).rejects.toThrow('placed already')
  expect((await w.within((ctx) => placementsOf(ctx, id)))[0]).toMatchObject({ grantId: again!.id, place: 'newsletter' })
})

test('what was agreed to with the brief holds, whatever the program is called by then', async () => {
  const { id } = await approvedContent(w, mia)
  const plan = { submissionId: id, creatorId: mia.creatorId, preset: 'web', missionId: null }
  const accepted = await w.within((ctx) => acceptPreset(ctx, 'web'))
  const keep = (rightsAccepted: object) =>
    w.within((ctx) => ctx.db.submission.update({ where: { id }, data: { rightsAccepted } }))
  const rename = (name: string) => w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { name } }))
  const { name } = await w.within(async (ctx) => ctx.program)
  await rename('Gleam')
  // Words of which the preset says otherwise by now bring nothing.
  const other = accepted!.text!.replace('180 days', '900 days')
  await keep({ ...accepted, text: other, termsHash: createHash('sha256').update(other).digest('hex') })
  expect(await w.within((ctx) => grantOnApproval(ctx, plan))).toBeNull()
  await keep(accepted!)
  const grant = await w.within((ctx) => grantOnApproval(ctx, plan))
  expect(grant).toMatchObject({ state: 'granted', preset: 'web', days: 180 })
  const [event] = await w.within((ctx) => ctx.db.rightsEvent.findMany({ where: { grantId: grant!.id } }))
  expect(event).toMatchObject({ text: accepted!.text, textHash: accepted!.termsHash })
  await rename(name)
})

test('two who sign at once sign once, and the fee is booked once', async () => {
  const { id: submission } = await approvedContent(w, mia)
  await ana.run('rights request', { submission, channels: 'social', term: '30', fee: '80' })
  const { id: grant } = await lastGrant(w, submission)
  const press = () => mia.run('rights sign', { grant, round: '1' })
  const answers = await Promise.all([press(), press(), press()])
  expect(answers.filter((text) => text.includes('Licence signed'))).toHaveLength(1)
  const booked = await w.within((ctx) => ctx.db.transfer.findMany({ where: { key: `rights:${grant}` } }))
  expect(booked).toMatchObject([{ minor: 8_000n, from: 'program:content-fee', to: `creator:${mia.creatorId}:payable` }])
  expect(await mia.run('earnings')).toContain('Usage rights')
  expect(await w.within((ctx) => ctx.db.rightsEvent.count({ where: { grantId: grant, kind: 'signed' } }))).toBe(1)
})

test('what is signed cannot be edited, and what happened cannot be taken from the record', async () => {
  const { grant } = await licensed(w, ana, mia)
  const edit = (data: object) => w.within((ctx) => ctx.db.grant.update({ where: { id: grant }, data }))
  await edit({ reminded: 14 })
  await expect(edit({ channels: ['paid_ads'] })).rejects.toThrow()
  await expect(edit({ feeMinor: 1n })).rejects.toThrow()
  await expect(w.within((ctx) => ctx.db.grant.delete({ where: { id: grant } }))).rejects.toThrow()
  await expect(w.within((ctx) => ctx.db.rightsEvent.deleteMany({ where: { grantId: grant } }))).rejects.toThrow()
  await expect(w.within((ctx) => ctx.db.rightsTerms.updateMany({ data: { text: 'Other' } }))).rejects.toThrow()
})

test('a renewal begins where the licence ends, and covers without a gap or a day paid twice', async () => {
  const { submission, grant } = await licensed(w, ana, mia)
  const first = await lastGrant(w, submission)
  await ana.run('rights renew', { grant })
  const { id: renewal } = await w.within((ctx) => ctx.db.grant.findFirstOrThrow({ where: { renewsId: grant } }))
  expect(await mia.run('rights sign', { grant: renewal, round: '1' })).toContain('when the present licence ends')
  const second = await w.within((ctx) => ctx.db.grant.findUniqueOrThrow({ where: { id: renewal } }))
  expect(second.startsAt).toEqual(first.endsAt)
  expect((await w.within((ctx) => ctx.db.grant.findUniqueOrThrow({ where: { id: grant } }))).state).toBe('renewed')
  for (const day of [0, 89, 90, 179])
    expect(await check(submission, { at: days(first.startsAt!, day) })).toMatchObject({ ok: true })
  expect(await check(submission, { at: days(first.startsAt!, 180) })).toMatchObject({ ok: false, clause: 'term' })
  expect(await ana.run('rights renew', { grant })).toContain('This licence is renewed')
})

test('licences follow a creator who turns out to be another, and a neighbour sees none of them', async () => {
  const zoe = await w.creator('Zoe')
  const { grant, submission } = await licensed(w, ana, zoe)
  await w.within((ctx) => follow(ctx, { from: zoe.creatorId, to: mia.creatorId }))
  expect((await lastGrant(w, submission)).creatorId).toBe(mia.creatorId)
  expect(await zoe.run('rights show', { grant })).toContain('no such licence')
  const other = await w.neighbour()
  expect(await w.app.within(other, (ctx) => ctx.db.grant.count())).toBe(0)
  expect(await w.app.within(other, (ctx) => checkUse(ctx, { submissionId: submission, channel: 'website' }))).toMatchObject({
    ok: false,
    clause: 'licence',
  })
})

test('what only the longer licence covered has to come down when it ends, though a narrower one follows it', async () => {
  w.at(noon)
  const { submission, grant } = await licensed(w, ana, mia, { channels: 'website, email', term: '90 days' })
  await ana.run('rights place', { submission, channel: 'email', where: 'Footer of the newsletter' })
  await ana.run('rights place', { submission, channel: 'website', where: 'Page of the serum' })
  at(80)
  await ana.run('rights renew', { grant })
  const { id: next } = await lastGrant(w, submission)
  await mia.run('rights counter', { grant: next, channels: 'website', note: 'No mails any more' })
  await ana.run('rights sign', { grant: next, round: '2' })
  at(89)
  await w.within(due)
  expect(await ana.sees('managers')).not.toContain('Take down: Mia, “My shelf”\n1 placement')
  at(91)
  await w.within(due)
  await w.within(due)
  const told = await ana.sees('managers')
  expect(told).toContain(
    '1 placement without a right any more.\nTake down by Mar 4, 2027.\nE-mail and newsletters: Footer of the newsletter',
  )
  at(106)
  await w.within(due)
  expect(await ana.sees('managers')).toMatch(/Still standing without a right: Mia[\s\S]*Footer of the newsletter/)
  w.at(noon)
})
