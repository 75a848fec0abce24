import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  againAt,
  checkApply,
  checkDecision,
  checkReason,
  declineReasons,
  niches,
  parseHandle,
  reaches,
  reasonSays,
  shownName,
  stepOf,
} from '../../src/creators/rules.ts'
import { countries, countryName, parseCountry, suggestCountries } from '../../src/creators/rules-countries.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { policySchema } from '../../src/programs/rules.ts'

const now = new Date('2026-11-20T12:00:00Z')
const reader = { zone: 'Europe/Berlin', locale: 'en' }
const someone = (state: string, more: Partial<{ termsAt: Date | null; againAt: Date | null }> = {}) => ({
  name: 'Mia',
  state,
  termsAt: now,
  againAt: null,
  ...more,
})

describe('handles', () => {
  test.each([
    ['@mia.glow', '@mia.glow'],
    ['  Mia_Glow ', '@mia_glow'],
    ['https://www.instagram.com/mia.glow/?hl=de', '@mia.glow'],
    ['instagram.com/mia.glow', '@mia.glow'],
    ['https://www.tiktok.com/@Mia.Glow', '@mia.glow'],
    ['https://m.youtube.com/@miaglow/videos', '@miaglow'],
    ['https://youtube.com/c/MiaGlow', '@miaglow'],
    ['https://bsky.app/profile/mia.glow', '@mia.glow'],
    ['ｍｉａ', '@mia'],
    ['@زينب', '@زينب'],
  ])('%s is %s', (typed, handle) => expect(parseHandle(typed)).toBe(handle))

  test.each([
    'mia glow',
    '@',
    'm',
    'mia..glow',
    '<script>',
    'https://www.instagram.com/p/Cxyz123/',
    'https://www.instagram.com/',
    'https://facebook.com/profile.php?id=1',
    'https://evil.example/mia',
    'https://instagram.com.evil.example/mia',
    'https://youtube.com/watch?v=1',
    'https://instagram.com/mia%20glow',
    'x'.repeat(200),
  ])('%s is refused at its field', (typed) => {
    expect(() => parseHandle(typed)).toThrow(expect.objectContaining({ code: 'invalid', field: 'handle' }))
  })

  test('whatever is typed ends as a handle that stays the same, or as a refusal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (typed) => {
        try {
          const handle = parseHandle(typed)
          expect(parseHandle(handle)).toBe(handle)
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})

describe('countries', () => {
  test.each([
    ['de', 'en', 'DE'],
    ['Germany', 'en', 'DE'],
    ['deutschland', 'de', 'DE'],
    ['Österreich', 'de', 'AT'],
    ['Osterreich', 'de', 'AT'],
    ['UK', 'en', 'GB'],
    ['USA', 'en', 'US'],
    ['united states', 'fr', 'US'],
    ["Côte d'Ivoire", 'fr', 'CI'],
    ['Curacao', 'en', 'CW'],
    ['United States of America', 'en', 'US'],
    ['Hong Kong', 'de', 'HK'],
    ['Bosnia and Herzegovina', 'en', 'BA'],
    ['Saint Lucia', 'en', 'LC'],
    ['The Netherlands', 'en', 'NL'],
    ['Bahamas, The', 'en', 'BS'],
    ['Korea, Republic of', 'en', 'KR'],
    ['Russian Federation', 'en', 'RU'],
    ['Myanmar', 'en', 'MM'],
    ['Andorra', 'en', 'AD'],
  ])('%s (%s) is %s', (typed, locale, code) => expect(parseCountry(typed, locale)).toBe(code))

  test.each(['', 'XX', 'EU', 'Atlantis', '12', 'constructor', '🇩🇪'])('“%s” is no country', (typed) => {
    expect(() => parseCountry(typed, 'en')).toThrow(expect.objectContaining({ field: 'country' }))
  })

  test('there are about 250, each found by its own name and code', () => {
    const list = countries('en')
    expect(list.length).toBeGreaterThan(240)
    expect(list.length).toBeLessThan(255)
    for (const { code, name } of list) {
      expect(parseCountry(name, 'en')).toBe(code)
      expect(parseCountry(code.toLowerCase(), 'en')).toBe(code)
    }
  })

  test('suggestions begin with what was typed, at most 25', () => {
    expect(suggestCountries('ger', 'en').map((c) => c.code)).toEqual(['DE', 'DZ', 'NE', 'NG'])
    expect(suggestCountries('', 'en')).toHaveLength(25)
    expect(countryName('DE', 'fr')).toBe('Allemagne')
  })
})

describe('where an applicant stands', () => {
  test.each([
    [null, 'apply'],
    [someone('applied', { termsAt: null }), 'accept'],
    [someone('applied'), 'wait'],
    [someone('approved'), 'creator'],
    [someone('paused'), 'creator'],
    [someone('declined', { againAt: new Date('2026-11-21T12:00:00Z') }), 'later'],
    [someone('declined', { againAt: new Date('2026-11-20T22:59:00Z') }), 'apply'],
    [someone('declined', { againAt: new Date('2026-11-20T23:00:00Z') }), 'later'],
    [someone('declined'), 'apply'],
    [someone('left'), 'apply'],
    [someone('banned'), 'closed'],
  ] as const)('%j → %s', (creator, step) => {
    expect(stepOf(creator, now, 'Europe/Berlin')).toBe(step)
    const check = () => checkApply(creator, now, reader)
    if (step === 'apply' || step === 'accept') expect(check).not.toThrow()
    else expect(check).toThrow(Refusal)
  })

  test('the day to apply again is said in the reader’s zone', () => {
    const again = againAt(now, 90)
    expect(again.toISOString()).toBe('2027-02-18T12:00:00.000Z')
    expect(stepOf(someone('declined', { againAt: againAt(now, 0) }), now, 'UTC')).toBe('apply')
    expect(() => checkApply(someone('declined', { againAt: again }), now, reader)).toThrow('You may apply again on Feb 18, 2027.')
  })
})

describe('decisions', () => {
  test.each([
    [someone('approved'), 'Ana already approved Mia.'],
    [someone('declined'), 'Ana already declined Mia.'],
    [someone('left'), 'Mia is left, so there is nothing to decide.'],
    [someone('applied', { termsAt: null }), 'Mia has not accepted the terms yet.'],
  ])('%j: %s', (creator, sentence) => expect(() => checkDecision(creator, 'Ana')).toThrow(sentence))

  test('an application with terms can be decided', () => expect(() => checkDecision(someone('applied'), 'Ana')).not.toThrow())

  test('every reason has words for both sides, and “other” needs a note', () => {
    for (const reason of Object.keys(declineReasons)) expect(reasonSays(reason).length).toBeGreaterThan(10)
    expect(() => checkReason('other', undefined)).toThrow(expect.objectContaining({ field: 'note' }))
    expect(() => checkReason('other', 'Your links are broken.')).not.toThrow()
    expect(() => checkReason('fit', undefined)).not.toThrow()
  })
})

test('a creator reaches own rows only, managers any', () => {
  expect(reaches({ role: 'creator', creatorId: 'crt_1' }, 'crt_1')).toBe(true)
  expect(reaches({ role: 'creator', creatorId: 'crt_1' }, 'crt_2')).toBe(false)
  expect(reaches({ role: 'anyone' }, 'crt_1')).toBe(false)
  expect(reaches({ role: 'manager' }, 'crt_1')).toBe(true)
})

test('the name on boards follows the creator’s choice', () => {
  const mia = { name: 'Mia', alias: 'Glow Girl' }
  expect(shownName({ ...mia, shown: 'name' })).toBe('Mia')
  expect(shownName({ ...mia, shown: 'alias' })).toBe('Glow Girl')
  expect(shownName({ ...mia, shown: 'alias', alias: null })).toBe('Mia')
  expect(shownName({ ...mia, shown: 'hidden' })).toBeNull()
})

test('the form offers the niches that a new program serves', () => {
  expect(policySchema.parse({}).niches).toEqual([...niches])
})
