import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor, Context } from '../../src/context.ts'
import { acceptTerms, admit, apply, changeProfile, creatorOf, decline, rateOf } from '../../src/creators/service.ts'
import { days } from '../../src/kernel/time.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { publishTerms } from '../../src/programs/service.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let someone: Persona
let count = 0
const start = new Date('2026-11-20T12:00:00Z')
const form = { handle: '@new.one', niche: 'beauty', country: 'Germany', email: 'new@example.com', adult: true }

beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
beforeEach(async () => {
  w.at(start)
  someone = await w.applicant(`Someone ${++count}`)
})
afterAll(() => w.close())

const actor = (one: Persona, role: Actor['role'] = 'anyone', creatorId?: string): Actor => ({
  personId: one.personId,
  name: one.name,
  role,
  zone: 'Europe/Berlin',
  locale: 'en',
  platform: 'web',
  ...(creatorId === undefined ? {} : { creatorId }),
})
const as = <T>(one: Persona, work: (ctx: Context) => Promise<T>, role: Actor['role'] = 'anyone', creatorId?: string) =>
  w.as(actor(one, role, creatorId), work)
const applies = async (one: Persona, more: Partial<typeof form> = {}) => {
  const filed = await as(one, (ctx) =>
    apply(ctx, { ...form, handle: `@one.${count}`, email: `one${count}@example.com`, ...more }),
  )
  return as(one, (ctx) => acceptTerms(ctx), 'anyone', filed.id)
}
const posts = (key: string) => w.within((ctx) => ctx.db.outbox.count({ where: { key: { startsWith: key } } }))

describe('applying', () => {
  test('two forms sent at once are one application', async () => {
    const both = await Promise.all([1, 2].map(() => as(someone, (ctx) => apply(ctx, form))))
    expect(both[0]!.id).toBe(both[1]!.id)
    expect(await w.within((ctx) => ctx.db.creator.count({ where: { personId: someone.personId } }))).toBe(1)
  })

  test('details may be corrected until the terms are accepted', async () => {
    const first = await as(someone, (ctx) => apply(ctx, { ...form, country: 'DE' }))
    const second = await as(someone, (ctx) => apply(ctx, { ...form, country: 'Spain' }), 'anyone', first.id)
    expect(second).toMatchObject({ id: first.id, country: 'ES', state: 'applied', termsAt: null })
    await as(someone, (ctx) => acceptTerms(ctx), 'anyone', first.id)
    await expect(as(someone, (ctx) => apply(ctx, form), 'anyone', first.id)).rejects.toThrow('We already have your application.')
  })

  test('a no to age and consent leaves nothing behind', async () => {
    const refused = as(someone, (ctx) => apply(ctx, { ...form, adult: false }))
    await expect(refused).rejects.toMatchObject({ code: 'invalid', field: 'adult_and_consent' })
    expect(await w.within((ctx) => ctx.db.creator.count({ where: { personId: someone.personId } }))).toBe(0)
  })

  test('accepting twice is one acceptance with the hash of the text', async () => {
    const creator = await applies(someone)
    await as(someone, (ctx) => acceptTerms(ctx), 'anyone', creator.id)
    const rows = await w.within((ctx) => ctx.db.acceptance.findMany({ where: { personId: someone.personId } }))
    const terms = await w.within((ctx) => ctx.db.termsVersion.findFirstOrThrow())
    expect(rows).toMatchObject([{ termsId: terms.id, hash: terms.hash, platform: 'web', locale: 'en', at: start }])
    expect(await posts(`application:${creator.id}`)).toBe(1)
  })

  test('old terms cannot be accepted, and nobody accepts without an application', async () => {
    await expect(as(someone, (ctx) => acceptTerms(ctx))).rejects.toThrow('There is no application of yours yet.')
    await as(someone, (ctx) => apply(ctx, form))
    const old = await w.within((ctx) => ctx.db.termsVersion.findFirstOrThrow({ orderBy: { version: 'desc' } }))
    await w.within((ctx) => publishTerms(ctx, ctx.program, policyOf(ctx.program)))
    await expect(as(someone, (ctx) => acceptTerms(ctx, old.id))).rejects.toThrow('The terms have changed since you saw them.')
  })
})

describe('deciding', () => {
  test('nobody is decided on before they accepted the terms', async () => {
    const filed = await as(someone, (ctx) => apply(ctx, form))
    await expect(as(ana, (ctx) => admit(ctx, filed.id), 'manager')).rejects.toThrow('has not accepted the terms yet')
  })

  test('two managers at once: one decision, the other is told who was first', async () => {
    const bea = await w.manager(`Bea ${count}`)
    const creator = await applies(someone)
    const results = await Promise.allSettled([
      as(ana, (ctx) => admit(ctx, creator.id), 'manager'),
      as(bea, (ctx) => decline(ctx, creator.id, 'fit'), 'manager'),
    ])
    expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = results.find((r) => r.status === 'rejected')!
    const row = await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: creator.id } }))
    const winner = row.decidedBy === ana.personId ? 'Ana already approved' : `${bea.name} already declined`
    expect((lost as PromiseRejectedResult).reason.message).toBe(`${winner} ${someone.name}.`)
  })

  test('admitting grants the role on every door, once, and never lowers a manager', async () => {
    const creator = await applies(someone)
    await as(ana, (ctx) => admit(ctx, creator.id), 'manager')
    await w.tick()
    expect(w.door.grants.filter((g) => g.user === someone.user)).toEqual([{ user: someone.user, role: 'creator', on: true }])
    const boss = await w.manager(`Boss ${count}`)
    const own = await applies(boss, { handle: '@boss', email: 'boss@example.com' })
    await as(ana, (ctx) => admit(ctx, own.id), 'manager')
    const role = await w.within((ctx) => ctx.db.membership.findFirstOrThrow({ where: { personId: boss.personId } }))
    expect(role.role).toBe('manager')
  })

  test('a declined applicant may come back after the wait, as a new post that tells what was before', async () => {
    const creator = await applies(someone)
    const declined = await as(ana, (ctx) => decline(ctx, creator.id, 'audience', 'Try again in spring.'), 'manager')
    expect(declined.againAt).toEqual(days(start, 90))
    await expect(as(someone, (ctx) => apply(ctx, form), 'anyone', creator.id)).rejects.toThrow(
      'You may apply again on Feb 18, 2027.',
    )
    // The day itself counts, not the hour.
    w.at('2027-02-18T07:00:00Z')
    const again = await applies(someone)
    expect(again).toMatchObject({ id: creator.id, state: 'applied' })
    expect(await posts(`application:${creator.id}`)).toBe(2)
    expect(await ana.sees('applications')).toContain('Declined before: audience does not match.')
    const admitted = await as(ana, (ctx) => admit(ctx, creator.id), 'manager')
    expect(admitted).toMatchObject({ state: 'approved', declineReason: null, againAt: null })
  })
})

describe('own rows', () => {
  test('a creator reaches no other creator, and a neighbour reaches nobody', async () => {
    const creator = await applies(someone)
    const other = await w.applicant(`Other ${count}`)
    const filed = await as(other, (ctx) => apply(ctx, { ...form, handle: '@other' }))
    await expect(as(other, (ctx) => creatorOf(ctx, creator.id), 'creator', filed.id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(
      as(other, (ctx) => changeProfile(ctx, creator.id, { niche: 'tech' }), 'creator', filed.id),
    ).rejects.toMatchObject({
      code: 'not_found',
    })
    const neighbour = await w.neighbour()
    const asManager = w.app.act(neighbour, actor(ana, 'manager'), (ctx) => creatorOf(ctx, creator.id))
    await expect(asManager).rejects.toMatchObject({ code: 'not_found' })
    await expect(w.app.act(neighbour, actor(ana, 'manager'), (ctx) => admit(ctx, creator.id))).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('the own rate wins over the program’s', async () => {
    await w.within(async (ctx) => {
      expect(rateOf(ctx, { rateBps: null, rated: [] })).toBe(1_000)
      expect(rateOf(ctx, { rateBps: 1_500, rated: [] })).toBe(1_500)
      expect(rateOf(ctx, { rateBps: 0, rated: [] })).toBe(0)
    })
  })
})
