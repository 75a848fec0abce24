import { performance } from 'node:perf_hooks'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AnyCommand, command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { plainly, readLine } from '../../src/platforms/slack/line.ts'

const named = (name: string, options: AnyCommand['options'] = {}): AnyCommand =>
  ({
    ...command({
      description: name,
      role: 'anyone',
      visibility: 'private',
      options,
      run: async () => ({ title: '', tone: 'plain', blocks: [] }),
    }),
    name,
  }) as AnyCommand

const listed = [
  named('home'),
  named('help'),
  named('link', { to: option.url('Where to'), slug: optional(option.text('Short name')) }),
  named('review queue'),
  named('review reject', {
    submission: option.text('Which'),
    reason: option.choice('Why', { brief: 'Not the brief', quality: 'Quality' }),
    note: optional(option.long('Note')),
  }),
  named('settings', { from: option.time('From'), name: option.text('Name') }),
]
const read = (text: string, slash = '/troupe') => readLine({ command: slash, text }, listed)
const reject = (given: Record<string, string>) => ({ run: 'review reject', given })

test.each([
  ['', { run: 'home', given: {} }],
  ['   ', { run: 'home', given: {} }],
  ['help', { run: 'help', given: {} }],
  ['Help', { run: 'help', given: {} }],
  ['review  queue', { run: 'review queue', given: {} }],
  ['review reject sub_1 brief', reject({ submission: 'sub_1', reason: 'brief' })],
  ['review reject sub_1 brief too dark', reject({ submission: 'sub_1', reason: 'brief', note: 'too dark' })],
  ['review reject sub_1 reason:brief', reject({ submission: 'sub_1', reason: 'brief' })],
  ['review reject reason:QUALITY sub_1', reject({ reason: 'quality', submission: 'sub_1' })],
  ['review reject sub_1 reason:"not the brief"', reject({ submission: 'sub_1', reason: 'brief' })],
  ['review reject note:too dark: really reason:brief', reject({ note: 'too dark: really', reason: 'brief' })],
  ['review reject note:"too dark" sub_1', reject({ note: 'too dark', submission: 'sub_1' })],
  ['review reject note:“too dark” sub_1', reject({ note: 'too dark', submission: 'sub_1' })],
  ['review reject Note:„zu dunkel“ sub_1', reject({ note: 'zu dunkel', submission: 'sub_1' })],
  ['review reject note: sub_1', reject({ note: 'sub_1' })],
  ['review reject sub_1 brief 5" screen', reject({ submission: 'sub_1', reason: 'brief', note: '5" screen' })],
  ['review reject note:"open', reject({ note: '"open' })],
  ['link <https://a.example/x?y=1&amp;z=2>', { run: 'link', given: { to: 'https://a.example/x?y=1&z=2' } }],
  ['link <https://a.example|a.example> mia', { run: 'link', given: { to: 'https://a.example', slug: 'mia' } }],
  ['link https://a.example/x slug:mia', { run: 'link', given: { to: 'https://a.example/x', slug: 'mia' } }],
  ['link to:<https://a.example|a b>', { run: 'link', given: { to: 'https://a.example' } }],
  ['settings 09:00 Mia Lind', { run: 'settings', given: { from: '09:00', name: 'Mia Lind' } }],
])('/troupe %s', (text, wanted) => expect(read(text)).toEqual(wanted))

test.each([
  ['/review', 'queue', { run: 'review queue', given: {} }],
  ['/review', 'reject sub_1', reject({ submission: 'sub_1' })],
  ['/help', '', { run: 'help', given: {} }],
  ['/Help', '', { run: 'help', given: {} }],
])('%s %s', (slash, text, wanted) => expect(read(text, slash)).toEqual(wanted))

test('short names may have a prefix', () => {
  const names = { root: '/troupe', prefix: 'glow-' }
  expect(readLine({ command: '/glow-review', text: 'reject sub_1' }, listed, names)).toEqual(reject({ submission: 'sub_1' }))
  expect(readLine({ command: '/troupe', text: '' }, listed, names)).toEqual({ run: 'home', given: {} })
})

test.each([
  ['review', '/troupe', '"review" needs one more word: queue or reject.'],
  ['', '/review', '"review" needs one more word: queue or reject.'],
  ['setings', '/troupe', '"setings" is not a command. Did you mean settings?'],
  ['xyz', '/troupe', '"xyz" is not a command. Type help to see what you can do.'],
  ['"quoted"', '/troupe', 'That is not a command. Type help to see what you can do.'],
  [
    'review reject colour:red',
    '/troupe',
    '"colour" is not an option of review reject. "review reject" takes submission, reason and note.',
  ],
  ['help me', '/troupe', 'It is not clear what "me" is for. "help" takes no options.'],
  ['link https://a.example mia "and more"', '/troupe', 'It is not clear what "and more" is for. "link" takes to and slug.'],
])('%j is said to be wrong', (text, slash, error) => expect(read(text, slash)).toEqual({ error }))

test.each([
  ['<@U012|mia>', '@mia'],
  ['<@U012>', '@U012'],
  ['<#C1|wins>', '#wins'],
  ['<!here>', '@here'],
  ['<!subteam^S1|@team>', '@team'],
  ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
  ['&lt;b&gt; &amp;amp;', '<b> &amp;'],
  ['a < b', 'a < b'],
])('%s is %s', (from, to) => expect(plainly(from)).toBe(to))

test('any line is read without an error, and quickly', () => {
  const bits = fc.constantFrom(
    'review',
    'reject',
    ' ',
    '"',
    '“',
    '”',
    ':',
    '<',
    '>',
    '|',
    '&amp;',
    'note:',
    '__proto__',
    'constructor',
    'toString:',
    'https://',
  )
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(bits, { maxLength: 40 }).map((list) => list.join('')),
  )
  fc.assert(
    fc.property(line, fc.oneof(fc.constantFrom('/troupe', '/review', '/'), fc.string()), (text, slash) => {
      const result = read(text, slash)
      if ('error' in result) expect(result.error).not.toBe('')
      else expect(listed.map((cmd) => cmd.name)).toContain(result.run)
    }),
  )
  for (const hostile of ['"a ', '“a ', '<', 'a:', '<a ', '&', '" ', 'a b ']) {
    const begin = performance.now()
    read(`review reject note:${hostile.repeat(20_000)}`)
    expect(performance.now() - begin).toBeLessThan(1_500)
  }
})
