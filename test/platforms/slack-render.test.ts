import type { KnownBlock } from '@slack/types'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as c from '../../src/kernel/card.ts'
import { placed, renderCard, renderHome } from '../../src/platforms/slack/render.ts'
import type { Eyes } from '../../src/platforms/slack/text.ts'
import { gallery } from '../gallery.ts'
import { breaches, strings, viewBreaches } from './slack-limits.ts'

const eyes: Eyes = {
  mention: (id) => (id.endsWith('MIA') ? 'U0MIA' : undefined),
  reader: { zone: 'Europe/Berlin', locale: 'en', now: new Date('2026-11-21T08:15:00Z') },
}

describe('the gallery on Slack', () => {
  test.each(gallery.map((exhibit) => [exhibit.name, exhibit.card] as const))('%s', (_name, card) => {
    const message = renderCard(card, eyes)
    expect(breaches(message.blocks, 'message')).toEqual([])
    expect(message.text.length).toBeGreaterThan(0)
    expect(message.text.length).toBeLessThanOrEqual(4_000)
    expect(message.text).not.toMatch(/[<>]/)
    expect(viewBreaches(renderHome(card, eyes).view)).toEqual([])
  })

  test('as it is sent', async () => {
    await expect(gallery.map(sheet).join('\n')).toMatchFileSnapshot('../fixtures/slack/gallery.txt')
  })

  test('what is not shown as it is', () => {
    const losses = gallery
      .map(({ name, card }) => [name, renderCard(card, eyes).losses] as const)
      .filter(([, list]) => list.length)
    expect(Object.fromEntries(losses)).toEqual({
      'table of 150 rows': ['table: 51 behind Next'],
      'picture that may not be shown': ['picture as words: its address may not be shown'],
      'select of 120': ['choice: 20 left out'],
      'hostile links': ['button as words: its address may not be opened'],
      'long text': ['title shortened'],
    })
  })
})

/** One line a block, long tables cut, for reading. */
function sheet({ name, card }: (typeof gallery)[number]): string {
  const { text, blocks, files, presses } = renderCard(card, eyes)
  const line = (block: KnownBlock): string => {
    if (block.type !== 'table') return `  ${clipped(JSON.stringify(block))}`
    const rows = block.rows.slice(0, 4).map((row) => `    ${JSON.stringify(row)}`)
    return [`  table ${JSON.stringify(block.column_settings)}`, ...rows, `    (${block.rows.length} rows)`].join('\n')
  }
  const more = [
    ...files.map((file) => `  file ${JSON.stringify(file).slice(0, 120)}`),
    ...presses.map((p) => `  press ${clipped(JSON.stringify(p)).slice(0, 300)}`),
  ]
  return [`== ${name}`, `  text ${JSON.stringify(text.slice(0, 120))}`, ...blocks.map(line), ...more, ''].join('\n')
}

const clipped = (words: string): string => (words.length > 1_500 ? `${words.slice(0, 1_500)} … (${words.length})` : words)

test('the kinds are Slack’s own', () => {
  const expected = [
    { type: 'header', text: { type: 'plain_text', text: '✅ Done · Hello', emoji: false } },
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'user', user_id: 'U0MIA' },
            { type: 'text', text: ' earned ' },
            { type: 'text', text: '€9.24' },
            { type: 'text', text: ' on ' },
            { type: 'date', timestamp: 1763626500, format: '{date_short}', fallback: 'Nov 20, 2025' },
          ],
        },
      ],
    },
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          text: { type: 'plain_text', text: 'Approve', emoji: false },
          action_id: 'review+approve#0',
          value: '{"submission":"sub_1"}',
          style: 'primary',
        },
      ],
    },
  ] satisfies KnownBlock[]
  const mia = c.person('per_MIA', 'Mia')
  const earned = c.text`${mia} earned ${c.money({ minor: 924n, currency: 'EUR' })} on ${c.moment(new Date('2025-11-20T08:15:00Z'))}`
  const approve = { label: 'Approve', run: 'review approve', given: { submission: 'sub_1' }, look: 'main' } as const
  expect(renderCard(c.toned('good', c.card('Hello', c.paragraph(earned), c.buttons(approve))), eyes).blocks).toEqual(expected)
})

describe('a second table', () => {
  const board = (words: string) => c.table(['Place', 'Creator'], [['1', words]], { caption: words, align: ['right'] })

  test('is monospace, and so is every table on the Home tab', () => {
    const card = c.card('Two', board('Mia'), board('Ana'))
    const message = renderCard(card, eyes)
    expect(message.blocks.map((b) => b.type)).toEqual(['header', 'rich_text', 'table', 'rich_text', 'rich_text'])
    expect(message.losses).toEqual(['table in monospace'])
    expect(strings(message.blocks.at(-1), 'text')).toEqual(['Place  Creator\n    1  Ana'])
    const home = renderHome(card, eyes)
    expect(strings(home.view.blocks, 'type').filter((t) => t === 'rich_text_preformatted')).toHaveLength(2)
    expect(home.losses).toEqual(['table in monospace', 'table in monospace'])
  })
})

describe('what is too long', () => {
  test('a table shares the room with a text, rows are counted, short blocks stay whole', () => {
    const rows = Array.from({ length: 99 }, (_, i) => [`row ${i}`, 'x'.repeat(200)])
    const { blocks, losses } = renderCard(c.card('T', 'short', c.table(['A', 'B'], rows), 'y'.repeat(9_000)), eyes)
    const table = blocks.find((b) => b.type === 'table')!
    const left = 99 - (table.rows.length - 1)
    expect(table.rows.length).toBeGreaterThan(20)
    expect(strings(blocks, 'text')).toContain(`… and ${left} more`)
    expect(strings(blocks, 'text')).toContain('short')
    // Pressing Next again and again leads through every row, each once.
    const seen = [...table.rows.slice(1)]
    let [next] = renderCard(c.card('T', 'short', c.table(['A', 'B'], rows), 'y'.repeat(9_000)), eyes).presses
    for (let n = 0; next && n < 9; n++) {
      const shown = renderCard(JSON.parse(next.given.card!), eyes)
      seen.push(...shown.blocks.find((b) => b.type === 'table')!.rows.slice(1))
      next = shown.presses[0]
    }
    expect(seen.map((row) => (row[0] as { text: string }).text)).toEqual(rows.map(([first]) => first))
    expect(losses).toEqual([`table: ${left} behind Next`, 'long text shortened'])
  })

  test('a table alone keeps within what all its cells may have', () => {
    const rows = Array.from({ length: 99 }, () => Array<string>(4).fill('z'.repeat(60)))
    const { blocks } = renderCard(c.card('T', c.table(['A', 'B', 'C', 'D'], rows)), eyes)
    const size = strings(
      blocks.find((b) => b.type === 'table'),
      'text',
    ).join('').length
    expect(size).toBeGreaterThan(8_500)
    expect(breaches(blocks, 'message')).toEqual([])
  })

  test('of many blocks, what people press stays', () => {
    const many = Array.from({ length: 80 }, (_, i) => c.paragraph(`line ${i}`))
    const { blocks, losses } = renderCard(c.card('T', ...many, c.buttons({ label: 'Go', run: 'home' })), eyes)
    expect(blocks).toHaveLength(50)
    expect(blocks.map((b) => b.type).slice(-2)).toEqual(['actions', 'context'])
    expect(strings(blocks.at(-1), 'text')).toEqual(['… and 33 more'])
    expect(losses).toEqual(['33 blocks left out'])
  })

  test('thirty buttons stand in two rows, and a long press is kept', () => {
    const list = Array.from({ length: 30 }, (_, i) => ({
      label: `Go ${i}`,
      run: 'creator show',
      given: { creator: 'x'.repeat(3_000) },
    }))
    const { blocks, presses } = renderCard(c.card('T', c.buttons(...list)), eyes)
    expect(blocks.filter((b) => b.type === 'actions').map((b) => b.elements.length)).toEqual([25, 5])
    expect(presses).toEqual([
      { id: expect.stringMatching(/^[\w-]{22}$/), run: 'creator show', given: { creator: 'x'.repeat(3_000) } },
    ])
    expect(breaches(blocks, 'message')).toEqual([])
  })
})

test('a picture gets its uploaded file, or is said in words', () => {
  const { blocks, files } = renderCard(
    c.card('', c.image({ file: 'fil_1' }, 'A jar'), c.chart('bar', 'Sales', [], 'None yet')),
    eyes,
  )
  expect(files.map((f) => [f.name, f.alt])).toEqual([
    ['picture-1', 'A jar'],
    ['chart-2.png', 'None yet'],
  ])
  const [jar, sales] = placed(blocks, new Map([['picture-1', 'F123']]))
  expect(jar).toEqual({ type: 'image', slack_file: { id: 'F123' }, alt_text: 'A jar' })
  expect(strings(sales, 'text')).toEqual(['Picture: None yet'])
})

test('small words are context; links in them need rich text', () => {
  const { blocks, losses } = renderCard(
    c.card('', c.small('By the way'), c.small(c.text`See ${c.link('here', 'https://a.example/')}`)),
    eyes,
  )
  expect(blocks.map((b) => b.type)).toEqual(['context', 'rich_text'])
  expect(losses).toHaveLength(1)
})

const words = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<@U1>',
    '*b*',
    '&lt;',
    '`x`',
    ':tada:',
    '@everyone',
    '<https://evil.example|bank>',
    '\n',
    ' ',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
)

test('whatever people write stands in text, and only there', () => {
  const make = (w: string): c.Card => ({
    title: w,
    tone: 'warn',
    blocks: [
      c.paragraph(c.text`${w}${c.person(w, w)}${c.strong(w)}${c.code(w)}${c.link(w, w)}${c.link(w, 'https://a.example/')}.`),
      c.small(c.text`${w}.`),
      { block: 'facts', facts: [{ label: w, value: [w] }] },
      c.table([w], [[w]], { caption: w }),
      c.image({ url: w }, w),
      c.choice(w, w, w, [{ label: w, value: w }], { [w]: w }),
      {
        block: 'buttons',
        buttons: [
          { label: w, run: w, given: { a: w } },
          { label: w, url: w },
        ],
      },
    ],
  })
  fc.assert(
    fc.property(words, (w) => {
      const { blocks, text } = renderCard(make(w), eyes)
      expect(breaches(blocks, 'message')).toEqual([])
      expect(text).not.toMatch(/[<>]/)
      const types = new Set(strings(blocks, 'type'))
      for (const type of ['mrkdwn', 'broadcast', 'user', 'usergroup', 'channel', 'emoji']) expect(types).not.toContain(type)
      for (const emoji of flags(blocks)) expect(emoji).toBe(false)
    }),
    { numRuns: 300 },
  )
})

test('no card is too big to be sent', () => {
  const long = fc.integer({ min: 0, max: 6_000 }).map((n) => 'wörd 👩‍👩‍👧‍👦 '.repeat(n / 12))
  const block: fc.Arbitrary<c.Block> = fc.oneof(
    long.map((w) => c.paragraph(w)),
    fc
      .tuple(fc.integer({ max: 150, min: 0 }), fc.integer({ min: 1, max: 25 }), fc.string({ maxLength: 80 }))
      .map(([rows, columns, w]) =>
        c.table(
          Array(columns).fill(w),
          Array.from({ length: rows }, () => Array(columns).fill(w) as string[]),
          { caption: w.repeat(9) },
        ),
      ),
    fc
      .array(fc.tuple(fc.string(), long), { maxLength: 40 })
      .map((list): c.Block => ({ block: 'facts', facts: list.map(([label, w]) => ({ label, value: [w] })) })),
    fc.tuple(fc.integer({ min: 0, max: 300 }), fc.string({ maxLength: 300 })).map(([n, w]) =>
      c.choice(
        w,
        'a',
        'b',
        Array.from({ length: n }, () => ({ label: w, value: w })),
      ),
    ),
    fc
      .tuple(fc.integer({ min: 1, max: 60 }), fc.string({ maxLength: 100 }))
      .map(([n, w]) => c.buttons(...Array.from({ length: n }, () => ({ label: w, run: 'a' })))),
    long.map((w) => c.image({ file: 'fil_1' }, w)),
  )
  fc.assert(
    fc.property(fc.array(block, { maxLength: 60 }), (blocks) => {
      const card = { title: 'T', tone: 'plain', blocks } as const
      expect(breaches(renderCard(card as unknown as c.Card, eyes).blocks, 'message')).toEqual([])
      expect(viewBreaches(renderHome(card as unknown as c.Card, eyes).view)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

/** The value of every `emoji` flag. */
const flags = (value: unknown): unknown[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, v]) => (key === 'emoji' ? [v] : flags(v)))
