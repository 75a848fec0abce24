import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { beforeAll, expect, test } from 'vitest'
import type { AnyCommand } from '../../src/command.ts'
import { discover, sourceFolder } from '../../src/discover.ts'
import { readLine } from '../../src/platforms/slack/line.ts'
import { events, type ManifestOptions, manifest, scopes, slashCommands } from '../../src/platforms/slack/manifest.ts'

const spec = <T>(name: string): T => JSON.parse(readFileSync(new URL(`../specs/${name}`, import.meta.url), 'utf8')) as T
const valid = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
  spec<object>('slack-manifest.schema.json'),
)

let listed: AnyCommand[] = []
beforeAll(async () => {
  listed = [...(await discover<AnyCommand>(sourceFolder('../commands'))).values()].filter((cmd) => cmd.listed)
})

test.each<[ManifestOptions]>([
  [{ name: 'Troupe', shortNames: true, prefix: '' }],
  [{ name: 'Glow creators', shortNames: true, prefix: 'glow-', publicUrl: 'https://glow.example' }],
  [{ name: 'A brand with a name that is much too long for Slack', shortNames: false, prefix: '' }],
])('%j is a manifest that Slack takes', (options) => {
  const made = manifest(listed, options)
  valid(made)
  expect(valid.errors ?? []).toEqual([])
  expect(made.features.slash_commands[0]!.command).toBe('/troupe')
  expect(made.settings.socket_mode_enabled).toBe(options.publicUrl === undefined)
})

test('over HTTP every address is there, and none over a socket', () => {
  const http = manifest(listed, { name: 'Troupe', shortNames: true, prefix: '', publicUrl: 'https://glow.example' })
  const to = 'https://glow.example/slack/events'
  expect(http.settings.event_subscriptions).toMatchObject({ request_url: to })
  expect(http.settings.interactivity).toEqual({ is_enabled: true, request_url: to, message_menu_options_url: to })
  expect(http.features.slash_commands.every((cmd) => cmd.url === to)).toBe(true)
  expect(JSON.stringify(manifest(listed, { name: 'Troupe', shortNames: true, prefix: '' }))).not.toContain('http')
})

test('every short name leads to its command, what has none is reached through the root, and creators have them all', () => {
  const commands = slashCommands(listed, { shortNames: true, prefix: 'glow-' })
  expect(new Set(commands.map((cmd) => cmd.command)).size).toBe(commands.length)
  const reachedBy = (cmd: AnyCommand): { short: boolean; run: string | undefined } => {
    const [top = '', ...rest] = cmd.name.split(' ')
    const short = commands.some(({ command }) => command === `/glow-${top}`)
    const typed = short ? { command: `/glow-${top}`, text: rest.join(' ') } : { command: '/troupe', text: cmd.name }
    const line = readLine(typed, listed, { root: '/troupe', prefix: 'glow-' })
    return { short, run: 'run' in line ? line.run : undefined }
  }
  for (const cmd of listed) expect(reachedBy(cmd).run, cmd.name).toBe(cmd.name)
  const long = listed.filter((cmd) => !reachedBy(cmd).short)
  expect(long.filter(({ role }) => role === 'anyone' || role === 'creator').map(({ name }) => name)).toEqual([])
})

test('never more than fifty, none twice, none of Slack’s own', () => {
  const one = listed[0]!
  const many = Array.from({ length: 80 }, (_, i) => ({ ...one, name: `c${i}` }))
  expect(slashCommands(many, { shortNames: true, prefix: '' })).toHaveLength(50)
  const odd = ['search', 'status', 'troupe', 'x'.repeat(40), 'Ünï'].map((name) => ({ ...one, name }))
  expect(slashCommands(odd, { shortNames: true, prefix: '' }).map((cmd) => cmd.command)).toEqual(['/troupe'])
})

test('menu entries are commands that exist', () => {
  const menu = manifest(listed, { name: 'T', shortNames: false, prefix: '' }).features.shortcuts ?? []
  expect(menu.map((s) => s.callback_id)).toContain('home')
  for (const { callback_id } of menu) expect(listed.map((cmd) => cmd.name)).toContain(callback_id)
  expect(manifest([], { name: 'T', shortNames: false, prefix: '' }).features).not.toHaveProperty('shortcuts')
})

test('every scope has a reason, and the calls it is for accept it', () => {
  const { methods } = spec<{ methods: Record<string, { scope: { bot?: string[] } }> }>('slack-methods.json')
  expect(new Set(scopes.map((s) => s.scope)).size).toBe(scopes.length)
  for (const { scope, why, calls } of scopes) {
    expect(why).toMatch(/^[A-Z].*\.$/)
    for (const call of calls) expect(methods[call]?.scope.bot, `${call} with ${scope}`).toContain(scope)
  }
})

test('every event is known and its scopes are asked for', () => {
  const known = spec<{ name: string; scopes: string[] }[]>('slack-events.json')
  const asked = scopes.map((s) => s.scope)
  for (const { event } of events) {
    const found = known.find((e) => e.name === event)
    expect(found, event).toBeDefined()
    // One of them is enough; it decides which kinds of channels are heard.
    if (found!.scopes.length > 0) expect(found!.scopes.some((s) => asked.includes(s))).toBe(true)
  }
})
