/** Cards that together show every block, every part and every limit; each renderer draws all of them. */
import * as c from '../src/kernel/card.ts'

const at = new Date('2026-11-20T08:15:00Z')
const soon = new Date('2026-12-15T08:00:00Z')
const eur = (minor: bigint) => c.money({ minor, currency: 'EUR' })
const mia = c.person('per_01JD0000000000000000000MIA', 'Mia Lind')
const sub = 'sub_01JD0000000000000000000SUB'
const crt = 'crt_01JD0000000000000000000CRT'
const days = ['Sat', 'Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri']
const series = (name: string, values: number[]) => ({ name, points: values.map((value, i) => ({ label: days[i % 7]!, value })) })
const hostile =
  '<img src=x onerror=alert(1)> **bold** _it_ `code` @everyone <@1> [a](javascript:alert(1)) & "quoted" \'single\' </script>'
const words = (n: number) =>
  'The quick creator posts again and again about one jar of cream. '.repeat(Math.ceil(n / 64)).slice(0, n)

export type Exhibit = { name: string; card: c.Card }

const exhibit = (name: string, card: c.Card): Exhibit => ({ name, card })

export const gallery: Exhibit[] = [
  exhibit('plain words', c.card('Hello', 'You are on the list.')),
  exhibit('only a title', c.card('Saved')),
  exhibit('tone good', c.toned('good', c.card('You are in', c.paragraph(c.text`Welcome, ${mia}. Your kit is below.`)))),
  exhibit(
    'tone bad',
    c.toned(
      'bad',
      c.card('Something broke here, not with you', c.paragraph(c.text`Reference ${c.code('err_01JD0000000000000000000ERR')}`)),
    ),
  ),
  exhibit(
    'tone warn',
    c.toned(
      'warn',
      c.card(
        'Please check',
        '"Address" must begin with https://.',
        c.buttons({ label: 'Fix', run: 'submit', given: { '?': 'form' }, look: 'main' }),
      ),
    ),
  ),
  exhibit(
    'every part',
    c.card(
      'Every part of a text',
      c.paragraph(
        c.text`${mia} earned ${eur(924n)} ${c.moment(at, 'ago')}, on ${c.moment(at, 'day')} at ${c.moment(at, 'time')} (${c.moment(at, 'full')}), with ${c.code('MIA10')}. ${c.strong('Well done')}: ${c.link('see the post', 'https://example.com/p/1')}.`,
      ),
      c.small('Small words say what is good to know.'),
    ),
  ),
  exhibit(
    'facts',
    c.card(
      'Earnings',
      c.facts({
        Pending: c.text`${eur(12_340n)} until ${c.moment(soon, 'day')}`,
        Payable: eur(5_500n),
        Paid: eur(102_400n),
        Orders: 31,
        'Back from refunds': eur(-1_250n),
      }),
      c.buttons({ label: 'Show the arithmetic', run: 'why' }, { label: 'Open dashboard', url: 'https://example.com/dashboard' }),
    ),
  ),
  exhibit(
    'thirty facts',
    c.card(
      'Thirty facts',
      c.facts(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`Fact ${i + 1}`, `value ${i + 1}`]))),
    ),
  ),
  exhibit(
    'table',
    c.card(
      'Leaderboard',
      c.table(
        ['Place', 'Creator', 'Orders', 'Revenue'],
        [
          ['1', mia, '31', eur(310_025n)],
          ['2', c.person('per_01JD0000000000000000000ANA', 'Ana'), '28', eur(280_000n)],
          ['3', 'hidden creator', '7', eur(7_000n)],
        ],
        { caption: 'Week 47, by revenue', align: ['right', 'left', 'right', 'right'] },
      ),
    ),
  ),
  exhibit(
    'table of 150 rows',
    c.card(
      'All orders',
      c.table(
        ['Number', 'When', 'Base', 'Commission'],
        Array.from({ length: 150 }, (_, i) => [
          `#${1000 + i}`,
          c.moment(new Date(at.getTime() - i * 3_600_000), 'day'),
          eur(BigInt(1000 + i * 7)),
          eur(BigInt(100 + i)),
        ]),
        { align: ['left', 'left', 'right', 'right'] },
      ),
      c.buttons({ label: 'Show more', run: 'stats', given: { page: '2' } }),
    ),
  ),
  exhibit('empty table', c.card('Nothing yet', c.table(['Order', 'Commission'], []))),
  exhibit(
    'picture',
    c.card(
      'Your link as a picture',
      c.image({ url: pixel() }, 'QR code of https://glow.example/mia'),
      c.paragraph(c.code('https://glow.example/mia')),
    ),
  ),
  exhibit(
    'stored picture',
    c.card('Submission', c.image({ file: 'fil_01JD0000000000000000000FIL' }, 'A hand with a jar of cream')),
  ),
  exhibit('picture that may not be shown', c.card('Odd address', c.image({ url: 'javascript:alert(1)' }, 'nothing to see'))),
  exhibit(
    'line chart',
    c.card(
      'Your week',
      c.chart(
        'line',
        'Clicks a day',
        [series('All clicks', [12, 18, 9, 30, 42, 38, 51]), series('Unique', [10, 15, 9, 24, 33, 30, 40])],
        'Clicks rose from 12 on Saturday to 51 on Friday.',
      ),
    ),
  ),
  exhibit(
    'bar chart',
    c.card(
      'Earnings',
      c.chart(
        'bar',
        'Commission a day',
        [series('Commission', [0, 4.2, 0, 12.5, 8, 22.75, 3])],
        'Best day Thursday with 22.75 euros.',
        'EUR',
      ),
    ),
  ),
  exhibit('empty chart', c.card('No clicks yet', c.chart('line', 'Clicks a day', [], 'No clicks yet.'))),
  exhibit(
    'review card with many buttons',
    c.card(
      'Content for review',
      c.facts({
        Creator: mia,
        Mission: 'Unboxing, 30 seconds',
        Caption: 'My #ad honest morning with the new serum',
        Fee: eur(4_000n),
      }),
      c.divider,
      c.buttons(
        { label: 'Approve', run: 'review approve', given: { submission: sub }, look: 'main' },
        { label: 'Changes', run: 'review changes', given: { submission: sub } },
        { label: 'Reject', run: 'review reject', given: { submission: sub }, look: 'danger' },
        { label: 'Show creator', run: 'creator show', given: { creator: crt }, look: 'plain' },
        { label: 'Open post', url: 'https://example.com/p/1' },
        { label: 'Skip', run: 'review queue', given: { page: '2' }, look: 'plain' },
      ),
    ),
  ),
  exhibit(
    'select',
    c.card(
      'Why?',
      c.choice(
        'Reason',
        'review reject',
        'reason',
        ['disclosure', 'brief', 'quality', 'duplicate'].map((value) => ({ label: value, value })),
        { submission: sub },
      ),
    ),
  ),
  exhibit(
    'select of 120',
    c.card(
      'Pick a creator',
      c.choice(
        'Creator',
        'creator show',
        'creator',
        Array.from({ length: 120 }, (_, i) => ({
          label: `Creator ${i + 1}`,
          value: `${crt.slice(0, -3)}${String(i).padStart(3, '0')}`,
        })),
      ),
    ),
  ),
  exhibit(
    'hostile words',
    c.card(
      hostile,
      hostile,
      c.facts({ [hostile]: hostile }),
      c.table([hostile], [[hostile]]),
      c.paragraph(c.person('per_x', hostile)),
      c.buttons({ label: hostile.slice(0, 60), run: 'help' }),
    ),
  ),
  exhibit(
    'hostile links',
    c.card(
      'Links',
      c.paragraph(
        c.text`${c.link('script', 'javascript:alert(1)')} ${c.link('data', 'data:text/html,<b>x')} ${c.link('relative', '/dashboard')} ${c.link('mail', 'mailto:mia@example.com')}`,
      ),
      c.buttons({ label: 'Press', url: 'javascript:alert(1)' }),
    ),
  ),
  exhibit('long text', c.card(words(300), words(9_000), 'The end.')),
  exhibit(
    'one long word',
    c.card(
      'Long address',
      c.paragraph(c.code(`https://shop.example.com/${'very-long-path-'.repeat(20)}`)),
      `A${'a'.repeat(400)}`,
    ),
  ),
  exhibit('many languages', c.card('مرحبا · こんにちは · Привет', 'שלום עולם', 'Zoë naïve façade 👩‍👩‍👧‍👦 ﷽ Z̴̡̛̛a̴̡l̷g̶o̷')),
  exhibit('line breaks', c.card('Caption to copy', c.paragraph('First line\nSecond line\n\nAfter a gap #ad'))),
  exhibit(
    'all together',
    c.toned(
      'good',
      c.card(
        'Your kit',
        'Everything you need to start. Keep this card; it stays pinned here.',
        c.facts({ Link: c.code('https://glow.example/mia'), Code: c.code('MIA10'), 'Next payday': c.moment(soon, 'day') }),
        c.divider,
        c.paragraph(c.text`Say it is advertising where it is seen first: ${c.code('#ad')}`),
        c.chart('bar', 'Sales a day', [series('Sales', [0, 1, 0, 2, 1, 3, 2])], 'Nine sales this week.'),
        c.choice('Copy a caption for', 'link', 'platform', [
          { label: 'Instagram', value: 'instagram' },
          { label: 'TikTok', value: 'tiktok' },
        ]),
        c.buttons({ label: 'Get the QR code', run: 'link', look: 'main' }, { label: 'See missions', run: 'mission list' }),
        c.small('Questions? Ask in #start-here.'),
      ),
    ),
  ),
]

/** A small picture that needs no network. */
function pixel(): string {
  return 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
}
