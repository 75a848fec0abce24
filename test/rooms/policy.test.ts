import { expect, test } from 'vitest'
import { policyOf, termsSummary } from '../../src/programs/rules.ts'
import { world } from '../world.ts'

test('a policy is read once, whoever has it, and nobody changes what all share', () => {
  const program = { policy: { holdDays: 7, figures: { marginBps: 4_000 } } }
  const policy = policyOf(program)
  expect([policy.holdDays, policy.figures.marginBps, policy.figures.horizonDays]).toEqual([7, 4_000, 90])
  expect(policyOf(structuredClone(program))).toBe(policy)
  expect(() => {
    policy.figures.marginBps = 1
  }).toThrow(TypeError)
  expect(() => Object.assign(policy.books, { legalName: 'x' })).toThrow(TypeError)
  expect(policyOf({ policy: { ...program.policy, holdDays: 8 } }).holdDays).toBe(8)
  expect(() => policyOf({ policy: null })).toThrow()
})

test('the least that is paid out is no smaller where a currency has thousandths', async () => {
  const least = async (currency: string) => {
    const w = await world({ program: { currency } })
    const { policy } = await w.within((ctx) => ctx.db.program.findFirstOrThrow({ where: { id: ctx.program.id } }))
    await w.close()
    return BigInt(policyOf({ policy }).minPayoutMinor)
  }
  expect([await least('EUR'), await least('JPY'), await least('KWD')]).toEqual([20_00n, 2_000n, 20_000n])
})

test('terms of one day speak of one day', () => {
  const hold = termsSummary(policyOf({ policy: { holdDays: 1 } }), 'EUR').find(({ label }) => label === 'Hold')
  expect(hold?.says).toContain('pending for 1 day,')
})
