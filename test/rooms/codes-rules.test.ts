import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codesFor, readAloud } from '../../src/links/rules-codes.ts'

describe('codes read like their creator', () => {
  test.each([
    ['@mia.glow', 'MIA10'],
    ['@zoë_müller', 'ZOE10'],
    ['@søren', 'SOREN10'],
    ['@m.glow', 'GLOW10'],
    ['@theglowdiaryofmia', 'THEGLOWDIARY10'],
    ['@x1', 'X110'],
    ['@زينب', 'HELLO10'],
    ['@5h1t.happens', 'HELLO10'],
    ['@fuck.mia', 'HELLO10'],
  ])('%s → %s', (handle, code) => expect(codesFor(handle, 10)[0]).toBe(code))

  test('the next ones add to it', () => {
    expect(codesFor('@mia.glow', 10).slice(0, 4)).toEqual(['MIA10', 'MIAGLOW10', 'MIA10A', 'MIA10B'])
  })

  test('every code is 3 to 20 upper-case letters and digits, whatever the handle', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 90 }), (handle, percent) => {
        const codes = codesFor(handle, percent)
        expect(codes.length).toBeGreaterThan(10)
        for (const code of codes) expect(code).toMatch(/^[A-Z0-9]{3,20}$/)
        expect(new Set(codes).size).toBe(codes.length)
      }),
    )
  })
})

test('what is mistaken for one another reads the same', () => {
  expect(readAloud('MIA10')).toBe(readAloud('m1alo'))
  expect(readAloud('LISA5')).toBe(readAloud('1I5AS'))
  expect(readAloud('MIA10')).not.toBe(readAloud('MIA20'))
})
