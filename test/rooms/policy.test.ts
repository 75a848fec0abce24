import { expect, test } from 'vitest'
import { policyOf } from '../../src/programs/rules.ts'

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
