import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as c from '../../src/kernel/card.ts'
import { cut, elements, escaped, webAddress } from '../../src/platforms/slack/text.ts'

test('a cut text is whole graphemes and an ellipsis', () => {
  const family = '👩‍👩‍👧‍👦'
  expect(cut('short', 10)).toBe('short')
  expect(cut('0123456789', 5)).toBe('0123…')
  expect(cut(`ab${family}cd`, 6)).toBe('ab…')
  expect(cut(family.repeat(3), 15)).toBe(`${family}…`)
  expect(cut('😀😀😀', 4)).toBe('😀…')
  expect(cut(`e${'\u0301'.repeat(50)}`, 10)).toHaveLength(10)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 0, max: 200 }), (words, max) => {
      const short = cut(words, max)
      expect(short.length).toBeLessThanOrEqual(Math.max(max, 0))
      expect(short).not.toMatch(/\p{Surrogate}/u)
      if (words.length > max && max > 0) expect(short.endsWith('…')).toBe(true)
    }),
  )
})

test('the fallback has no markup and keeps its entities whole', () => {
  expect(escaped('<!channel> & <@U1>', 100)).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;')
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('&', '<', '>', 'a', ' ', '😀'), maxLength: 500 }), (words) => {
      const said = escaped(words, 100)
      expect(said.length).toBeLessThanOrEqual(100)
      expect(said.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[&<>]/)
    }),
  )
})

test('towers of accents, controls and direction overrides are tamed', () => {
  expect(elements(['a\u202eb\u0000c\ud83d', `e${'\u0301'.repeat(40)}`], { mention: () => undefined })).toEqual([
    { type: 'text', text: 'abc' },
    { type: 'text', text: 'e\u0301\u0301\u0301' },
  ])
})

test('a mention is only made of an account of Slack', () => {
  const person = [c.person('per_1', 'Mia')]
  expect(elements(person, { mention: () => 'U012AB' })).toEqual([{ type: 'user', user_id: 'U012AB' }])
  for (const odd of ['S012AB', 'everyone', '<!here>', ''])
    expect(elements(person, { mention: () => odd })).toEqual([{ type: 'text', text: 'Mia' }])
})

test.each([
  ['https://a.example/x', 'https://a.example/x'],
  ['http://a.example', 'http://a.example/'],
  ['mailto:a@b.example', undefined],
  ['javascript:alert(1)', undefined],
  [' javascript:alert(1)', undefined],
  ['/dashboard', undefined],
  ['//evil.example', undefined],
  [`https://a.example/${'x'.repeat(3_000)}`, undefined],
])('the address %s', (given, wanted) => expect(webAddress(given)).toBe(wanted))
