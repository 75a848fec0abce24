import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as c from '../../src/kernel/card.ts'
import { address, drawText, type Eyes, fitText } from '../../src/platforms/discord/text.ts'
import { readMarkdown as read } from './discord-reader.ts'

const eyes: Eyes = { mention: (id) => (id === 'per_known' ? '100000000000000001' : undefined) }
const drawn = (...parts: c.Part[]) => drawText(parts, eyes)

describe('parts', () => {
  test.each<[string, c.Part, string]>([
    ['a known person', c.person('per_known', 'Mia'), '<@100000000000000001>'],
    ['an unknown person', c.person('per_x', 'Mia_*L*'), 'Mia\\_\\*L\\*'],
    ['how long ago', c.moment(new Date('2026-11-20T08:15:00.900Z'), 'ago'), '<t:1795162500:R>'],
    ['a day', c.moment(new Date('2026-11-20T08:15:00Z'), 'day'), '<t:1795162500:D>'],
    ['a time', c.moment(new Date('2026-11-20T08:15:00Z'), 'time'), '<t:1795162500:t>'],
    ['a moment in full', c.moment(new Date('2026-11-20T08:15:00Z'), 'full'), '<t:1795162500:f>'],
    ['money', c.money({ minor: -123_450n, currency: 'EUR' }), '-€1,234.50'],
    ['strong words', c.strong('Well *done*\nnow'), '**Well \\*done\\* now**'],
    ['code', c.code('MIA_10'), '`MIA_10`'],
    ['code with a backtick', c.code('a`b'), 'a\\`b'],
    ['a link', c.link('see [it](x)', 'https://a.example/p(1)'), '[see \\[it\\](x)](https://a.example/p%281%29)'],
    ['a link that is its own label', c.link('https://a.example/', 'https://a.example/'), '<https://a.example/>'],
    ['a script as a link', c.link('go', 'javascript:alert(1)'), 'go (javascript\\:alert(1))'],
    ['our own page, which Discord cannot reach', c.link('go', '/dashboard'), 'go (/dashboard)'],
    [
      'a host behind a user name',
      c.link('go', 'https://shop.example@evil.example/'),
      'go (https\\://shop.example\\@evil.example/)',
    ],
  ])('%s', (_name, part, words) => expect(drawn(part)).toBe(words))

  test('money in the language of the reader', () =>
    expect(drawText([c.money({ minor: 123_450n, currency: 'EUR' })], { ...eyes, locale: 'de' })).toBe('1.234,50\u00a0€'))

  test('two bold or code parts that touch stay apart', () => {
    expect(drawn(c.strong('a'), c.strong('b'))).toBe('**a**\u200b**b**')
    expect(drawn(c.code('a'), c.code('b'))).toBe('`a`\u200b`b`')
  })
})

test.each<[string, string]>([
  [
    '**bold** __under__ *it* _it_ ~~no~~ ||spoiler||',
    '\\*\\*bold\\*\\* \\_\\_under\\_\\_ \\*it\\* \\_it\\_ \\~\\~no\\~\\~ \\|\\|spoiler\\|\\|',
  ],
  ['# head\n## head\n-# small', '\\# head\n\\#\\# head\n-\\# small'],
  ['- a\n* b\n+ c\n1. d\n2) e', '\\- a\n\\* b\n\\+ c\n1\\. d\n2\\) e'],
  ['> quote\n>>> all', '\\> quote\n\\>\\>\\> all'],
  [
    '<@1> <@!1> <@&1> <#1> </a:1> <t:1:R> <:e:1> <a:e:1> <id:guide>',
    '\\<\\@1\\> \\<\\@!1\\> \\<\\@&1\\> \\<\\#1\\> \\</a\\:1\\> \\<t\\:1\\:R\\> \\<\\:e\\:1\\> \\<a\\:e\\:1\\> \\<id\\:guide\\>',
  ],
  ['@everyone @here :smile:', '\\@everyone \\@here \\:smile\\:'],
  ['```js\nx\n``` and `y`', '\\`\\`\\`js\nx\n\\`\\`\\` and \\`y\\`'],
  ['see https://a.example/b_c', 'see https\\://a.example/b\\_c'],
  ['a\\*b', 'a\\\\\\*b'],
  ['Costs 12.50, well-made (yes)', 'Costs 12.50, well-made (yes)'],
  ['a\u202eb\r\nc\u0000d\n\n\n\n\ne', 'ab\nc d\n\ne'],
])('written %j', (written, words) => expect(drawn(written)).toBe(words))

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('*', '_', '~', '|', '`', '```', '<', '>', '[', ']', '(', ')', '@', '#', '-', '+', '\\', '/', ':', '.', '1'),
      fc.constantFrom(
        '\n',
        ' ',
        '\t',
        '\u2028',
        '\r',
        '\u00a0',
        '\u202e',
        '\ud800',
        '@everyone',
        '@here',
        '<@1>',
        '<@&1>',
        '<#1>',
      ),
      fc.constantFrom(
        '<t:1:R>',
        '<:e:1>',
        '<a:e:1>',
        ':smile:',
        'https://a.example',
        '[a](https://b.example)',
        '-# ',
        '1. ',
        '> ',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('a', 'é', '👩‍👩‍👧‍👦', 'ﷺ'),
    ),
    { maxLength: 20 },
  )
  .map((list) => list.join(''))

const tamed = (words: string) => read(drawn(words)).words

test('the reader of this test finds what is not escaped', () => {
  for (const words of ['**a**', '# a', 'a\n- b', '1. a', '<@1>', ':smile:', 'https://a', '@everyone', '||a||', '> a', '-# a'])
    expect(read(words).opened).not.toEqual([])
})

test('nothing that people write becomes markdown or a mention, and all of it can still be read', () => {
  fc.assert(
    fc.property(hostile, hostile, (one, two) => {
      for (const markdown of [drawn(one), drawn(one, two), drawn(c.person('x', one)), drawn(c.person('x', one), two)])
        expect(read(markdown).opened).toEqual([])
      expect(tamed(one)).toBe(
        one
          .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
          .replace(/[^\P{Cc}\n]/gu, ' ')
          .replace(/[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '')
          .replace(/(\p{M}{3})\p{M}+/gu, '$1')
          .replace(/\n{3,}/g, '\n\n'),
      )
    }),
    { numRuns: 1_000 },
  )
})

test('nor does it leave bold words, labels or code', () => {
  const inside = (markdown: string, opening: RegExp, closing: string) => {
    expect(markdown).toMatch(opening)
    expect(markdown.endsWith(closing)).toBe(true)
    return markdown.replace(opening, '').slice(0, -closing.length)
  }
  fc.assert(
    fc.property(hostile, (words) => {
      const strong = drawn(c.strong(words))
      if (strong !== '') expect(read(inside(strong, /^\*\*/, '**')).opened).toEqual([])
      const link = drawn(c.link(words, 'https://a.example/'))
      if (!link.startsWith('<')) expect(read(inside(link, /^\[/, '](https://a.example/)')).opened).toEqual([])
      const code = drawn(c.code(words))
      if (/^`/.test(code)) expect(inside(code, /^`/, '`')).not.toMatch(/[`\n]/)
      else expect(read(code).opened).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('an address in a link can not leave it', () => {
  fc.assert(
    fc.property(hostile, (path) => {
      const safe = address(`https://a.example/${path}`)
      if (safe !== undefined) expect(safe).toMatch(/^https:\/\/a\.example[^\s()[\]<>\\`|*]*$/)
    }),
  )
  expect(address('mailto:mia@example.com')).toBeUndefined()
  expect(address(`https://a.example/${'x'.repeat(3_000)}`)).toBeUndefined()
})

const towers = {
  'accents in threes': 'a\u0301\u0302\u0303\u0304'.repeat(4_000),
  flags: '🇩🇪'.repeat(5_000),
  families: '👩‍👩‍👧‍👦'.repeat(1_800),
  Hangul: '\u1100\u1161\u11a8'.repeat(6_666),
  marks: `a${'\u0301'.repeat(20_000)}`,
  surrogates: '\ud83d'.repeat(20_000),
  'line ends': '\r\n'.repeat(10_000),
  escapes: '*'.repeat(20_000),
}

describe('a text that is too long', () => {
  test('is cut at a whole letter, with a mark', () => {
    expect(fitText(['one 👩‍👩‍👧‍👦 two'], eyes, 10)).toBe('one…')
    expect(fitText(['one two ', c.code('three'), ' four'], eyes, 14)).toBe('one two `thr`…')
    expect(fitText(['one'], eyes, 3)).toBe('one')
    expect(fitText([c.link('one two three', `https://a.example/${'x'.repeat(50)}`)], eyes, 10)).toBe('one two t…')
  })

  test('never takes more than its room and is never cut inside an escape', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.integer({ min: 10, max: 60 }), (one, two, room) => {
        const data = fitText([one, c.person('x', two), one], eyes, room)
        const mixed = fitText([one, c.strong(two), c.link(one, 'https://a.example/'), c.code(two), two], eyes, room)
        expect(data.length).toBeLessThanOrEqual(room)
        expect(mixed.length).toBeLessThanOrEqual(room)
        expect(read(data).opened).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  test('is cut where going through all its letters would cut it', () => {
    const letters = new Intl.Segmenter('en', { granularity: 'grapheme' })
    /** The longest of all whole beginnings that leave room for the mark. */
    const slow = (words: string, room: number): string => {
      if (drawText([words], eyes).length <= room) return drawText([words], eyes)
      const looked = words.slice(0, room * 2)
      const ends = [0, ...[...letters.segment(looked)].map(({ index, segment }) => index + segment.length)]
      const fitting = ends.map((end) => drawText([words.slice(0, end)], eyes)).filter((drawn) => drawn.length < room)
      return `${fitting.reduce((most, one) => (one.length >= most.length ? one : most)).trimEnd()}…`
    }
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (words, room) => {
        expect(fitText([words], eyes, room)).toBe(slow(words, room))
      }),
      { numRuns: 2_000 },
    )
    for (const words of Object.values(towers))
      for (const room of [1, 7, 40]) expect(fitText([words.slice(0, 80)], eyes, room)).toBe(slow(words.slice(0, 80), room))
  })

  test.each(Object.entries(towers))('of 20,000 signs costs little more than drawing it: %s', (_, words) => {
    const least = (work: () => unknown): number =>
      Math.min(
        ...Array.from({ length: 9 }, () => {
          const began = performance.now()
          work()
          return performance.now() - began
        }),
      )
    const drawn = least(() => drawText([words], eyes))
    // A dozen looks at less than half of it; going through its letters took up to a hundred times as long as drawing.
    expect(least(() => fitText([words], eyes, 4_000))).toBeLessThan(12 * drawn + 2)
  })
})
