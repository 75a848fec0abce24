import { expect, test } from 'vitest'
import { lastPaused, parsePause } from '../../src/people/rules.ts'

const now = new Date('2026-11-20T12:00:00Z')
const berlin = (typed: string) => parsePause(typed, now, 'Europe/Berlin')

test.each([
  ['7', '2026-11-27T12:00:00.000Z'],
  ['1 day', '2026-11-21T12:00:00.000Z'],
  ['14 Days', '2026-12-04T12:00:00.000Z'],
  ['2026-11-20', '2026-11-20T23:00:00.000Z'],
  ['2026-12-24', '2026-12-24T23:00:00.000Z'],
])('a pause of %s ends at %s', (typed, until) => expect(berlin(typed)?.toISOString()).toBe(until))

test.each(['off', '0', ' OFF '])('%s ends the pause', (typed) => expect(berlin(typed)).toBeNull())

test.each(['2026-11-19', '2026-02-30', 'soon', '-3', '7.5', '999', '2029-01-01', ''])('“%s” is refused', (typed) => {
  expect(() => berlin(typed)).toThrow(expect.objectContaining({ code: 'invalid' }))
})

test('the day that is named is the last one covered', () => {
  expect(lastPaused(berlin('2026-12-24')!, 'Europe/Berlin')).toBe('2026-12-24')
  expect(lastPaused(berlin('7')!, 'Europe/Berlin')).toBe('2026-11-27')
})
