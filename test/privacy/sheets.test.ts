/** Sheets that were made for finance name people; they are not kept beyond whoever is forgotten. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, hours } from '../../src/kernel/time.ts'
import { finance } from '../rooms/payees.ts'
import { type World, world } from '../world.ts'
import { found, owe } from './planted.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a sheet of the books goes with whoever is forgotten, and any after thirty days', async () => {
  const mia = await w.applicant('Quorlandine')
  const fay = await finance(w, 'Fay')
  await w.within(async (ctx) => {
    mia.creatorId = ctx.id('creator')
    const of = { id: mia.creatorId, programId: w.programId, personId: mia.personId, name: mia.name, handle: '@q', email: '' }
    const stands = { state: 'approved', niche: 'beauty', country: 'DE', appliedAt: ctx.now, createdAt: ctx.now }
    await ctx.db.creator.create({ data: { ...of, ...stands } })
  })
  await owe(w, mia, 2_500)
  await fay.run('books liability')
  const name = mia.name.toLowerCase()
  const inFiles = async () => (await found(w, [name])).filter((hit) => hit.includes('media'))
  const papers = () => w.within((ctx) => ctx.db.paper.count())
  expect(await inFiles()).toHaveLength(1)
  await mia.run('privacy delete', { sure: 'waive' })
  const day = days(w.now, 14)
  for (const n of [0, 2, 4]) {
    w.at(hours(day, n))
    for (const job of ['due', 'privacy', 'deliver']) await w.app.runJob(job)
  }
  expect(await w.within((ctx) => ctx.db.erasure.count({ where: { state: 'done' } }))).toBe(1)
  await w.app.runJob('retention')
  expect(await inFiles()).toEqual([])
  await fay.run('books liability')
  w.at(days(day, 29))
  await w.app.runJob('retention')
  expect(await papers()).toBe(1)
  w.at(days(day, 31))
  for (const job of ['due', 'retention']) await w.app.runJob(job)
  expect(await papers()).toBe(0)
  expect(await found(w, [name])).toEqual([])
})
