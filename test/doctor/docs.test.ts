/** The two guides say what the code asks for: the number in the invitation, the permissions, the scopes, the channels. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AnyCommand } from '../../src/command.ts'
import { configSchema } from '../../src/config.ts'
import { MAX_BYTES } from '../../src/content/media.ts'
import { discover, sourceFolder } from '../../src/discover.ts'
import { permissions } from '../../src/doctor/discord-permissions.ts'
import { invitationOf } from '../../src/platforms/discord/publish.ts'
import { events, scopes } from '../../src/platforms/slack/manifest.ts'
import { channels } from '../../src/programs/rules.ts'
import { root } from '../tidy/sources.ts'

const discord = readFileSync(join(root, 'docs/discord.md'), 'utf8')
const slack = readFileSync(join(root, 'docs/slack.md'), 'utf8')

/** The cells of the table that begins with this column, without its head. */
function table(doc: string, first: string): string[][] {
  const lines = doc.split('\n')
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  const head = lines.findIndex((line) => line.startsWith('|') && cells(line)[0] === first)
  const end = lines.findIndex((line, n) => n > head && !line.startsWith('|'))
  return lines.slice(head + 2, end).map(cells)
}

test('the invitation in the guide is the one the bot needs, and its table says why', () => {
  expect(discord).toContain(invitationOf('YOUR_APPLICATION_ID'))
  expect(table(discord, 'Permission')).toEqual(permissions.map(({ name, why }) => [name, why]))
})

test('the scopes and events in the guide are those of the manifest', () => {
  expect(table(slack, 'Scope')).toEqual(scopes.map(({ scope, why }) => [`\`${scope}\``, why]))
  expect(table(slack, 'Event')).toEqual(events.map(({ event, why }) => [`\`${event}\``, why]))
})

test('both name the channels of a program, and the size of files', () => {
  for (const doc of [discord, slack]) {
    expect(table(doc, 'Channel').map(([name, , about]) => [name, about])).toEqual(
      channels.map(({ name, about }) => [`#${name}`, about]),
    )
    expect(doc).toContain(`A file may have ${MAX_BYTES / 1024 / 1024} MB`)
  }
  const open = table(slack, 'Channel').map(([name, kind]) => [name, kind])
  expect(open).toEqual(channels.map(({ name, role }) => [`#${name}`, role === 'anyone' ? 'public' : 'private']))
})

test('every variable and command that a guide names is there', async () => {
  const commands = [...(await discover<AnyCommand>(sourceFolder('../commands'))).keys()]
  const groups = new Set(commands.map((name) => name.split(' ')[0]))
  for (const doc of [discord, slack]) {
    const variables = [...doc.matchAll(/\b((?:DISCORD|SLACK|TROUPE|SECRET|PUBLIC|SIMULATOR)(?:_[A-Z]+)*)\b/g)].map(
      (match) => match[1]!,
    )
    expect(variables.filter((name) => !(name in configSchema.shape))).toEqual([])
    const typed = [...doc.matchAll(/`\/(?:troupe )?([a-z]+(?: [a-z-]+)?)[^`]*`/g)].map((match) => match[1]!)
    expect(typed.length).toBeGreaterThan(5)
    const unknown = typed.filter((name) => !commands.includes(name) && !groups.has(name.split(' ')[0]))
    expect([...new Set(unknown)].filter((name) => !['health', 'troupe', 'invite', 'glow'].includes(name.split(' ')[0]!))).toEqual(
      [],
    )
  }
})
