import fc from 'fast-check'
import { expect, test } from 'vitest'
import { days } from '../../src/kernel/time.ts'
import { presets } from '../../src/rights/presets.ts'
import {
  after,
  bringsForward,
  type Channel,
  channels,
  covers,
  daysLeft,
  type Edits,
  type Exclusivity,
  edits,
  exclusivities,
  type Licence,
  reminderDue,
  reminderSteps,
  type State,
  type Use,
} from '../../src/rights/rules.ts'
import { parseChannels, parseTerm, parseTerritories, scopeLines } from '../../src/rights/rules-words.ts'

const start = new Date('2026-11-20T12:00:00Z')
const names = Object.keys(channels) as Channel[]
const countries = ['DE', 'US', 'GB', 'FR']
const editLevels = Object.keys(edits) as Edits[]
const exclusiveLevels = Object.keys(exclusivities) as Exclusivity[]

const licences = fc.record({
  state: fc.constantFrom<State>(
    'granted',
    'expiring',
    'renewed',
    'expired',
    'revoked',
    'disputed',
    'requested',
    'declined',
    'none',
  ),
  channels: fc.subarray(names, { minLength: 1 }),
  territories: fc.subarray(countries),
  days: fc.integer({ min: 1, max: 400 }),
  exclusivity: fc.constantFrom(...exclusiveLevels),
  edits: fc.constantFrom(...editLevels),
  ai: fc.boolean(),
  likeness: fc.boolean(),
})
const made = ({ days: length, ...rest }: typeof licences extends fc.Arbitrary<infer T> ? T : never): Licence => ({
  ...rest,
  days: length,
  until: null,
  feeMinor: 0n,
  startsAt: start,
  endsAt: days(start, length),
})
const uses = fc.record({
  channel: fc.constantFrom(...names),
  at: fc.integer({ min: -50, max: 450 }).map((n) => days(start, n)),
  territory: fc.option(fc.constantFrom(...countries, 'world'), { nil: undefined }),
  paid: fc.boolean(),
  edits: fc.option(fc.constantFrom(...editLevels), { nil: undefined }),
  likeness: fc.boolean(),
  exclusivity: fc.option(fc.constantFrom(...exclusiveLevels), { nil: undefined }),
  ai: fc.boolean(),
}) satisfies fc.Arbitrary<Use>

test('a use is allowed exactly when no clause speaks against it, and the clause named is one that does', () => {
  fc.assert(
    fc.property(licences.map(made), uses, (licence, use) => {
      const against: Record<string, boolean> = {
        revocation: licence.state === 'revoked',
        dispute: licence.state === 'disputed',
        licence: ['requested', 'declined', 'none'].includes(licence.state),
        term: use.at < licence.startsAt! || use.at >= licence.endsAt!,
        channel: !licence.channels.includes(use.channel),
        paid_ads:
          (['paid_ads', 'whitelisting'].includes(use.channel) && !licence.channels.includes(use.channel)) ||
          (use.paid && !licence.channels.some((one) => ['paid_ads', 'whitelisting'].includes(one))),
        territory: use.territory !== undefined && licence.territories.length > 0 && !licence.territories.includes(use.territory),
        edits: use.edits !== undefined && editLevels.indexOf(use.edits) > editLevels.indexOf(licence.edits),
        likeness: use.likeness && !licence.likeness,
        exclusivity:
          use.exclusivity !== undefined &&
          exclusiveLevels.indexOf(use.exclusivity) > exclusiveLevels.indexOf(licence.exclusivity),
        ai: use.ai && !licence.ai,
      }
      const answer = covers(licence, use)
      expect(answer.ok).toBe(!Object.values(against).some(Boolean))
      if (!answer.ok) expect(against[answer.clause]).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

test('a wider licence never covers less', () => {
  fc.assert(
    fc.property(licences.map(made), uses, (licence, use) => {
      const wider: Licence = { ...licence, channels: names, territories: [], ai: true, likeness: true, edits: 'full' }
      if (covers(licence, use).ok) expect(covers(wider, use).ok).toBe(true)
    }),
  )
})

test('website only for 90 days: an ad is refused by its clause, day 90 by the term', () => {
  const licence = made({
    state: 'granted',
    channels: ['website'],
    territories: ['DE'],
    days: 90,
    exclusivity: 'none',
    edits: 'light',
    ai: false,
    likeness: true,
  })
  const ask = (use: Partial<Use>) => covers(licence, { channel: 'website', at: days(start, 89), ...use })
  expect(ask({})).toEqual({ ok: true })
  expect(ask({ channel: 'paid_ads' })).toEqual({
    ok: false,
    clause: 'paid_ads',
    sentence: 'Not covered (Paid ads): “Paid ads” is not part of it. Granted are: Website and product pages.',
  })
  expect(ask({ paid: true })).toMatchObject({ clause: 'paid_ads' })
  expect(ask({ channel: 'press' })).toMatchObject({ clause: 'channel' })
  expect(ask({ territory: 'US' })).toMatchObject({ clause: 'territory', sentence: expect.stringContaining('not for US') })
  expect(ask({ territory: 'world' })).toMatchObject({ clause: 'territory' })
  expect(ask({ edits: 'full' })).toMatchObject({ clause: 'edits' })
  expect(ask({ exclusivity: 'content' })).toMatchObject({ clause: 'exclusivity' })
  expect(ask({ ai: true })).toMatchObject({ clause: 'ai' })
  expect(ask({ at: days(start, 90) })).toMatchObject({ clause: 'term', sentence: expect.stringContaining('2027-02-18') })
})

test('the states: what was signed is not signed again, what is over stays over', () => {
  const walk = (...acts: Parameters<typeof after>[1][]) =>
    acts.reduce<State | undefined>((state, act) => state && after(state, act), 'requested')
  expect(walk('counter', 'counter', 'sign', 'near', 'expire', 'renew')).toBe('renewed')
  expect(walk('sign', 'dispute', 'settle')).toBe('granted')
  expect(walk('sign', 'dispute', 'revoke')).toBe('revoked')
  for (const state of ['declined', 'revoked', 'none'] as const)
    for (const act of ['sign', 'counter', 'renew', 'revoke', 'dispute', 'settle', 'undo', 'expire'] as const)
      expect(after(state, act)).toBeUndefined()
  expect(walk('sign', 'sign')).toBeUndefined()
})

test('reminders: each step once, whenever one looks, and never after the last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.integer({ min: 0, max: 210 })), (term, looks) => {
      const end = days(start, term)
      let reminded: number | null = null
      const said: number[] = []
      for (const look of [...looks, 210].sort((a, b) => a - b)) {
        const step = reminderDue(daysLeft(end, days(start, look)), reminded)
        if (step === undefined) continue
        said.push(step)
        reminded = step
      }
      expect(said).toEqual([...new Set(said)].sort((a, b) => b - a))
      expect(said.at(-1)).toBe(0)
    }),
  )
  expect(reminderSteps.map((step) => reminderDue(step, null))).toEqual([30, 14, 3, 0])
  expect(reminderDue(31, null)).toBeUndefined()
  expect(reminderDue(30, 30)).toBeUndefined()
  expect([bringsForward(30, 55, null), bringsForward(3, 28, 14), bringsForward(3, 10, 14), bringsForward(14, 20, 14)]).toEqual([
    true,
    false,
    true,
    false,
  ])
})

test('what people type', () => {
  expect(parseChannels('Website, paid ads; social')).toEqual(['social', 'website', 'paid_ads'])
  expect(() => parseChannels('billboards')).toThrow('is no channel')
  expect(() => parseChannels('constructor')).toThrow('is no channel')
  expect(parseTerritories('world', 'en')).toEqual([])
  expect(parseTerritories('Germany, uk', 'en')).toEqual(['DE', 'GB'])
  expect(() => parseTerritories('Atlantis', 'en')).toThrow('do not know that country')
  expect(parseTerm('90 days', '2026-11-20')).toEqual({ days: 90, until: null })
  expect(parseTerm('2027-06-30', '2026-11-20')).toEqual({ days: null, until: '2027-06-30' })
  for (const typed of ['forever', '0', '9999', '2026-11-20', '2027-02-30', '-3'])
    expect(() => parseTerm(typed, '2026-11-20')).toThrow('is no term')
})

test('presets say every clause, give no AI and no exclusivity, and only one of them pays for ads', () => {
  for (const { id, scope } of Object.values(presets)) {
    if (!scope) continue
    expect([scope.ai, scope.exclusivity, scope.feeMinor], id).toEqual([false, 'none', 0n])
    expect(scope.channels.includes('paid_ads'), id).toBe(id === 'ads')
    expect(scopeLines(scope, 'EUR', 'en').every(({ says }) => says.length > 0)).toBe(true)
  }
})
