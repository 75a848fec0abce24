import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type AnyCommand, command } from '../../src/command.ts'
import { discover, sourceFolder } from '../../src/discover.ts'
import { option, optional } from '../../src/option.ts'
import { charactersOf, MANAGERS_BIT, menus, wantedCommands } from '../../src/platforms/discord/commands.ts'
import { difference, type Had } from '../../src/platforms/discord/difference.ts'
import { expectSpec } from './discord-spec.ts'

const real = await discover<AnyCommand>(sourceFolder('../commands'))

const fake = (name: string, more: Partial<AnyCommand> = {}): AnyCommand => ({
  ...(command({
    description: 'Does it',
    role: 'anyone',
    visibility: 'private',
    options: {},
    run: async () => ({ title: '', tone: 'plain', blocks: [] }),
  }) as AnyCommand),
  name,
  ...more,
})
const map = (...list: AnyCommand[]) => new Map(list.map((cmd) => [cmd.name, cmd]))
const jsonOf = (...list: AnyCommand[]) => JSON.parse(JSON.stringify(wantedCommands(map(...list)))) as object[]

describe('our own commands', () => {
  const wanted = wantedCommands(real)

  test.each(wanted.map((one) => [one.name, one] as const))('%s is as Discord wants it', (_name, one) => {
    const { default_member_permissions: bits, ...rest } = one
    // On the wire the bits are a string, in the schema a number.
    expectSpec('ApplicationCommandCreateRequest', { ...rest, ...(bits && { default_member_permissions: Number(bits) }) })
    expect(charactersOf(one)).toBeLessThanOrEqual(8_000)
    expect(one.contexts).toEqual([0])
  })

  test('each is there once, by its path, and none that is not listed', () => {
    const paths = wanted.flatMap((one) => {
      if (one.type !== 1 || !('options' in one)) return one.type === 1 ? [one.name] : []
      const subs = (one.options ?? []).filter((o) => o.type === 1)
      return subs.length > 0 ? subs.map((sub) => `${one.name} ${sub.name}`) : [one.name]
    })
    const listed = [...real.values()].filter((cmd) => cmd.listed).map((cmd) => cmd.name)
    expect(paths.sort()).toEqual(listed.sort())
  })

  test('what a command cannot do without comes first, and Discord demands none of it, for a bare command opens the form', () => {
    const [submit] = wanted.filter((one) => one.name === 'submit')
    const options = (submit && 'options' in submit && submit.options) || []
    expect(options.map((one) => one.name)[0]).toBe('caption')
    expect(JSON.stringify(wanted)).not.toContain('"required"')
  })

  test('what only managers may run is hidden from others; a mixed group is not', () => {
    const bits = new Map(wanted.map((one) => [one.name, one.default_member_permissions]))
    expect([bits.get('review'), bits.get('creator'), bits.get('audit')]).toEqual(
      Array.from({ length: 3 }, () => String(MANAGERS_BIT)),
    )
    expect([bits.get('mission'), bits.get('submit'), bits.get('help')]).toEqual([undefined, undefined, undefined])
  })

  test('right clicks are offered for commands that exist, with options they have', () => {
    const offered = wanted.filter((one) => one.type !== 1).map((one) => one.name)
    expect(offered).toEqual(menus.filter((menu) => real.has(menu.run)).map((menu) => menu.name))
    expect(offered).toContain('Save as content')
    expect(jsonOf(fake('submit'))).toHaveLength(1)
  })

  test('a message becomes content: its writer, its address, its words and its file', () => {
    const gives = menus.find((menu) => menu.name === 'Save as content')!.gives
    const file = { platform: 'discord', ref: 'https://cdn.example/a', name: 'a', bytes: 1, mime: 'image/png' }
    const url = 'https://discord.com/channels/1/2/3'
    const creator = 'account:1'
    expect(gives({ user: '1', url, content: 'My #ad', file })).toEqual({ creator, url, caption: 'My #ad', file })
    expect(gives({ user: '1', url, content: '' })).toEqual({ creator, url })
    expect(String(gives({ user: '1', url, content: 'x'.repeat(4_000) }).caption)).toHaveLength(2_000)
  })
})

test('each kind of option', () => {
  const options = {
    late: optional(option.text('Words', { min: 2, max: 40 })),
    url: option.url('Address'),
    reason: option.choice('Why', { a: 'Because', b: 'So' }),
    count: option.integer('How many', { min: 1, max: 9 }),
    sure: option.boolean('Sure'),
    file: option.file('File'),
    mission: option.id('mission', 'Mission', async () => []),
    creator: option.id('creator', 'Creator'),
    long_list: option.choice(
      'Many',
      Array.from({ length: 30 }, (_, i) => `v${i}`),
    ),
    secret: option.text('Secret', { secret: true }),
  }
  expect(jsonOf(fake('try', { options, description: 'x'.repeat(120) }))).toEqual([
    {
      type: 1,
      name: 'try',
      description: `${'x'.repeat(99)}…`,
      contexts: [0],
      options: [
        { type: 3, name: 'url', description: 'Address', max_length: 500 },
        {
          type: 3,
          name: 'reason',
          description: 'Why',
          choices: [
            { name: 'Because', value: 'a' },
            { name: 'So', value: 'b' },
          ],
        },
        { type: 4, name: 'count', description: 'How many', min_value: 1, max_value: 9 },
        { type: 5, name: 'sure', description: 'Sure' },
        { type: 11, name: 'file', description: 'File' },
        { type: 3, name: 'mission', description: 'Mission', autocomplete: true },
        { type: 3, name: 'creator', description: 'Creator' },
        { type: 3, name: 'long_list', description: 'Many', autocomplete: true },
        { type: 3, name: 'late', description: 'Words', min_length: 2, max_length: 40 },
      ],
    },
  ])
})

test('a path of three words is a group in a command', () => {
  const sub = (name: string) => ({ type: 1, name, description: 'Does it' })
  expect(jsonOf(fake('a b c'), fake('a b d'), fake('a e', { role: 'admin' }))).toEqual([
    {
      type: 1,
      name: 'a',
      description: 'A: b, e',
      contexts: [0],
      options: [{ type: 2, name: 'b', description: 'B: c, d', options: [sub('c'), sub('d')] }, sub('e')],
    },
  ])
})

test.each<[string, AnyCommand[]]>([
  ['a path of four words', [fake('a b c d')]],
  ['a name in capitals', [fake('Help')]],
  ['an option with a space', [fake('help', { options: { 'a b': option.text('x') } })]],
  [
    '26 options',
    [fake('help', { options: Object.fromEntries(Array.from({ length: 26 }, (_, i) => [`o${i}`, option.text('x')])) })],
  ],
  ['101 commands', Array.from({ length: 101 }, (_, i) => fake(`c${i}`))],
  [
    'more than 8,000 characters',
    [
      fake('help', {
        options: Object.fromEntries(
          Array.from({ length: 5 }, (_, i) => [
            `o${i}`,
            {
              kind: 'choice' as const,
              label: 'x',
              required: true,
              check: z.string(),
              choices: Array.from({ length: 25 }, (_, n) => ({ label: `${n}`.padEnd(90, 'x'), value: `${n}` })),
            },
          ]),
        ),
      }),
    ],
  ],
])('refuses %s', (_name, list) => expect(() => wantedCommands(map(...list))).toThrow(/Discord/))

describe('the difference between what is there and what should be', () => {
  /** As Discord lists the commands of a server: with ids, versions and everything it fills in. */
  const listed = (wanted: object[]): Had[] =>
    wanted.map((one, i) => {
      const fill = (option: Record<string, unknown>): object => ({
        ...option,
        name_localizations: null,
        description_localizations: null,
        ...(Array.isArray(option.options) ? { options: option.options.map(fill) } : option.type === 1 ? { options: [] } : {}),
      })
      return {
        id: String(1_000 + i),
        application_id: '1',
        guild_id: '2',
        version: '3',
        type: 1,
        description: '',
        default_member_permissions: null,
        contexts: null,
        nsfw: false,
        ...(fill(JSON.parse(JSON.stringify({ ...one, contexts: null })) as Record<string, unknown>) as { name: string }),
      }
    })
  const wanted = wantedCommands(real)
  const none = { create: [], update: [], delete: [] }

  test('an unchanged start sends nothing', () => {
    expect(difference(listed(wanted), wanted)).toEqual(none)
    expect(difference(listed([...wanted].reverse()), wanted)).toEqual(none)
  })

  test('an empty server gets all, one of another time loses what is gone', () => {
    expect(difference([], wanted).create).toEqual(wanted)
    expect(difference(listed([fake('gone')]), [])).toEqual({ ...none, delete: [{ id: '1000', name: 'gone' }] })
  })

  test.each<[string, (one: Record<string, unknown>) => void]>([
    ['the description', (one) => (one.description = 'Another')],
    ['who sees it', (one) => (one.default_member_permissions = '8')],
    ['where it can be used', (one) => (one.contexts = [0, 1])],
    ['an option', (one) => (one.options = [])],
    ['a bound of an option', (one) => ((one.options as Record<string, unknown>[])[0]!.max_length = 3)],
    ['whether an option is required', (one) => ((one.options as Record<string, unknown>[])[0]!.required = true)],
  ])('%s changed: one update', (_name, change) => {
    const have = listed(wanted)
    const at = have.findIndex((one) => one.name === 'submit' && one.type === 1)
    change(have[at] as unknown as Record<string, unknown>)
    const body = wanted.find((one) => one.name === 'submit')
    expect(difference(have, wanted)).toEqual({ ...none, update: [{ id: have[at]!.id, body }] })
  })

  test('a menu and a command of the same name are two', () => {
    const both = [...jsonOf(fake('thank')), { type: 3, name: 'thank', contexts: [0] }] as typeof wanted
    expect(difference(listed(both), both)).toEqual(none)
    expect(difference(listed(both.slice(1)), both).create).toEqual(both.slice(0, 1))
  })
})
