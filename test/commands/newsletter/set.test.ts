import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../../src/campaigns/plans.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const ring = async (at: string) => {
  w.at(at)
  for (const job of ['schedule', 'messages', 'deliver']) await w.app.runJob(job)
}

test('it rests until a manager lets it run, is read a day before, and comes once at the clock of each reader', async () => {
  expect(await ana.run('newsletter show')).toMatch(/Next +it does not run[\s\S]*There is nothing to say now/)
  await ana.run('campaign create', { title: 'Autumn glow', brief: 'Show the serum', fee: '50.00' })
  await ana.run('newsletter set', { words: 'The new serum is here.', link: 'https://shop.example.com/serum' })
  expect((await ana.run('newsletter show')).replaceAll(/\s+/g, ' ')).toContain('The new serum is here.')
  await ring('2026-12-03T10:00:00Z')
  expect(await mia.sees()).not.toContain('News of Glow')
  expect((await ana.run('newsletter set', { state: 'running' })).replaceAll(/\s+/g, ' ')).toContain(
    'Next Sun, Jan 3, 2027, 9:00 AM UTC',
  )
  await w.creator('Lea')
  await ring('2027-01-02T09:30:00Z')
  expect(await ana.sees('managers')).toMatch(/The newsletter goes out soon[\s\S]*The new serum is here/)
  expect(await mia.sees()).not.toContain('News of Glow')
  for (const at of ['2027-01-03T09:00:00Z', '2027-01-03T09:05:00Z', '2027-01-03T12:00:00Z']) await ring(at)
  expect((await mia.sees()).match(/News of Glow/g)).toHaveLength(1)
  expect(await w.within((ctx) => ctx.db.broadcast.count())).toBe(1)
})

test('nothing given opens the form, and a form sent empty saves nothing', async () => {
  expect((await ana.ask('newsletter set')).form?.fields.map((f) => f.name)).toEqual(['words', 'link', 'state'])
  expect((await ana.fill({})).text).toMatch(/^The newsletter\n/)
  expect(await ana.run('newsletter set', { state: 'running' })).toMatch(/^Saved: the newsletter\n/)
})

test('stopped or paused after it was planned, it is not said', async () => {
  await ring('2027-02-02T10:00:00Z')
  expect(await ana.run('newsletter show')).toContain('Stop the planned one')
  await ana.run('newsletter set', { state: 'paused' })
  for (const at of ['2027-02-03T09:00:00Z', '2027-02-03T09:05:00Z']) await ring(at)
  expect((await mia.sees()).match(/News of Glow/g)).toHaveLength(1)
  const why = await w.within((ctx) => ctx.db.message.findMany({ where: { kind: 'news', state: 'skipped' }, distinct: ['why'] }))
  expect(why.map((row) => row.why)).toEqual(['paused'])
})

test('written a day before, it names no mission and no season that is over by then', async () => {
  w.at('2027-03-02T12:00:00Z')
  await ana.run('newsletter set', { state: 'running' })
  const plan = { brief: 'Show the serum.', feeMinor: 0n, budgetMinor: 0n }
  const ends = { 'Over tonight': '2027-03-02T22:59:00Z', 'Over tomorrow': '2027-03-03T22:59:00Z' }
  for (const [title, day] of Object.entries(ends))
    await w.within((ctx) => addMission(ctx, { ...plan, title, closesAt: new Date(day) }))
  await ana.run('season create', { kind: 'custom', title: 'Last sprint', from: '2027-03-01', until: '2027-03-02' })
  expect(await ana.run('newsletter show')).not.toMatch(/Over tonight|Last sprint/)
  for (const at of ['2027-03-02T14:00:00Z', '2027-03-03T08:00:00Z', '2027-03-03T09:05:00Z']) await ring(at)
  const { words } = await w.within((ctx) => ctx.db.broadcast.findFirstOrThrow({ orderBy: { createdAt: 'desc' } }))
  expect(words).toContain('Over tomorrow')
  expect(words).not.toMatch(/Over tonight|Last sprint/)
})

test('whoever would not be named since it was written is not praised in it', async () => {
  const leo = await w.creator('Leo')
  const at = new Date('2027-03-22T00:00:00Z')
  const star = { programId: w.programId, period: '2027-W12', creatorId: leo.creatorId, reasons: ['3 orders'], at }
  await w.within((ctx) => ctx.db.star.create({ data: star }))
  await ring('2027-04-02T09:30:00Z')
  const letter = () => w.within((ctx) => ctx.db.broadcast.findFirstOrThrow({ orderBy: { createdAt: 'desc' } }))
  expect((await letter()).words).toContain('Creator of the week: Leo (3 orders).')
  await leo.run('settings', { shown: 'hidden' })
  for (const at of ['2027-04-03T08:00:00Z', '2027-04-03T09:05:00Z']) await ring(at)
  const seen = (await mia.sees()).split('News of Glow').at(-1)
  expect(seen).toContain('The new serum is here.')
  expect(seen).not.toContain('Leo')
})

test('whoever it was written of is praised in it, also when another is the creator of the week by then', async () => {
  const [zoe, kai] = [await w.creator('Zoe'), await w.creator('Kai')]
  const choose = ({ creatorId }: Persona, period: string, at: string) =>
    w.within((ctx) =>
      ctx.db.star.create({
        data: { programId: w.programId, period, creatorId: creatorId!, reasons: ['3 orders'], at: new Date(at) },
      }),
    )
  await choose(zoe, '2027-W16', '2027-04-19T00:00:00Z')
  await ring('2027-05-02T09:30:00Z')
  await choose(kai, '2027-W17', '2027-04-26T00:00:00Z')
  for (const at of ['2027-05-03T08:00:00Z', '2027-05-03T09:05:00Z']) await ring(at)
  const where = { audience: `person:${mia.personId}`, key: { startsWith: 'news:' } }
  const said = await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where, orderBy: { seq: 'desc' } }))
  expect(JSON.stringify(said.payload)).toContain('Creator of the week: Zoe (3 orders).')
})
