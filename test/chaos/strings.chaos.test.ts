/** A hundred thousand strings that try to be more than words, on each platform. */
import { expect, test } from 'vitest'
import * as c from '../../src/kernel/card.ts'
import { drawText, fitText } from '../../src/platforms/discord/text.ts'
import { renderCard } from '../../src/platforms/slack/render.ts'
import { elements, escaped } from '../../src/platforms/slack/text.ts'
import { readMarkdown } from '../platforms/discord-reader.ts'
import { breaches } from '../platforms/slack-limits.ts'
import { figure } from './figure.ts'

const COUNT = 100_000
const CUT_EACH = 400
const eyes = { mention: () => undefined }
const pieces = [
  ...[
    '@everyone',
    '@here',
    '<@&1>',
    '<@1>',
    '<@!1>',
    '<#1>',
    '<!channel>',
    '<!here>',
    '<!everyone>',
    '<!subteam^S1>',
    '<@U012AB>',
  ],
  ...[
    '[a](https://b.example)',
    '<https://evil.example|bank>',
    '```',
    '``',
    '`',
    '**',
    '__',
    '||',
    '~~',
    '> ',
    '>>> ',
    '# ',
    '-# ',
    '- ',
    '1. ',
  ],
  ...[
    '\n',
    '\n\n\n',
    '\r',
    '\t',
    ' ',
    '\u2028',
    '\u00a0',
    '\u200b',
    '\u00ad',
    '\u202e',
    '\u2066',
    '\u0000',
    '\ud800',
    'e\u0301\u0301\u0301\u0301\u0301',
  ],
  ...[
    '&lt;',
    '&',
    '<',
    '>',
    '|',
    '\\',
    '*',
    '_',
    '~',
    ':',
    '@',
    ':smile:',
    '<t:1:R>',
    '<:e:1>',
    'https://a.example',
    '👩‍👩‍👧‍👦',
    'ﷺ',
    'a',
    'é',
    '1',
  ],
]

/** The same strings in every run. */
function* hostile(count: number): Generator<string> {
  let state = 0x2545f491
  const next = (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
  for (let n = 0; n < count; n++) yield Array.from({ length: 1 + next(12) }, () => pieces[next(pieces.length)]!).join('')
}

test('strings become no mention on Discord', () => {
  const opened: string[] = []
  for (const words of hostile(COUNT)) {
    const drawn = drawText([words, c.person('nobody', words)], eyes)
    if (readMarkdown(drawn).opened.length > 0) opened.push(words)
  }
  expect(opened.slice(0, 5)).toEqual([])
  figure('F21', 'strings on Discord / that opened a mention or markdown', `${COUNT} / ${opened.length}`)
})

/** What is lost on purpose: controls, overrides of direction, towers of accents, empty lines. */
const seen = (words: string): string =>
  words
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\n{3,}/g, '\n\n')

test('strings are read back from Discord’s markdown as they were', () => {
  const changed: string[] = []
  let long = 0
  let n = 0
  for (const words of hostile(COUNT)) {
    if (readMarkdown(drawText([words], eyes)).words !== seen(words)) changed.push(words)
    // Cutting 4,000 characters takes some milliseconds.
    if (n++ % CUT_EACH === 0 && fitText([words.repeat(400)], eyes, 4_000).length > 4_000) long++
    if (long > 0 || changed.length > 5) break
  }
  expect(changed).toEqual([])
  expect(long).toBe(0)
  figure(
    'F22',
    'strings read back from Discord / changed / over 4,000 characters',
    `${COUNT} / 0 / 0 (each four-hundredth made 400 times as long)`,
  )
}, 300_000)

test('strings become no mention on Slack', () => {
  const broken: string[] = []
  let count = 0
  for (const words of hostile(COUNT)) {
    const parts = elements([words, c.person('nobody', words)], eyes)
    const plain = parts.every((part) => part.type === 'text')
    const fallback = escaped(words, 3_000).replace(/&(?:amp|lt|gt);/g, '')
    if (!plain || /[&<>]/.test(fallback)) broken.push(words)
    // Whole cards are heavier; every twentieth string stands in one.
    if (count++ % 20 === 0) {
      const { blocks, text } = renderCard(c.card(words, c.paragraph(words), c.table([words], [[words]])), eyes)
      if (breaches(blocks, 'message').length > 0 || /[<>]/.test(text)) broken.push(words)
    }
  }
  expect(broken.slice(0, 5)).toEqual([])
  figure('F21', 'strings on Slack / that became more than text', `${COUNT} / ${broken.length}`)
})
