import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkVerdict, judgeSubmission, latestVerdict } from '../../../src/content/verdicts.ts'
import { posted } from '../../posts.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const load = (id: string) => w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id } }))
const judged = async (id: string, stage: 'draft' | 'live', caption?: string) => {
  const submission = await load(id)
  return w.within((ctx) => judgeSubmission(ctx, submission, stage, caption))
}
const checked = async (id: string) => {
  const submission = await load(id)
  return w.within((ctx) => checkVerdict(ctx, submission))
}

test('a manager takes it upon themselves with a reason, for these words and no others', async () => {
  const mia = await w.creator('Mia')
  const ana = await w.manager('Ana')
  const id = await posted(w, mia, 'my serum', 'https://blog.example/serum')
  expect(await ana.run('review override', { submission: id, reason: 'It is on the picture' })).toContain('nothing to overrule')
  expect((await judged(id, 'draft')).verdict).toBe('fail')
  await expect(checked(id)).rejects.toMatchObject({ code: 'conflict', next: { run: 'review override' } })
  expect(await mia.run('review override', { submission: id, reason: 'It is mine' })).toContain('Not allowed')
  const text = await ana.run('review override', { submission: id, reason: 'The picture says Werbung in large letters' })
  expect(text).toMatch(/Overruled: Mia[\s\S]*Ana overruled this: The picture says Werbung in large letters/)
  await checked(id)
  // The same words where they were posted need no second press; other words do.
  expect(await judged(id, 'live')).toMatchObject({ verdict: 'fail', overridden: { name: 'Ana' } })
  expect((await judged(id, 'live', 'my other serum')).overridden).toBeNull()
  await expect(checked(id)).rejects.toMatchObject({ code: 'conflict' })
  const rows = await w.within((ctx) => ctx.db.verdict.findMany({ where: { submissionId: id }, orderBy: { seq: 'asc' } }))
  expect(rows.map((row) => row.event)).toEqual(['judged', 'overridden', 'judged', 'judged'])
})

test('the audience: the mission’s places, else the program’s, and where the creator lives; what is said in the chat is no post', async () => {
  const joe = await w.creator('Joe', { country: 'US' })
  const id = await posted(w, joe, '#ad my serum', 'https://blog.example/joe')
  expect((await judged(id, 'draft')).territories).toEqual(['DE', 'US'])
  const film = await posted(w, joe, '#ad #Werbung', 'https://www.tiktok.com/@joe/video/1')
  expect((await judged(film, 'draft')).findings.map((one) => one.rule)).toEqual(['film'])
  await w.within((ctx) => ctx.db.submission.update({ where: { id: film }, data: { spoken: true, shown: true } }))
  expect((await judged(film, 'draft')).verdict).toBe('pass')
  // A live stream is told from a post that is only called so.
  const named = await posted(w, joe, '#ad #Werbung', 'https://www.instagram.com/p/live/')
  expect((await judged(named, 'draft')).verdict).toBe('pass')
  const stream = await posted(w, joe, '#ad #Werbung', 'https://www.instagram.com/joe/live/')
  expect((await judged(stream, 'draft')).findings.map((one) => one.rule)).toEqual(['live'])
  const said = await posted(w, joe, 'I like it', 'https://discord.com/channels/1/2/3', { kind: 'moment' })
  expect((await judged(said, 'draft')).verdict).toBe('pass')
  const mission = await w.within((ctx) =>
    ctx.db.mission.create({
      data: {
        ...{
          id: ctx.id('mission'),
          programId: ctx.program.id,
          title: 'Été',
          brief: 'x',
          state: 'open',
          feeMinor: 0n,
          budgetMinor: 0n,
        },
        ...{ territories: ['FR'], opensAt: ctx.now, createdAt: ctx.now },
      },
    }),
  )
  await w.within((ctx) => ctx.db.submission.update({ where: { id }, data: { missionId: mission.id } }))
  const french = await judged(id, 'draft')
  expect([french.territories, french.verdict, french.corrected]).toEqual([
    ['FR', 'US'],
    'fail',
    'Collaboration commerciale\n#ad my serum',
  ])
  expect(await w.within((ctx) => latestVerdict(ctx, id))).toEqual(french)
  expect(await w.within((ctx) => latestVerdict(ctx, 'sub_none'))).toBeNull()
})
