/** An order is judged by what its creator was when it was placed, whenever the shop tells of it, and by whichever way it comes in. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stoodTogether } from '../../src/creators/rules-standing.ts'
import type { OrderFact } from '../../src/kernel/fact.ts'
import { balances } from '../../src/ledger/service.ts'
import { recordMany } from '../../src/orders/bulk.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order, paid, tell } from './shop.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const at = (time: string) => `2026-11-20T${time}:00.000Z`
const pending = async ({ creatorId }: Member) => Number((await w.within((ctx) => balances(ctx, creatorId))).pending.minor)
let names = 0
const member = async (): Promise<Member> => {
  w.at(at('12:00'))
  return enlist(w, `Stand${String.fromCharCode(97 + names++)}`)
}

describe.each([
  { way: 'told', take: (...facts: OrderFact[]) => tell(w, ...facts) },
  { way: 'imported', take: (...facts: OrderFact[]) => w.within((ctx) => recordMany(ctx, 'generic', facts)) },
])('orders that are $way', ({ way, take }) => {
  test('before, in and after a pause', async () => {
    const of = await member()
    const sale = (id: string, time: string) => order(`${way}-${id}`, { codes: [of.code], at: at(time) })
    await tell(w, { ...sale('open', '11:00'), paid: false })
    w.at(at('12:30'))
    await ana.run('creator pause', { creator: of.creatorId })
    w.at(at('12:40'))
    await take({ ...paid(`${way}-open`), at: at('12:40') }, sale('before', '12:10'), sale('in', '12:35'))
    expect(await pending(of)).toBe(1_600)
    expect(await ana.run('why', { order: `#${way}-in` })).toContain('the creator was paused then')
    w.at(at('13:00'))
    await ana.run('creator resume', { creator: of.creatorId })
    await take(sale('in late', '12:50'), sale('before, late', '12:20'), sale('after', '13:00'))
    expect(await pending(of)).toBe(3_200)
  })

  test('before and after leaving, and once they are back', async () => {
    const of = await member()
    const sale = (id: string, time: string) => order(`${way}-left-${id}`, { codes: [of.code], at: at(time) })
    w.at(at('12:30'))
    await of.run('leave', { sure: 'yes' })
    w.at(at('13:00'))
    await take(sale('before', '12:10'), sale('after', '12:40'))
    expect(await pending(of)).toBe(800)
    await of.ask('apply', { handle: '@of', niche: 'food', country: 'DE', email: 'of@example.com', adult_and_consent: 'yes' })
    const terms = await w.within((ctx) => ctx.db.termsVersion.findFirstOrThrow({ orderBy: { id: 'desc' } }))
    await of.run('terms accept', { terms: terms.id })
    await ana.run('creator approve', { creator: of.creatorId })
    await take(sale('while away', '12:50'), sale('back', '13:00'))
    expect(await pending(of)).toBe(1_600)
  })

  test('of two who turn out to be one', async () => {
    const older = await member()
    w.at(at('12:01'))
    const younger = await enlist(w, `${older.name}b`)
    const sale = (id: string, time: string, by: Member) => order(`${way}-one-${id}`, { codes: [by.code], at: at(time) })
    w.at(at('12:30'))
    await ana.run('creator pause', { creator: younger.creatorId })
    w.at(at('12:40'))
    const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await older.run('profile connect'))![0]
    expect(await younger.run('profile connect', { code })).toContain('You are one person now')
    await take(sale('a', '12:10', older), sale('b', '12:20', younger), sale('c', '12:35', older), sale('d', '12:36', younger))
    expect(await pending(younger)).toBe(1_600)
  })

  test('of somebody who left, came back with another account, and connected the two', async () => {
    const left = await member()
    const sale = (id: string, time: string, by: Member) => order(`${way}-again-${id}`, { codes: [by.code], at: at(time) })
    w.at(at('12:30'))
    await left.run('leave', { sure: 'yes' })
    w.at(at('13:00'))
    const back = await enlist(w, `${left.name}b`)
    const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await left.run('profile connect'))![0]
    expect(await back.run('profile connect', { code })).toContain('You are one person now')
    w.at(at('13:10'))
    await take(sale('before', '12:10', left), sale('away', '12:40', left), sale('back', '13:05', left))
    expect(await pending(back)).toBe(1_600)
  })
})

test('of two pasts the one counts that had got further then', () => {
  const further = (a: string, b: string) => (a > b ? a : b)
  const createdAt = new Date(at('09:00'))
  const one = {
    state: 'b',
    createdAt,
    stood: [
      { state: 'c', until: at('10:00') },
      { state: 'a', until: at('12:00') },
    ],
  }
  const other = { state: 'a', createdAt, stood: [{ state: 'b', until: at('11:00') }] }
  expect(stoodTogether(one, other, further).slice(1)).toEqual([
    { state: 'c', until: at('10:00') },
    { state: 'b', until: at('11:00') },
    { state: 'a', until: at('12:00') },
  ])
  expect(stoodTogether({ state: 'b', createdAt, stood: [] }, { state: 'a', createdAt, stood: [] }, further)).toEqual([])
})
