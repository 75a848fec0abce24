import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMission } from '../../src/campaigns/plans.ts'
import { queue, showQueue } from '../../src/content/queue.ts'
import type { Actor } from '../../src/context.ts'
import { minutes } from '../../src/kernel/time.ts'
import { balances } from '../../src/ledger/service.ts'
import { nextCard } from '../../src/shares/next.ts'
import type { Persona } from '../chat.ts'
import { mp4 } from '../pictures.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('two films with a wrong caption fail; mended, two people approve them, once, though three press at once', async () => {
  const plan = { title: 'Two eyes', brief: 'Two films.', feeMinor: 50_00n, budgetMinor: 500_00n }
  const mission = await w.within((ctx) => addMission(ctx, plan))
  await w.within((ctx) => ctx.db.mission.update({ where: { id: mission.id }, data: { reviewers: 2 } }))
  const upload = async (name: string, more: number) => {
    const stored = await w.within((ctx) => ctx.store(Buffer.concat([mp4, Buffer.alloc(more)]), name))
    return { platform: 'web', ref: stored.id, name, bytes: stored.bytes, mime: stored.mime }
  }
  const ticks = { spoken: 'yes', shown: 'yes', kind: 'short_video', mission: mission.id }
  await mia.run('submit', { ...ticks, file: await upload('one.mp4', 0), caption: 'Love it' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission.id } }))
  await mia.run('attach', { submission, file: await upload('two.mp4', 16) })
  expect(await w.within((ctx) => ctx.db.piece.count({ where: { submissionId: submission } }))).toBe(2)

  const judges = [ana, await w.manager('Ben'), await w.manager('Cleo')]
  expect(await ana.run('review approve', { submission })).toContain('Overrule')
  await ana.run('review changes', { submission, note: 'Begin with #Werbung, please' })
  await ana.press('Tell now')
  await mia.press('Hand in again')
  expect((await mia.fill({ caption: '#Werbung Love it' })).text).toContain('revision 2')

  const answers = await Promise.all(judges.map((judge) => judge.run('review approve', { submission })))
  expect(answers.filter((a) => a.startsWith('Your yes counts'))).toHaveLength(1)
  expect(answers.filter((a) => a.includes('The fee of €50.00 is now payable.'))).toHaveLength(1)
  expect(answers.filter((a) => a.startsWith('Already decided'))).toHaveLength(1)
  const row = await w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id: submission } }))
  expect(row).toMatchObject({ state: 'approved', revision: 2 })
  expect(row.firstBy).not.toBe(row.decidedBy)
  expect(await w.within((ctx) => balances(ctx, mia.creatorId))).toMatchObject({ payable: { minor: 50_00n } })
})

test('the first yes does nothing else, counts once, and is taken back by whoever gave it', async () => {
  const mission = await w.within((ctx) => addMission(ctx, { title: 'Slow', brief: 'b', feeMinor: 10_00n, budgetMinor: 100_00n }))
  await w.within((ctx) => ctx.db.mission.update({ where: { id: mission.id }, data: { reviewers: 2 } }))
  await mia.run('submit', { url: 'https://site.example/slow', mission: mission.id, caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission.id } }))
  expect(await ana.run('review approve', { submission })).toContain('Your yes counts')
  expect(await ana.run('review approve', { submission })).toContain('You said yes already')
  expect(await w.within((ctx) => ctx.db.transfer.count({ where: { key: `fee:${submission}` } }))).toBe(0)
  await ana.press('Undo')
  expect(await w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id: submission } }))).toMatchObject({
    state: 'submitted',
    firstBy: null,
  })
  w.at(minutes(w.now, 1))
})

test('two who approve are two persons, also when the one of the first yes has connected an older account', async () => {
  const older = await w.applicant('Older')
  w.at(minutes(w.now, 1))
  const dora = await w.manager('Dora')
  const mission = await w.within((ctx) => addMission(ctx, { title: 'Twice', brief: 'b', feeMinor: 10_00n, budgetMinor: 100_00n }))
  await w.within((ctx) => ctx.db.mission.update({ where: { id: mission.id }, data: { reviewers: 2 } }))
  await mia.run('submit', { url: 'https://site.example/twice', mission: mission.id, caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission.id } }))
  expect(await dora.run('review approve', { submission })).toContain('Your yes counts')
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await older.run('profile connect'))![0]
  expect(await dora.run('profile connect', { code })).toMatch(/^You are one person now/)
  expect(await dora.run('review approve', { submission })).toContain('You said yes already')
  await dora.press('Undo')
  const row = await w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id: submission } }))
  expect(row).toMatchObject({ state: 'submitted', firstBy: null })
})

describe('what creators hand in wrongly', () => {
  test('a full field of reasons, and the draft is kept each time', async () => {
    const plan = { title: 'Only demos', brief: 'b', feeMinor: 0n, budgetMinor: 0n }
    const { id: mission } = await w.within((ctx) => addMission(ctx, plan))
    await w.within((ctx) =>
      ctx.db.mission.update({ where: { id: mission }, data: { kinds: ['demo'], audience: {}, closesAt: minutes(w.now, 60) } }),
    )
    const url = 'https://site.example/draft-kept'
    const kept = async () => (await mia.press('Fix')).form!.fields.find((f) => f.name === 'caption')!.value
    expect(await mia.run('submit', { mission, kind: 'photo', url, caption: '#Werbung kept' })).toContain(
      'does not ask for a photo',
    )
    expect(await kept()).toBe('#Werbung kept')
    await mia.run('submit', { mission, url, caption: '#Werbung kept' })
    expect(await mia.run('submit', { mission, url, caption: '#Werbung twice' })).toContain('This link was already handed in')
    expect(await kept()).toBe('#Werbung twice')
    w.at(minutes(w.now, 61))
    expect(await mia.run('submit', { mission, url: `${url}2`, caption: '#Werbung late' })).toContain('is closed')
    expect(await kept()).toBe('#Werbung late')
  })
})

test('ten thousand that wait: the next, the place, the list and the count stay quick, and read the index', async () => {
  const many = 10_000
  await w.within(
    (ctx) => ctx.db.$executeRaw`
      INSERT INTO "Submission" (id, "programId", "creatorId", kind, state, url, caption, "submittedAt", "createdAt")
      SELECT 'sub_' || lpad(n::text, 26, '0'), ${ctx.program.id}, ${mia.creatorId}, 'post', 'submitted', 'https://site.example/' || n, '#ad',
        ${w.now}::timestamptz + n * interval '1 second', ${w.now} FROM generate_series(1, ${many}) AS n`,
  )
  await w.app.database.owner.query(`ANALYZE "Submission"`)
  const actor: Actor = { personId: ana.personId, name: 'Ana', role: 'manager', zone: 'Europe/Berlin', locale: 'en' }
  const middle = `sub_${String(many / 2).padStart(26, '0')}`
  const began = performance.now()
  const card = await w.as(actor, (ctx) => nextCard(ctx, middle, 'next'))
  const { waiting, total } = await w.as(actor, (ctx) => queue(ctx))
  await w.as(actor, (ctx) => showQueue(ctx))
  const took = performance.now() - began
  expect(JSON.stringify(card)).toContain(`sub_${String(many / 2 + 1).padStart(26, '0')}`)
  expect(waiting).toHaveLength(10)
  expect(total).toBeGreaterThanOrEqual(many)
  // Some 60 ms on an idle machine; a plan that reads and sorts everything for each press would not be seen here but in the plans below.
  expect(took).toBeLessThan(3_000)
  const plan = await w.within(
    (ctx) => ctx.db.$queryRaw<{ 'QUERY PLAN': string }[]>`
      EXPLAIN SELECT id FROM "Submission" WHERE "programId" = ${ctx.program.id} AND state = 'submitted'
        AND ("submittedAt", id) > (${w.now}::timestamptz, '') ORDER BY "submittedAt", id LIMIT 1`,
  )
  const words = plan.map((line) => line['QUERY PLAN']).join('\n')
  expect(words).toContain('Submission_programId_state_submittedAt_id_idx')
  expect(words).not.toMatch(/Sort|Seq Scan/)
})
