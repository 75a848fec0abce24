import { expect, test } from 'vitest'
import { world } from '../../world.ts'

test('creators see what runs and what is over; only managers are offered to start one', async () => {
  const w = await world()
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  expect(await mia.run('season list')).toContain('No season runs beside the weekly board.')
  await ana.run('season create', { kind: 'month', metric: 'engagement', title: 'Talk of the month' })
  const said = await mia.run('season list')
  expect(said).toMatch(/Talk of the month +engagement/)
  expect(said).not.toContain('[Start a season]')
  expect(await ana.run('season list')).toContain('[Start a season]')
  expect(await (await w.applicant('Al')).run('season list')).toContain('for creators')
  await w.close()
})
