import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import addAsset from '../../commands/asset/add.ts'
import importRoster from '../../commands/creator/import.ts'
import type { Option } from '../../src/command.ts'
import * as c from '../../src/kernel/card.ts'
import { formField } from '../../src/platforms/ask.ts'
import { renderMail } from '../../src/platforms/email/render.ts'
import { renderForm } from '../../src/platforms/web/form.ts'
import type { Html } from '../../src/platforms/web/html.ts'
import { html } from '../../src/platforms/web/html.ts'
import { type Look, limits, renderCard } from '../../src/platforms/web/render.ts'
import { address } from '../../src/platforms/web/text.ts'
import { gallery } from '../gallery.ts'

const look: Look = {
  reader: { zone: 'Europe/Berlin', locale: 'en', now: new Date('2026-11-21T08:15:00Z') },
  action: '/simulator/run',
  hidden: { token: 't"&', in: 'wins' },
}
const drawn = (card: c.Card): string => renderCard(card, look).html
const empty = new Set(['hr', 'img', 'input'])

/** Names of all tags in order; throws when one is not closed where it should be. */
function tags(markup: string): string[] {
  const open: string[] = []
  const all: string[] = []
  for (const [, slash, name = '', self] of markup.matchAll(/<(\/?)([a-z][a-zA-Z0-9]*)(?:"[^"]*"|[^"<>])*?(\/?)>/g)) {
    all.push(`${slash}${name}`)
    if (slash) expect(open.pop()).toBe(name)
    else if (!self && !empty.has(name)) open.push(name)
  }
  expect(open).toEqual([])
  return all
}

describe('the gallery on the web', () => {
  test.each(gallery.map((exhibit) => [exhibit.name, exhibit.card] as const))('%s', (_name, card) => {
    const markup = drawn(card)
    tags(markup)
    const attributes = [...markup.matchAll(/<[a-z][^\s>]*((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*\/?>/g)]
      .map((m) => m[1] ?? '')
      .join(' ')
    const named = [...attributes.matchAll(/\s([a-zA-Z-]+)="([^"]*)"/g)].map(([, name, value]) => ({ name: name!, value: value! }))
    expect(named.filter((a) => a.name === 'style' || a.name.startsWith('on'))).toEqual([])
    expect(
      named.filter((a) => ['href', 'src'].includes(a.name) && !/^(?:\/(?!\/)|https?:|mailto:|data:image&?)/.test(a.value)),
    ).toEqual([])
    expect(tags(markup)).not.toContain('script')
  })

  test('has every block and every part', () => {
    const blocks = new Set(gallery.flatMap((exhibit) => exhibit.card.blocks.map((block) => block.block)))
    expect([...blocks].sort()).toEqual(['buttons', 'chart', 'choice', 'divider', 'facts', 'image', 'table', 'text'])
    const parts = [...JSON.stringify(gallery).matchAll(/"part":"([a-z]+)"/g)].map((m) => m[1])
    expect([...new Set(parts)].sort()).toEqual(['code', 'link', 'moment', 'money', 'person', 'strong'])
  })
})

test('whatever people write, the tags stay the same', () => {
  const make = (words: string): c.Card => ({
    title: words,
    tone: 'warn',
    blocks: [
      c.paragraph(
        c.text`${words}${c.person(words, words)}${c.strong(words)}${c.code(words)}${c.link(words, 'https://a.example/')}`,
      ),
      { block: 'facts', facts: [{ label: words, value: [words] }] },
      c.table([words], [[words]], { caption: words }),
      c.image({ url: 'https://a.example/a.png' }, words),
      c.choice(words, words, words, [{ label: words, value: words }], { a: words }),
      { block: 'buttons', buttons: [{ label: words, run: words, given: { a: words } }] },
    ],
  })
  const same = tags(drawn(make('x')))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (words) => void expect(tags(drawn(make(words)))).toEqual(same)),
  )
  for (const words of ['</p><script>', '"><img src=x onerror=alert(1)>', "' onmouseover='x", '<!--', '&lt;b&gt;'])
    expect(tags(drawn(make(words)))).toEqual(same)
})

test('a plain string is data, also behind a stray exclamation mark', () => {
  expect(html`<p>Hello!${'<b>'}</p>`.html).toBe('<p>Hello!&#60;b&#62;</p>')
  expect(html`${[html`<i>${'&'}</i>`, ' ', false, undefined, 3]}`.html).toBe('<i>&#38;</i> 3')
})

test('no name turns around the amount, the name or the words that stand beside it, on a page or in a mail', () => {
  const [turns, isolates] = ['Mia \u202e', '\u2067Mia\u2066']
  const amount = c.money({ minor: 100_00n, currency: 'EUR' })
  const parts = [c.strong(turns), c.code(turns), c.link(turns, 'https://x.example/'), c.person('per_1', turns), isolates]
  const shown = c.card(
    turns,
    c.paragraph(c.text`${turns} asks for ${amount}`),
    ...parts.map((part) => c.paragraph([part, amount])),
  )
  const mail = renderMail(shown, turns, {})
  const turning = /[\u202a-\u202e\u2066-\u2069]/
  expect(drawn({ ...shown, title: 'Mia' })).not.toMatch(turning)
  expect([mail.subject, mail.text, mail.html].join()).not.toMatch(turning)
})

test('parts are said in the zone of the reader', () => {
  const at = new Date('2026-11-20T23:30:00Z')
  const markup = drawn(
    c.card(
      'T',
      c.paragraph(
        c.text`${c.moment(at, 'day')} ${c.moment(at, 'time')} ${c.moment(at, 'ago')} ${c.money({ minor: 924n, currency: 'EUR' })}`,
      ),
    ),
  )
  expect(markup).toContain('data-as="day" title="Sat, Nov 21, 2026, 12:30 AM GMT+1">Nov 21, 2026</time>')
  expect(markup).toContain('>12:30 AM</time>')
  expect(markup).toContain('>8 hours ago</time>')
  expect(markup).toContain('<span class="money">€9.24</span>')
})

test('in a table moments are short, blocks are a bar, a percent keeps its sign, and what a picture shows already is folded', () => {
  const at = (iso: string) => c.moment(new Date(iso), 'full')
  const rows = [
    [c.text`${at('2026-11-20T23:30:00Z')}`, '█████', '10 %'],
    [c.text`${at('2025-12-31T22:59:00Z')}`, '', '█'],
  ]
  const markup = drawn(c.card('T', c.table(['When', 'Bar', 'Rate'], rows)))
  expect(markup).toContain('title="Sat, Nov 21, 2026, 12:30 AM GMT+1">Nov 21, 12:30 AM GMT+1</time>')
  expect(markup).toContain('>Dec 31, 2025, 11:59 PM GMT+1</time>')
  expect(markup.match(/<svg class="bar" width="40"/g)).toHaveLength(1)
  expect(markup).toContain('<td>█</td>')
  expect(markup).toContain('10\u00a0%')
  expect(markup).not.toContain('<details')
  const again = drawn(c.card('T', c.table(['When'], rows, { repeats: true })))
  expect(again).toContain('<details class="repeats"><summary>The same as a table</summary><div class="table"')
})

test('a column of sentences keeps its room in a table that is wider than the screen', () => {
  const markup = drawn(
    c.card(
      'T',
      c.table(
        ['Figure', 'Means'],
        [
          ['Shares', 'shares / reach'],
          ['CVR', 'approved orders by click / unique clicks'],
        ],
      ),
    ),
  )
  expect(markup).toContain('<td class="sentences">shares / reach</td>')
  expect(markup).toContain('<td>Shares</td>')
})

test('a tone is a word, not only a colour', () => {
  expect(drawn(c.toned('bad', c.card('T')))).toContain('<span>Problem</span>')
  expect(drawn(c.toned('warn', c.card('T')))).toContain('<span>Please note</span>')
  expect(drawn(c.toned('good', c.card('T')))).toContain('<span>Done</span>')
  expect(drawn(c.card('T'))).not.toContain('class="tone"')
})

test('a button is its command, and the form carries the page along', () => {
  const markup = drawn(
    c.card('T', c.buttons({ label: 'Approve', run: 'review approve', given: { submission: 'sub_1' }, look: 'main' })),
  )
  expect(markup).toContain('method="post" action="/simulator/run"')
  expect(markup).toContain('name="token" value="t&#34;&#38;"')
  const value = /name="press" value="([^"]*)"/
    .exec(markup)![1]!
    .replace(/&#(\d+);/g, (_, n: string) => String.fromCharCode(Number(n)))
  expect(JSON.parse(value)).toEqual({ run: 'review approve', given: { submission: 'sub_1' } })
})

test('what is too much is cut and said', () => {
  const rows = Array.from({ length: 150 }, (_, i) => [`row ${i}`])
  const markup = drawn(c.card('T', c.table(['A'], rows)))
  expect(markup).toContain(`row ${limits.rows - 1}`)
  expect(markup.split('<details')[0]).not.toContain(`row ${limits.rows}<`)
  expect(markup).toContain('<summary>Next 50</summary>')
  expect(markup).toContain('row 149<')
  expect(drawn(c.card('T', 'a'.repeat(limits.words + 10)))).toContain('(10 more characters)')
  expect(drawn(c.card('T', 'a'.repeat(limits.shown + 1)))).toContain('class="words long" dir="auto" tabindex="0"')
  expect(drawn(c.card('T', c.table(['A'], [])))).toContain('Nothing here yet')
})

test('a chart takes its colours from the page and says itself in words', () => {
  const markup = drawn(gallery.find((exhibit) => exhibit.name === 'line chart')!.card)
  expect(markup).toContain('role="img" aria-label="Clicks a day. Clicks rose from 12 on Saturday to 51 on Friday."')
  expect(markup).toContain('stroke="var(--chart-1)"')
  expect(markup).toContain('var(--chart-ground)')
})

test.each([
  ['https://a.example/x', 'https://a.example/x'],
  ['/dashboard', '/dashboard'],
  ['mailto:mia@example.com', 'mailto:mia@example.com'],
  ['//evil.example', undefined],
  ['/\\evil.example', undefined],
  ['javascript:alert(1)', undefined],
  [' javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['file:///etc/passwd', undefined],
  ['no address', undefined],
])('the address %s leads to %s', (given, wanted) => expect(address(given)).toBe(wanted))

describe('a form', () => {
  const sheet = (errors: Record<string, string> = {}): Html =>
    renderForm(
      {
        title: 'Hand in content',
        run: 'submit',
        given: { mission: 'mis_1' },
        fields: [
          { name: 'url', label: 'Address', kind: 'url', required: true, max: 500, suggests: false, value: 'http://"x"' },
          { name: 'caption', label: 'Caption', kind: 'long', required: true, min: 10, max: 2000, suggests: false },
          { name: 'file', label: 'File', kind: 'file', required: false, suggests: false },
          {
            name: 'why',
            label: 'Why',
            kind: 'choice',
            required: true,
            suggests: false,
            choices: ['a', 'b', 'c', 'd'].map((v) => ({ label: v, value: v })),
          },
          { name: 'yes', label: 'I agree', kind: 'boolean', required: true, suggests: false },
          { name: 'mail', label: 'Write to me', kind: 'boolean', required: false, suggests: false },
          { name: 'creator', label: 'Who', kind: 'id', required: true, suggests: true },
          { name: 'zone', label: 'Zone', kind: 'zone', required: true, suggests: true },
          {
            name: 'few',
            label: 'Few',
            kind: 'choice',
            required: true,
            suggests: false,
            choices: [
              { label: 'Yes', value: 'yes' },
              { label: 'No', value: 'no' },
            ],
          },
        ],
      },
      {
        action: '/simulator/run',
        hidden: { token: 't' },
        suggestions: { creator: [{ label: 'Mia', value: 'crt_1' }], zone: [{ label: 'Europe/Berlin', value: 'Europe/Berlin' }] },
        errors,
      },
    )

  test('asks in the way each kind is best answered', () => {
    const markup = sheet().html
    tags(markup)
    expect(markup).toContain('enctype="multipart/form-data"')
    expect(markup).toContain('name="form" value="submit"')
    expect(markup).toContain('name="g.mission" value="mis_1"')
    expect(markup).toContain('type="url" id="o-url" name="o.url" required maxlength="500" value="http://&#34;x&#34;"')
    expect(markup).toContain('10 to 2000 characters')
    expect(markup).toContain('<option value="crt_1">Mia</option>')
    expect(markup).toContain('list="list-zone"')
    expect(markup).toMatch(/type="radio" name="o.few" value="yes" required/)
    expect(markup).toContain('<input type="hidden" name="o.mail" value="no">')
    expect(markup).not.toContain('<input type="hidden" name="o.yes"')
    expect(markup).toContain('>optional</span>')
  })

  test('every field has a label that names it', () => {
    const markup = sheet().html
    for (const [, id] of markup.matchAll(/<(?:input|select|textarea)[^>]* id="([^"]+)"/g)) expect(markup).toContain(`for="${id}"`)
  })

  test('says what is wrong at the field', () => {
    const markup = sheet({ url: 'Address must be an address that begins with https://.' }).html
    expect(markup).toContain('aria-describedby="o-url-error" aria-invalid="true"')
    expect(markup).toMatch(/id="o-url-error">.*begins with https:\/\/\./)
    expect(markup).toContain('One answer needs another look.')
  })
})

test('a form says when nothing is to be chosen, and a length once', () => {
  const shape = { required: true, suggests: true, label: 'Which' } as const
  const fields = [
    { ...shape, name: 'mission', kind: 'id' as const },
    { ...shape, name: 'country', kind: 'text' as const, suggests: false, min: 2, max: 2 },
  ]
  const sheet = renderForm(
    { title: 'T', run: 'mission leave', given: {}, fields },
    { action: '/simulator/run', hidden: {}, suggestions: { mission: [] }, errors: {} },
  ).html
  expect(sheet).toContain('There is nothing to choose from')
  expect(sheet).toMatch(/>2 characters</)
})

test('a file field says what it takes: a list, or a picture, video or document', () => {
  const asked = (option: Option) =>
    renderForm(
      { title: 'T', run: 'x', given: {}, fields: [formField('file', option, undefined)] },
      { action: '/simulator/run', hidden: {}, suggestions: {}, errors: {} },
    ).html
  expect(asked(importRoster.options.file!)).toContain('>A CSV file of up to 25 MB<')
  expect(asked(addAsset.options.file!)).toContain('>A picture, video or document of up to 25 MB<')
})
