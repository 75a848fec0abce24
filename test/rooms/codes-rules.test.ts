import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkCode, codesFor, readAloud, suggestionsFor } from '../../src/links/rules-codes.ts'

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

describe('a chosen code', () => {
  test.each([
    ['glowmia', 'GLOWMIA'],
    [' Mia2026 ', 'MIA2026'],
    ['abc', 'ABC'],
    ['CASSANDRA', 'CASSANDRA'],
  ])('%s is %s', (typed, code) => expect(checkCode(typed)).toBe(code))

  test.each(['ab', 'A'.repeat(21), 'MIA-10', 'MIA 10', 'MÏA10', 'МIА10', 'MIA10\u200b', '', '12345', 'ＭＩＡ１０'])(
    '%j is refused with a fix',
    (typed) => {
      expect(() => checkCode(typed)).toThrow(expect.objectContaining({ code: 'invalid', field: 'name', fix: expect.any(String) }))
    },
  )

  test.each(['FUCKMIA', 'MIASH1T', 'sh1t10', 'ASS10', 'FUUCK', 'N1GGER', 'ARSCHMIA', 'W1CHSER', 'BITCHGLOW'])(
    '%s is not one for a shop',
    (typed) => {
      expect(() => checkCode(typed)).toThrow('That word is not one for a shop.')
    },
  )

  test('whatever is typed, it is a code or a Refusal, and quickly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (typed) => {
        try {
          expect(checkCode(typed)).toMatch(/^[A-Z0-9]{3,20}$/)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid' })
        }
      }),
    )
    const from = performance.now()
    expect(() => checkCode('A'.repeat(100_000))).toThrow()
    expect(performance.now() - from).toBeLessThan(200)
  })

  test('suggestions are near what was typed, and none of them is rude or too long', () => {
    expect(suggestionsFor('GLOW', '@mia.glow', 10).slice(0, 3)).toEqual(['GLOW10', 'MIA10', 'MIAGLOW10'])
    for (const code of suggestionsFor('A'.repeat(20), '@x', 10)) expect(code).toMatch(/^[A-Z0-9]{3,20}$/)
  })
})
