import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../src/kernel/time.ts'
import type { Persona } from '../chat.ts'
import { approvedContent, lastGrant } from '../rights.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const handIn = async (url: string) => {
  await mia.run('submit', { url, caption: '#ad' })
  return (await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { url, state: 'submitted' } }))).id
}

test('what is withdrawn leaves the queue and may come again', async () => {
  const submission = await handIn('https://site.example/a')
  await mia.run('content')
  expect((await mia.press('Withdraw')).text).toContain('Withdrawn: site.example/a')
  expect(await ana.sees('review')).toContain('Mia: site.example/a\nWithdrawn by its creator.')
  expect(await ana.run('review queue')).toContain('Nothing waits')
  expect(await ana.run('review approve', { submission })).toContain('Already decided')
  expect(await handIn('https://site.example/a')).not.toBe(submission)
})

test('what is decided, and what is another’s, stays', async () => {
  const submission = await handIn('https://site.example/b')
  const ben = await w.creator('Ben')
  expect(await ben.run('retract', { submission })).toContain('Only its creator can do this.')
  await ana.run('review approve', { submission })
  expect(await mia.run('retract', { submission })).toContain('A manager is just looking at this.')
  await ana.press('Tell now')
  expect(await mia.run('retract', { submission })).toContain('This submission is approved.')
})

test('what is withdrawn after its mission has closed leaves nobody a seat to be reminded of', async () => {
  const { addMission, close } = await import('../../src/campaigns/plans.ts')
  const plan = { title: 'Dawn', brief: 'One take at dawn.', feeMinor: 0n, budgetMinor: 0n, seats: 1, closesAt: days(w.now, 14) }
  const mission = await w.within((ctx) => addMission(ctx, plan))
  await mia.run('submit', { url: 'https://site.example/dawn', caption: '#ad', mission: mission.id })
  await w.within((ctx) => close(ctx, mission.id))
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission.id } }))
  await mia.run('retract', { submission })
  const seat = await w.within((ctx) => ctx.db.seat.findFirstOrThrow({ where: { missionId: mission.id } }))
  expect(seat).toMatchObject({ state: 'missed', remindAt: null })
})

test('what rights are asked for is no longer asked for once it is withdrawn; what is licensed stays', async () => {
  const captured = async () => {
    const { id: submission } = await approvedContent(w, mia, { kind: 'moment', state: 'submitted' })
    await w.within((ctx) => ctx.db.submission.update({ where: { id: submission }, data: { decidedAt: null, toldAt: null } }))
    await ana.run('rights request', { submission, channels: 'website', term: '90 days', fee: '100' })
    return { submission, grant: (await lastGrant(w, submission)).id }
  }
  const asked = await captured()
  expect(await mia.run('retract', { submission: asked.submission })).toContain('Withdrawn')
  expect(await mia.run('rights sign', { grant: asked.grant, round: '1' })).toContain('This offer was answered already.')
  expect(await w.within((ctx) => ctx.db.transfer.count())).toBe(0)
  const signed = await captured()
  await mia.run('rights sign', { grant: signed.grant, round: '1' })
  expect(await mia.run('retract', { submission: signed.submission })).toContain(
    'You signed a licence for this content, and it still holds.',
  )
  expect((await mia.press('Show licence')).text).toContain('Licence: ')
  expect(await ana.run('review queue')).toContain('1')
  w.at(days(w.now, 91))
  expect(await mia.run('retract', { submission: signed.submission })).toContain('Withdrawn')
})
