import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../../src/campaigns/plans.ts'
import { days } from '../../../src/kernel/time.ts'
import { compose } from '../../../src/messages/compose.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('open missions, those that close first at the top, with a way to hand in for creators only', async () => {
  const mia = await w.creator('Mia')
  const ana = await w.manager('Ana')
  const guest = await w.applicant('Guest')
  expect(await mia.run('mission list')).toContain('No mission is open right now.')
  const plan = { brief: 'Show the serum in the morning.', feeMinor: 50_00n, budgetMinor: 100_00n }
  await w.within((ctx) => addMission(ctx, { ...plan, title: 'Stays open', feeMinor: 0n }))
  await w.within((ctx) => addMission(ctx, { ...plan, title: 'Closes soon', closesAt: days(ctx.now, 3) }))
  const text = await mia.run('mission list')
  expect(text.indexOf('Closes soon')).toBeLessThan(text.indexOf('Stays open'))
  expect(text).toContain('€50.00 for each approved submission')
  expect(text).toContain('No fee, commission as always')
  expect(text).toContain('[Hand in]')
  expect(await ana.run('mission list')).not.toContain('[Hand in]')
  expect(await guest.run('mission list')).toContain('Missions are for creators of the program.')
  w.at(days(w.now, 3))
  expect(await mia.run('mission list')).not.toContain('Closes soon')
})

test('a mission of the first days after joining is for those who have some left: no list, digest or newsletter has it for others', async () => {
  const plan = { title: 'Say hello', brief: 'Show yourself.', feeMinor: 0n, budgetMinor: 0n, daysToJoin: 5 }
  const { id: mission } = await w.within((ctx) => addMission(ctx, plan))
  const [old, lea, eve] = [await w.creator('Old'), await w.creator('Lea'), await w.manager('Eve')]
  await lea.run('mission claim', { mission })
  w.at(days(w.now, 5))
  const nia = await w.creator('Nia')
  expect(await nia.run('mission list')).toContain('Say hello')
  expect(await old.run('mission list')).not.toContain('Say hello')
  expect(await lea.run('mission list')).not.toContain('Say hello')
  expect(await eve.run('mission list')).toContain('Say hello')
  const digest = (reader: Persona) => {
    const given = { personId: reader.personId, zone: 'Europe/Berlin', period: '2026-W48', waited: [] }
    return w.within(async (ctx) => JSON.stringify(await compose.digest(ctx, given)))
  }
  expect(await digest(nia)).toContain('Say hello')
  expect(await digest(old)).not.toContain('Say hello')
  expect(await eve.run('newsletter show')).not.toContain('Say hello')
})
