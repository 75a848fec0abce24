import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { due } from '../../src/campaigns/due.ts'
import { addMission } from '../../src/campaigns/plans.ts'
import { firstMission, openMissions, raiseBudget, spend } from '../../src/campaigns/service.ts'
import { approve, requestChanges } from '../../src/content/decide.ts'
import { submit } from '../../src/content/service.ts'
import { tellNow } from '../../src/content/tell.ts'
import type { Actor } from '../../src/context.ts'
import { days } from '../../src/kernel/time.ts'
import { balances } from '../../src/ledger/service.ts'
import type { Persona } from '../chat.ts'
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

const eur = (minor: bigint) => ({ minor, currency: 'EUR' })
const mission = (title: string, feeMinor = 50_00n, budgetMinor = 500_00n, closesAt?: Date) =>
  w.within((ctx) =>
    addMission(ctx, { title, brief: 'Show the serum in the morning.', feeMinor, budgetMinor, ...(closesAt ? { closesAt } : {}) }),
  )

const actor = (one: Persona, role: Actor['role']): Actor => ({
  personId: one.personId,
  name: one.name,
  role,
  zone: 'Europe/Berlin',
  locale: 'en',
  ...(one.creatorId ? { creatorId: one.creatorId } : {}),
})
const handIn = (one: Persona, url: string, missionId?: string) =>
  w.as(actor(one, 'creator') as Actor<'creator'>, (ctx) =>
    submit({ ...ctx, actor: actor(one, 'creator') as Actor<'creator'> }, { url, missionId, caption: '#ad Look' }),
  )

let posts = 0
const post = () => `https://www.instagram.com/p/room${++posts}/`
const feesOf = (submissionId: string) => w.within((ctx) => ctx.db.transfer.count({ where: { key: `fee:${submissionId}` } }))
const row = (id: string) => w.within((ctx) => ctx.db.submission.findUniqueOrThrow({ where: { id } }))

describe('a budget of 500 and a fee of 50', () => {
  test('the eleventh approval is blocked, waits, and passes when the budget is raised', async () => {
    const lea = await w.creator('Lea')
    const { id: missionId } = await mission('Eleven')
    const handed = []
    for (let n = 0; n < 11; n++) handed.push(await handIn(lea, post(), missionId))
    for (const { id } of handed.slice(0, 10))
      expect(await ana.run('review approve', { submission: id })).toContain('Approved by Ana')

    const eleventh = handed[10]!.id
    const blocked = await ana.run('review approve', { submission: eleventh })
    expect(blocked).toContain('The budget of “Eleven” is used up: €500.00 of €500.00 is spent and the fee is €50.00.')
    expect(blocked).toContain('Raise it with /campaign raise')
    expect(await row(eleventh)).toMatchObject({ state: 'submitted', decidedBy: null })
    expect(await feesOf(eleventh)).toBe(0)
    expect(await w.within((ctx) => balances(ctx, lea.creatorId))).toMatchObject({ payable: eur(500_00n) })
    expect(await lea.sees('missions')).toContain('The budget is used up.')

    expect(await ana.run('campaign raise', { mission: missionId, budget: '550' })).toContain('Budget raised')
    expect(await ana.run('review approve', { submission: eleventh })).toContain('Approved by Ana')
    expect(await w.within((ctx) => balances(ctx, lea.creatorId))).toMatchObject({ payable: eur(550_00n) })
  })

  test('twelve approvals at once pay exactly ten fees', async () => {
    const kim = await w.creator('Kim')
    const { id: missionId } = await mission('Twelve at once')
    const handed = []
    for (let n = 0; n < 12; n++) handed.push(await handIn(kim, post(), missionId))
    const answers = await Promise.all(handed.map(({ id }) => ana.run('review approve', { submission: id })))
    expect(answers.filter((a) => a.includes('Approved by Ana'))).toHaveLength(10)
    expect(answers.filter((a) => a.includes('is used up'))).toHaveLength(2)
    expect(await w.within((ctx) => balances(ctx, kim.creatorId))).toMatchObject({ payable: eur(500_00n) })
  })
})

describe('three managers at once', () => {
  test('approve: one effect, and the others are told who was first', async () => {
    const { id: missionId } = await mission('Race')
    const judges = [ana, await w.manager('Ben'), await w.manager('Cleo')]
    for (let round = 0; round < 5; round++) {
      const { id } = await handIn(mia, post(), missionId)
      const answers = await Promise.all(judges.map((judge) => judge.run('review approve', { submission: id })))
      const late = answers.filter((a) => a.startsWith('Already decided'))
      expect(late).toHaveLength(2)
      const { decidedBy } = await row(id)
      const winner = judges.find((judge) => judge.personId === decidedBy)!
      for (const answer of late) expect(answer).toContain(`Approved by ${winner.name}`)
      expect(await feesOf(id)).toBe(1)
    }
    expect(await w.within((ctx) => ctx.db.mission.findUniqueOrThrow({ where: { id: missionId } }))).toMatchObject({
      spentMinor: 250_00n,
    })
  })

  test('approve, ask for changes and reject: one of them counts', async () => {
    const [ben, cleo] = [await w.manager('Dora'), await w.manager('Emil')]
    const { id: missionId } = await mission('Mixed race')
    for (let round = 0; round < 4; round++) {
      const { id } = await handIn(mia, post(), missionId)
      const answers = await Promise.all([
        ana.run('review approve', { submission: id }),
        ben.run('review changes', { submission: id, note: 'A brighter picture' }),
        cleo.run('review reject', { submission: id, reason: 'quality' }),
      ])
      expect(answers.filter((a) => a.startsWith('Already decided'))).toHaveLength(2)
      const { state } = await row(id)
      expect(await feesOf(id)).toBe(state === 'approved' ? 1 : 0)
      await w.within(async (ctx) => tellNow(ctx, id))
      const told = await w.within((ctx) =>
        ctx.db.outbox.count({
          where: { kind: 'post', audience: { in: [`person:${mia.personId}`, `thread:${id}`] }, key: { contains: id } },
        }),
      )
      expect(told).toBe(1)
    }
  })
})

describe('the same content', () => {
  test('handed in twice at once is taken once', async () => {
    const url = post()
    const outcomes = await Promise.allSettled([
      handIn(mia, url),
      handIn(mia, `${url}?igsh=abc`),
      handIn(mia, url.replace('www.', '')),
    ])
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(1)
    for (const o of outcomes) if (o.status === 'rejected') expect(o.reason.message).toContain('This link was already handed in')
  })

  test('is another matter for another creator', async () => {
    const url = post()
    const nils = await w.creator('Nils')
    await handIn(mia, url)
    await expect(handIn(nils, url)).resolves.toMatchObject({ state: 'submitted' })
  })
})

describe('missions', () => {
  test('one that closes takes no more content, but pays what came before', async () => {
    const { id: missionId } = await mission('Short', 50_00n, 500_00n, days(w.now, 1))
    const { id } = await handIn(mia, post(), missionId)
    const start = w.now
    w.at(days(start, 1))
    await expect(handIn(mia, post(), missionId)).rejects.toThrow('The mission “Short” is closed.')
    expect(await w.within(due)).toBe(1)
    expect(await w.within(due)).toBe(0)
    expect(await mia.sees('missions')).toContain('Short\nThis mission is closed.')
    await ana.run('review approve', { submission: id })
    expect(await feesOf(id)).toBe(1)
    w.at(start)
  })

  test('the first one for a newcomer is open and leaves most time', async () => {
    await mission('Soon over', 0n, 0n, days(w.now, 2))
    const { creatorId } = await w.creator('Newcomer')
    const first = await w.within((ctx) => firstMission(ctx, creatorId))
    const open = await w.within(openMissions)
    expect(open[0]!.title).toBe('Soon over')
    expect(first!.closesAt).toBeNull()
    expect(open.map((m) => m.title)).not.toContain('Twelve at once')
  })

  test('a budget never goes down, and what is spent is what is said', async () => {
    const { id } = await mission('Walls', 30_00n, 70_00n)
    expect(await w.within((ctx) => spend(ctx, id, eur(30_00n)))).toEqual(eur(40_00n))
    expect(await w.within((ctx) => spend(ctx, id, eur(30_00n)))).toEqual(eur(10_00n))
    await expect(w.within((ctx) => spend(ctx, id, eur(30_00n)))).rejects.toThrow('is used up')
    await expect(w.within((ctx) => raiseBudget(ctx, id, 70_00n))).rejects.toThrow('is already €70.00')
    await expect(w.within((ctx) => spend(ctx, 'mis_01J00000000000000000000000', eur(1n)))).rejects.toThrow('does not exist')
  })
})

describe('borders', () => {
  test('another program sees, spends and decides nothing here', async () => {
    const other = await w.neighbour()
    const { id: missionId } = await mission('Ours')
    const { id } = await handIn(mia, post(), missionId)
    const boss: Actor = { ...actor(ana, 'admin') }
    await expect(w.app.act(other, boss, (ctx) => approve(ctx, id))).rejects.toThrow('does not exist')
    await expect(w.app.act(other, boss, (ctx) => spend(ctx, missionId, eur(1n)))).rejects.toThrow('does not exist')
    expect(await w.app.act(other, boss, (ctx) => openMissions(ctx))).toEqual([])
    expect(await row(id)).toMatchObject({ state: 'submitted' })
  })

  test('a manager who is a creator too does not judge their own', async () => {
    const { id } = await handIn(mia, post())
    await expect(w.as(actor(mia, 'manager'), (ctx) => approve(ctx, id))).rejects.toThrow('Nobody decides on their own content.')
    await expect(w.as(actor(mia, 'creator'), (ctx) => requestChanges(ctx, id, 'mine'))).rejects.toThrow('Only managers decide')
  })

  test('who is banned hands in nothing and is paid nothing', async () => {
    const olaf = await w.creator('Olaf')
    const { id: missionId } = await mission('Banned')
    const { id } = await handIn(olaf, post(), missionId)
    await w.within((ctx) => ctx.db.creator.update({ where: { id: olaf.creatorId }, data: { state: 'banned' } }))
    expect(await ana.run('review approve', { submission: id })).toContain('Olaf is no longer in the program')
    await expect(handIn(olaf, post(), missionId)).rejects.toThrow('Only active creators')
    expect(await feesOf(id)).toBe(0)
    expect(await row(id)).toMatchObject({ state: 'submitted' })
  })
})
