import type { APIComponentInContainer, APIContainerComponent } from 'discord.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as c from '../../src/kernel/card.ts'
import { parse } from '../../src/platforms/discord/codec.ts'
import { columnsOf } from '../../src/platforms/discord/fit.ts'
import { type Rendered, renderCard, withoutFiles } from '../../src/platforms/discord/render.ts'
import { gallery } from '../gallery.ts'
import { expectSpec, specTakes } from './discord-spec.ts'

const eyes = {
  mention: (id: string) => (id.endsWith('MIA') ? '100000000000000001' : undefined),
  zone: 'Europe/Berlin',
}
const render = (card: c.Card): Rendered => renderCard(card, eyes)

const containerOf = (rendered: Rendered): APIContainerComponent => {
  expect(rendered.payload.components).toHaveLength(1)
  return rendered.payload.components[0] as APIContainerComponent
}
const inside = (rendered: Rendered): APIComponentInContainer[] => containerOf(rendered).components
const textsOf = (rendered: Rendered): string[] => inside(rendered).flatMap((one) => (one.type === 10 ? [one.content] : []))
const wordsOf = (rendered: Rendered): string => textsOf(rendered).join('\n')
const pressable = (rendered: Rendered) => inside(rendered).flatMap((one) => (one.type === 1 ? one.components : []))

/** Discord's own schema (which knows every field) and the limits that it only writes down in words. */
function valid(rendered: Rendered): void {
  expectSpec('MessageCreateRequest', rendered.payload)
  expect(rendered.payload).toMatchObject({ flags: 1 << 15, allowed_mentions: { parse: [] } })
  expect(JSON.stringify(rendered.payload)).not.toMatch(/\\ud[89a-f]/i)
  const parts = inside(rendered)
  const rows = parts.filter((one) => one.type === 1)
  expect(1 + parts.length + rows.reduce((sum, row) => sum + row.components.length, 0)).toBeLessThanOrEqual(40)
  expect(parts.length).toBeGreaterThan(0)
  expect(textsOf(rendered).reduce((sum, text) => sum + text.length, 0)).toBeLessThanOrEqual(4_000)
  for (const text of textsOf(rendered)) expect(text.trim()).not.toBe('')
  for (const row of rows) {
    const selects = row.components.filter((one) => one.type === 3)
    expect(selects.length === 0 ? row.components.length <= 5 : row.components.length === 1).toBe(true)
  }
  const ids = pressable(rendered).flatMap((one) => ('custom_id' in one ? [one.custom_id] : []))
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) {
    const read = parse(id)!
    if ('kept' in read) expect(rendered.presses.map((press) => press.id)).toContain(read.kept)
  }
  for (const select of pressable(rendered))
    if (select.type === 3) expect(new Set(select.options.map((one) => one.value)).size).toBe(select.options.length)
  const attached = parts.flatMap((one) => (one.type === 12 ? one.items.map((item) => item.media.url) : []))
  expect(attached.filter((url) => url.startsWith('attachment://')).sort()).toEqual(
    rendered.files.map((file) => `attachment://${file.name}`).sort(),
  )
  expect(rendered.files.length).toBeLessThanOrEqual(10)
}

const styles = ['', 'main', 'plain', 'good', 'danger', 'link']

/** A message as one reads it, with everything that is sent; very long words are counted instead. */
function outline(rendered: Rendered): string {
  const brief = (words: string) =>
    words.length > 1_200 ? `${words.slice(0, 200)} [${words.length} characters] ${words.slice(-120)}` : words
  const lines = inside(rendered).flatMap((one): string[] => {
    switch (one.type) {
      case 10:
        return brief(one.content)
          .split('\n')
          .map((line) => `| ${line}`)
      case 12:
        return one.items.map((item) => `[picture ${item.media.url}] ${item.description ?? ''}`)
      case 14:
        return ['[divider]']
      case 1:
        return one.components.map((part) => {
          if (part.type === 2)
            return `[${styles[part.style]}] ${'label' in part ? part.label : ''} -> ${'url' in part ? part.url : 'custom_id' in part ? part.custom_id : ''}`
          if (part.type !== 3) throw new Error(`a component of type ${part.type} in a row`)
          const shown =
            part.options.length > 4
              ? [...part.options.slice(0, 2), { label: `${part.options.length - 2} more`, value: '…' }]
              : part.options
          return `[select] ${part.placeholder} -> ${part.custom_id}: ${shown.map((o) => `${o.label} (${o.value})`).join(', ')}`
        })
      default:
        throw new Error(`a component of type ${one.type}`)
    }
  })
  const color = `#${containerOf(rendered).accent_color?.toString(16).padStart(6, '0')}`
  return [`[container ${color}]`, ...lines].join('\n')
}

describe('the gallery on Discord', () => {
  test.each(gallery.map((exhibit) => [exhibit.name, exhibit.card] as const))('%s', (_name, card) => valid(render(card)))

  test('looks like this', async () => {
    const pages = gallery.map(({ name, card }) => `=== ${name}\n${outline(render(card))}`)
    await expect(`${pages.join('\n\n')}\n`).toMatchFileSnapshot('__snapshots__/discord-gallery.txt')
  })

  test('loses this and no more', () => {
    const lost = gallery.map(({ name, card }) => [name, render(card).losses] as const).filter(([, losses]) => losses.length > 0)
    expect(Object.fromEntries(lost)).toEqual({
      table: ['mentions in a table'],
      'table of 150 rows': ['table rows behind Next', "the reader's own zone in a table"],
      'picture that may not be shown': ['picture'],
      'select of 120': ['more than 100 choices'],
      'hostile words': ['table cells'],
      'hostile links': ['link button'],
      'long text': ['text'],
    })
  })

  test('the schema would notice a wrong payload', () => {
    const row = { type: 1, components: [{ type: 2, style: 9, label: 'x', custom_id: 'x' }] }
    expect(specTakes('ActionRowComponentForMessageRequest', row)).toBe(false)
    const container = { type: 17, components: [{ type: 10, content: '' }] }
    expect(specTakes('MessageCreateRequest', { components: [container] })).toBe(false)
  })
})

describe('what does not fit', () => {
  const rows = (n: number) => Array.from({ length: n }, (_, i) => [`#${i}`, `row number ${i}`])

  test('the longest table gives way first, and says by how much', () => {
    const rendered = render(
      c.card('Two', c.table(['A', 'B'], rows(400)), 'Short words stay whole.', c.table(['A', 'B'], rows(3))),
    )
    valid(rendered)
    const [, long, words, short] = textsOf(rendered)
    const shown = long!.split('\n').filter((line) => line.startsWith('#')).length
    expect(long).toMatch(new RegExp(`\\n\`\`\`\\n-# … and ${400 - shown} more$`))
    expect(shown).toBeGreaterThan(100)
    expect(words).toBe('Short words stay whole.')
    expect(short!.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(3)
    // Pressing Next again and again leads through every row, each once.
    const seen = long!.split('\n').filter((line) => line.startsWith('#'))
    let [next] = rendered.presses
    expect(pressable(rendered)).toMatchObject([{ label: 'Next', custom_id: `more?id=${next!.id}` }])
    for (let n = 0; next && n < 9; n++) {
      const shown = render(JSON.parse(next.given.card!))
      valid(shown)
      seen.push(
        ...textsOf(shown)[1]!
          .split('\n')
          .filter((line) => line.startsWith('#')),
      )
      next = shown.presses[0]
    }
    expect(seen.map((line) => line.split(' ')[0])).toEqual(rows(400).map(([first]) => first))
  })

  test('long texts share the room that short ones leave', () => {
    const rendered = render(c.card('Long', 'a '.repeat(5_000), 'short', c.small('b '.repeat(5_000))))
    valid(rendered)
    const [, one, two, three] = textsOf(rendered).map((text) => text.length)
    expect(two).toBe(5)
    expect(Math.abs(one! - three!)).toBeLessThan(10)
    expect(one! + two! + three!).toBeGreaterThan(3_950)
  })

  test('facts are cut where they are longest', () => {
    const rendered = render(c.card('Facts', c.facts({ Short: 'stays', Long: 'x'.repeat(6_000), Last: 'stays too' })))
    valid(rendered)
    expect(wordsOf(rendered)).toMatch(/^## Facts\n\*\*Short\*\* stays\n\*\*Long\*\* x{3000,}…\n\*\*Last\*\* stays too$/)
    expect(rendered.losses).toEqual(['facts'])
  })

  test('texts that touch are joined before anything is left out', () => {
    const rendered = render(c.card('Many', ...Array.from({ length: 60 }, (_, i) => `Paragraph ${i}`)))
    valid(rendered)
    expect(rendered.losses).toEqual([])
    expect(wordsOf(rendered)).toContain('Paragraph 59')
  })

  test('more than 40 components: dividers go, then the last', () => {
    const rendered = render(
      c.card(
        'Rows',
        ...Array.from({ length: 10 }, (_, i) => [
          c.divider,
          c.buttons(...Array.from({ length: 5 }, (_, n) => ({ label: `${i}.${n}`, run: 'help' }))),
        ]).flat(),
      ),
    )
    valid(rendered)
    expect(rendered.losses).toEqual(['more than 40 components'])
    expect(wordsOf(rendered)).toBe('## Rows\n-# … and 4 more')
    expect(pressable(rendered)).toHaveLength(30)
  })

  test('a long press is kept and its id sent', () => {
    const given = {
      submission: 'sub_01JD0000000000000000000SUB',
      mission: 'mis_01JD0000000000000000000MIS',
      file: 'fil_01JD0000000000000000000FIL',
    }
    const rendered = render(c.card('Press', c.buttons({ label: 'Reject', run: 'review reject', given })))
    valid(rendered)
    expect(rendered.presses).toEqual([{ id: expect.stringMatching(/^[\w-]{22}$/) as string, run: 'review reject', given }])
  })

  test('long labels are cut at a whole letter', () => {
    const rendered = render(c.card('L', c.buttons({ label: `${'x'.repeat(78)}👩‍👩‍👧‍👦`, run: 'help' })))
    expect(pressable(rendered)[0]).toMatchObject({ label: `${'x'.repeat(78)}…` })
  })

  test('at most ten files; the rest is said', () => {
    const rendered = render(c.card('P', ...Array.from({ length: 12 }, (_, i) => c.image({ file: `fil_${i}` }, `Picture ${i}`))))
    valid(rendered)
    expect(rendered.files).toHaveLength(10)
    expect(wordsOf(rendered)).toContain('-# Picture: Picture 11')
  })
})

test('columns line up also with wide letters, and each row is one line', () => {
  const table = c.table(
    ['名前', 'Orders'],
    [
      ['みあ', '31'],
      ['Zoë 👩‍👩‍👧‍👦', '5'],
      ['a\nb', '1'],
      ['x'.repeat(200), '7'],
    ],
    { align: ['left', 'right'] },
  )
  const lines = wordsOf(render(c.card('T', table)))
    .split('\n')
    .slice(2, -1)
  expect(new Set(lines.map(columnsOf))).toEqual(new Set([64]))
  expect(lines).toHaveLength(6)
  expect(['é', 'あ', '👍', '❤️', '🇩🇪', '👩‍👩‍👧‍👦', 'e\u0301', '©'].map(columnsOf)).toEqual([1, 2, 2, 2, 2, 2, 1, 1])
})

test('a picture that can not be had becomes words', () => {
  const rendered = render(c.card('P', c.image({ file: 'fil_a' }, 'A *hand*'), c.image({ file: 'fil_b' }, 'A jar')))
  const without = withoutFiles(rendered, new Set(['picture-1.png']))
  valid(without)
  expect(textsOf(without)).toEqual(['## P', '-# Picture: A \\*hand\\*'])
  expect(without.files.map((file) => file.from)).toEqual([{ file: 'fil_b' }])
  expect(without.losses).toEqual(['picture'])
  expect(withoutFiles(rendered, new Set())).toBe(rendered)
})

test('whatever people write and however much, the message is valid and opens no code, mention or link of theirs', () => {
  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('```', '<@1> @everyone', '\n```\n', '[a](https://b.example)', '`', '\u202e', '', ' ', 'あ👩‍👩‍👧‍👦', '\ud800'),
    fc
      .tuple(fc.constantFrom('*', 'x', '\n', '`', '<@1>', '-# a\n'), fc.integer({ min: 1, max: 2_000 }))
      .map(([one, n]) => one.repeat(n)),
  )
  const block = fc.oneof(
    words.map((w) => c.paragraph(c.text`${w}${c.strong(w)}${c.code(w)}${c.person(w, w)}${c.link(w, `https://a.example/${w}`)}`)),
    words.map((w) => c.small(w)),
    fc
      .array(fc.tuple(words, words), { maxLength: 5 })
      .map((list) => ({ block: 'facts', facts: list.map(([label, value]) => ({ label, value: [value] })) }) as c.Block),
    fc
      .tuple(words, fc.array(fc.array(words, { maxLength: 3 }), { maxLength: 30 }))
      .map(([w, list]) => c.table([w, w, w], list, { caption: w })),
    words.map((w) => c.image({ url: `https://a.example/${w}` }, w)),
    words.map((w) => c.buttons({ label: w, run: 'help', given: { a: w } }, { label: w, url: `https://a.example/${w}` })),
    fc.array(words, { maxLength: 30 }).map((list) =>
      c.choice(
        list[0] ?? '',
        'help',
        'topic',
        list.map((w) => ({ label: w, value: w })),
        { a: list[1] ?? '' },
      ),
    ),
    fc.constant(c.divider),
  )
  fc.assert(
    fc.property(words, fc.array(block, { maxLength: 12 }), (title, blocks) => {
      const rendered = render({ title, tone: 'good', blocks })
      valid(rendered)
      const text = wordsOf(rendered)
      // Fences stand alone on their lines, and in pairs.
      expect(text.split('\n').filter((line) => line === '```').length % 2).toBe(0)
      expect(text.replace(/^```$/gm, '')).not.toContain('```')
      const outside = text
        .replace(/^```$[\s\S]*?^```$/gm, '')
        .replace(/\\[^0-9A-Za-z\s]|`[^`\n]*`|\]\([^\s)]*\)|<https?:[^\s>]*>/g, '')
      expect(outside).not.toMatch(/<|@|https?:/)
    }),
    { numRuns: 100 },
  )
})
