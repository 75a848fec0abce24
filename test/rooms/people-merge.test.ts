import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { whoStays } from '../../src/creators/rules-merge.ts'
import { days } from '../../src/kernel/time.ts'
import { audit } from '../../src/ledger/audit.ts'
import { due } from '../../src/ledger/mature.ts'
import { ownerOf } from '../../src/ledger/owners.ts'
import { earningsOf } from '../../src/ledger/queries.ts'
import { balances, move, payFee } from '../../src/ledger/service.ts'
import { audit as auditOrders } from '../../src/orders/queries.ts'
import { policySchema } from '../../src/programs/rules.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'
import { sayTheSame } from './ledger-model.ts'
import { cancelled, enlist, type Member, order, refund, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const codeIn = (text: string): string => /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(text)![0]
const connect = async (shows: Persona, types: Persona): Promise<string> =>
  types.run('profile connect', { code: codeIn(await shows.run('profile connect')) })
const purses = async (creatorId: string) => {
  const { pending, payable, paid } = await w.within((ctx) => balances(ctx, creatorId))
  return [pending, payable, paid].map((money) => Number(money.minor))
}
const now = (creatorId: string) => w.within((ctx) => ownerOf(ctx, creatorId))
const broken = () =>
  w.within(async (ctx) => {
    await sayTheSame(ctx)
    return [...(await audit(ctx)), ...(await auditOrders(ctx))]
  })

let members = 0
/** Each a moment younger than the one before, so that it is known who stays. */
async function member(name: string): Promise<Member> {
  w.at(new Date(w.now.getTime() + 1))
  return enlist(w, `${name}${++members}`)
}

describe('money', () => {
  type Step =
    | { do: 'sale'; twin: boolean; minor: number }
    | { do: 'refund'; of: number; minor: number }
    | { do: 'cancel'; of: number }
    | { do: 'fee'; twin: boolean; minor: number }
    | { do: 'pay'; twin: boolean; minor: number }
    | { do: 'wait'; days: number }
    | { do: 'merge' }

  const amount = fc.integer({ min: 1, max: 30_000 })
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('sale' as const), twin: fc.boolean(), minor: amount }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('refund' as const), of: fc.nat(9), minor: amount }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), of: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('fee' as const), twin: fc.boolean(), minor: amount }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('pay' as const), twin: fc.boolean(), minor: amount }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.constantFrom(1, 8, 15) }) },
  )
  const lives = fc
    .tuple(fc.array(step, { minLength: 2, maxLength: 9 }), fc.array(step, { minLength: 2, maxLength: 9 }), fc.boolean())
    .map(([before, after, back]) => ({ steps: [...before, { do: 'merge' } as Step, ...after], back }))

  let life = 0
  /** The same life led twice: by two who become one half-way, and by one who was always one. */
  async function live(steps: Step[], back: boolean): Promise<{ merged: number[]; alone: number[]; given: number[][] }> {
    const [ada, twin, solo] = [await member('Ada'), await member('Twin'), await member('Solo')]
    const name = `life-${++life}`
    const sold: number[] = []
    const tellBoth = (say: (world: string, code: string) => Parameters<typeof tell>[1], of: Member) =>
      Promise.all([tell(w, say(`${name}-a`, of.code)), tell(w, say(`${name}-b`, solo.code))])
    const both = async (of: Member, act: (creatorId: string, key: string) => Promise<unknown>, key: string) => {
      await act(await now(of.creatorId), `${key}-a`)
      await act(solo.creatorId, `${key}-b`)
    }
    for (const [n, s] of steps.entries()) {
      const key = `${name}-${n}`
      // No two at one moment, or what stands tenth among the recent would be a matter of chance.
      w.at(new Date(w.now.getTime() + 1))
      const at = w.now.toISOString()
      if (s.do === 'sale') {
        sold.push(s.minor)
        const base = { minor: String(s.minor), currency: 'EUR' }
        const id = sold.length - 1
        await tellBoth((side, code) => order(`${side}-${id}`, { codes: [code], base, at }), s.twin ? twin : ada)
      } else if (s.do === 'refund') {
        if (sold.length > 0) await tellBoth((side) => refund(`${side}-${s.of % sold.length}`, `${side}-${key}`, s.minor), ada)
      } else if (s.do === 'cancel') {
        if (sold.length > 0) await tellBoth((side) => cancelled(`${side}-${s.of % sold.length}`), ada)
      } else if (s.do === 'fee') {
        const fee = { minor: BigInt(s.minor), currency: 'EUR' }
        const pay = (creatorId: string, id: string) =>
          w.within((ctx) => payFee(ctx, { submissionId: id, creatorId, fee, because: {} }))
        await both(s.twin ? twin : ada, pay, key)
      } else if (s.do === 'pay') {
        const money = { minor: BigInt(s.minor), currency: 'EUR' }
        const pay = (creatorId: string, id: string) =>
          w.within((ctx) =>
            move(ctx, { from: `creator:${creatorId}:payable`, to: `creator:${creatorId}:paid`, money, key: id, because: {} }),
          )
        await both(s.twin ? twin : ada, pay, key)
      } else if (s.do === 'wait') {
        w.at(days(w.now, s.days))
        await w.within(due)
      } else {
        expect(await (back ? connect(ada, twin) : connect(twin, ada))).toMatch(/^You are one person now/)
      }
    }
    const stays = await now(ada.creatorId)
    expect(stays).toBe(await now(twin.creatorId))
    const gone = [ada, twin].filter((one) => one.creatorId !== stays)
    expect(gone).toHaveLength(1)
    const shown = await w.within((ctx) => earningsOf(ctx, stays))
    const alone = await w.within((ctx) => earningsOf(ctx, solo.creatorId))
    const arithmetic = (earnings: typeof shown) =>
      earnings.recent.map((e) => (e.kind === 'other' ? e.money.minor : e.booked.minor - e.reversed.minor)).sort()
    expect(arithmetic(shown)).toEqual(arithmetic(alone))
    return { merged: await purses(stays), alone: await purses(solo.creatorId), given: [await purses(gone[0]!.creatorId)] }
  }

  test('whatever is sold, given back, ripened and paid before and after: one creator with two accounts has what one would have', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async ({ steps, back }) => {
        const { merged, alone, given } = await live(steps, back)
        expect(merged).toEqual(alone)
        expect(given).toEqual([[0, 0, 0]])
        expect(await broken()).toEqual([])
      }),
      { numRuns: 6, endOnFailure: true },
    )
  }, 120_000)

  test('a refund of an order from before takes back what is left of it, to the cent, and never more', async () => {
    const [ada, twin] = [await member('Ada'), await member('Twin')]
    await tell(w, order('old', { codes: [twin.code], at: w.now.toISOString() }), refund('old', 'old-1', 2_500))
    expect(await purses(twin.creatorId)).toEqual([550, 0, 0])
    await connect(ada, twin)
    expect([await purses(ada.creatorId), await purses(twin.creatorId)]).toEqual([
      [550, 0, 0],
      [0, 0, 0],
    ])
    await tell(w, refund('old', 'old-2', 1_111))
    expect(await purses(ada.creatorId)).toEqual([439, 0, 0])
    w.at(days(w.now, 15))
    await w.within(due)
    expect(await purses(ada.creatorId)).toEqual([0, 439, 0])
    await tell(w, refund('old', 'old-3', 9_000))
    expect(await purses(ada.creatorId)).toEqual([0, 0, 0])
    expect(await broken()).toEqual([])
  })

  test('a balance below zero goes along', async () => {
    const [ada, twin] = [await member('Ada'), await member('Twin')]
    await tell(w, order('neg', { codes: [twin.code], at: w.now.toISOString() }))
    w.at(days(w.now, 15))
    await w.within(due)
    const { creatorId } = twin
    const money = { minor: 800n, currency: 'EUR' }
    await w.within((ctx) =>
      move(ctx, { from: `creator:${creatorId}:payable`, to: `creator:${creatorId}:paid`, money, key: 'neg', because: {} }),
    )
    await tell(w, refund('neg', 'neg-1', 8_000))
    expect(await purses(creatorId)).toEqual([0, -800, 800])
    await connect(ada, twin)
    expect([await purses(ada.creatorId), await purses(creatorId)]).toEqual([
      [0, -800, 800],
      [0, 0, 0],
    ])
  })

  test.each([true, false])('whom somebody brought is theirs with an older account too, which is a creator: %s', async (both) => {
    const given = policySchema.parse({ referral: { bps: 1_000, months: 12 } })
    await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: given } }))
    const older = both ? await member('Older') : await w.applicant('Web account')
    const [ada, friend] = [await member('Ada'), await member('Friend')]
    const brought = { invitedBy: ada.personId, decidedAt: w.now }
    await w.within((ctx) => ctx.db.creator.update({ where: { id: friend.creatorId }, data: brought }))
    const invited = await ada.run('invite')
    await connect(older, ada)
    expect(await ada.run('invite')).toBe(invited)
    await tell(w, order(`brought-${both}`, { codes: [friend.code], at: w.now.toISOString() }))
    w.at(days(w.now, 15))
    await w.within(due)
    expect(await purses(await now(ada.creatorId))).toEqual([0, 80, 0])
    expect(await ada.run('invite')).toMatch(/Friend\d+ +joined/)
    await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse({}) } }))
  })

  test('whoever invited another account of their own brought nobody, and stays brought by whoever invited them first', async () => {
    const given = policySchema.parse({ referral: { bps: 1_000, months: 12 } })
    await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: given } }))
    const ana = await w.manager('Ana')
    const [third, older, ada] = [await member('Third'), await member('Older'), await member('Ada')]
    for (const [of, by] of [
      [older, third],
      [ada, older],
    ] as const) {
      const data = { invitedBy: by.personId, decidedAt: w.now }
      await w.within((ctx) => ctx.db.creator.update({ where: { id: of.creatorId }, data }))
    }
    // A pause counts before an approval, so the account that was invited is the one that stays.
    await ana.run('creator pause', { creator: ada.creatorId })
    await connect(older, ada)
    await ana.run('creator resume', { creator: ada.creatorId })
    expect(await ada.run('invite')).not.toContain('joined')
    expect(await third.run('invite')).toMatch(/Ada\d+ +joined/)
    await tell(w, order('own-invitation', { codes: [ada.code], at: w.now.toISOString() }))
    w.at(days(w.now, 15))
    await w.within(due)
    expect([await purses(third.creatorId), await purses(ada.creatorId)]).toEqual([
      [0, 80, 0],
      [0, 800, 0],
    ])
    await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse({}) } }))
  })

  test('own purchases stay own, with either address', async () => {
    const [ada, twin] = [await member('Ada'), await member('Twin')]
    const emails = [ada, twin].map((one) => `${one.name.toLowerCase()}@example.com`)
    await connect(ada, twin)
    for (const [i, email] of emails.entries()) {
      const shopper = { email: await w.within(async (ctx) => ctx.hash(email)) }
      expect(await tell(w, order(`own-${members}-${i}`, { codes: [ada.code], shopper, at: w.now.toISOString() }))).toMatchObject([
        { kind: 'credited', creatorId: ada.creatorId },
      ])
      const bought = await w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId: `own-${members}-${i}` } }))
      expect(bought.ownPurchase).toBe(true)
    }
  })

  test('orders, refunds and bells that come in that very moment land on the one who stays', async () => {
    for (let round = 0; round < 4; round++) {
      const [ada, twin] = [await member('Ada'), await member('Twin')]
      const at = w.now.toISOString()
      const ids = Array.from({ length: 6 }, (_, i) => `rush-${round}-${i}`)
      await tell(w, ...ids.slice(0, 3).map((id) => order(id, { codes: [twin.code], at: days(w.now, -20).toISOString() })))
      const code = codeIn(await ada.run('profile connect'))
      const [answer] = await Promise.all([
        twin.run('profile connect', { code }),
        ...ids.slice(3).map((id) => tell(w, order(id, { codes: [twin.code], at }))),
        ...ids.slice(0, 3).map((id) => tell(w, refund(id, `${id}-r`, 4_000))),
        w.within(due),
        w.within(due),
      ])
      expect(answer).toMatch(/^You are one person now/)
      await w.within(due)
      expect(await purses(twin.creatorId)).toEqual([0, 0, 0])
      // Three of 8.00 that are held, three of which half came back.
      expect(await purses(ada.creatorId)).toEqual([2_400, 1_200, 0])
      expect(await broken()).toEqual([])
    }
  }, 60_000)
})

describe('who stays', () => {
  const row = (state: string, day: number, more: { termsAt?: Date; rateBps?: number; tags?: string[] } = {}) => ({
    id: `crt_${state}${day}`,
    personId: `per_${state}${day}`,
    state,
    handle: `@${state}${day}`,
    termsAt: null,
    rateBps: null,
    rated: [],
    tier: null,
    tiered: [],
    tierThen: null,
    tierThenAt: null,
    invitedBy: null,
    autoApprove: false,
    handles: [],
    tags: [],
    createdAt: new Date(day * 86_400_000),
    ...more,
  })

  test.each([
    ['the older of two equals', row('approved', 1), row('approved', 2), 0],
    ['an approved one before an applicant', row('applied', 1, { termsAt: new Date(0) }), row('approved', 2), 1],
    ['a finished application before a begun one', row('applied', 1), row('applied', 2, { termsAt: new Date(0) }), 1],
    ['a paused one before an approved one', row('approved', 1), row('paused', 2), 1],
    ['an applicant before a declined one', row('declined', 1), row('applied', 2), 1],
    ['an invited one before a declined one', row('declined', 1), row('invited', 2), 1],
    ['anyone before one who left', row('left', 1), row('declined', 2), 1],
  ])('%s', (_name, a, b, stays) => {
    expect(whoStays(a, b).stays).toBe([a, b][stays])
    expect(whoStays(b, a).stays).toBe([a, b][stays])
  })

  test('what was agreed stays agreed, and a ban is not shaken off', () => {
    const one = row('approved', 1, { tags: ['vip'] })
    const other = row('approved', 2, { rateBps: 500, tags: ['vip', 'paris'] })
    expect(whoStays(one, other).agreed).toMatchObject({ rateBps: 500, tags: ['vip', 'paris'], handles: ['@approved2'] })
    expect(whoStays({ ...one, rateBps: 1_500 }, other).agreed.rateBps).toBe(1_500)
    expect(() => whoStays(row('approved', 1), row('banned', 2))).toThrow('can not be connected')
  })
})
