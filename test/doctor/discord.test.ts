/** The doctor at a local Discord. */
import { afterAll, expect, test } from 'vitest'
import { wallClock } from '../../src/app.ts'
import type { AnyCommand } from '../../src/command.ts'
import { discover, sourceFolder } from '../../src/discover.ts'
import type { Check } from '../../src/doctor/check.ts'
import { applicationChecks, discordChecks } from '../../src/doctor/discord.ts'
import { permissions } from '../../src/doctor/discord-permissions.ts'
import { permissionCheck } from '../../src/doctor/discord-server.ts'
import { doctor } from '../../src/doctor.ts'
import { invitePermissions } from '../../src/platforms/discord/space.ts'
import { type LocalDiscord, localDiscord, type Setup } from '../doors/discord/local.ts'
import { discordStage } from '../doors/discord/stage.ts'

const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

const commands = await discover<AnyCommand>(sourceFolder('../commands'))

/** Outside of any database. */
async function server(setup: Setup = {}): Promise<LocalDiscord> {
  const discord = await localDiscord({ botPermissions: invitePermissions, ...setup })
  ends.push(discord.stop)
  return discord
}
const look = (discord: LocalDiscord, change: Partial<Parameters<typeof discordChecks>[0]> = {}): Promise<Check[]> =>
  discordChecks({ token: discord.token, apiBase: discord.apiBase, commands, spaces: undefined, clock: wallClock, ...change })
const failures = (checks: Check[]): string[] => checks.filter((one) => one.ok === false).map((one) => `${one.name}: ${one.words}`)

test('a good server passes; each permission that is taken away is named where it is missing', async () => {
  const stage = await discordStage({ guildName: 'Glow', channels: [] })
  ends.push(stage.close)
  const { discord, w } = stage
  const config = {
    ...w.app.config,
    PUBLIC_URL: undefined,
    chat: ['discord'] as const,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_BASE: discord.apiBase,
  }
  const asked = async () => (await doctor(() => config)).lines.filter((line) => /^. (Discord|Glow|Clock of Discord)/.test(line))
  const before = (await discord.requests()).length
  const well = await asked()
  expect(well.filter((line) => !line.startsWith('✓') && !line.includes('Message Content'))).toEqual([])
  expect(well).toContain('✓ Glow: channels: Troupe may do its work in all 7')
  expect(well).toContain('✓ Clock of Discord: agrees with this machine')
  expect(well.join('\n')).toMatch(/✓ Glow: roles: Troupe's role stands above Creator, Creator Manager and Creator Admin/)
  expect(well.join('\n')).toMatch(/✓ Glow: commands: all \d+ are registered/)
  expect((await discord.requests()).slice(before).every((request) => request.method === 'GET')).toBe(true)

  const review = (await discord.channels()).find((channel) => channel.name === 'review')!
  await discord.overwrite(review.id, discord.botId, 1n << 10n, 1n << 11n)
  await discord.deleteChannel('missions')
  await discord.overwrite('managers', discord.guildId, 1n << 10n, 0n)
  await discord.permit(invitePermissions & ~(1n << 28n))
  const broken = await doctor(() => config)
  expect(broken.code).toBe(1)
  const lines = broken.lines.filter((line) => line.startsWith('✗'))
  expect(lines).toEqual([
    expect.stringContaining('Glow: permissions: Troupe lacks "Manage Roles".'),
    expect.stringContaining('Glow: channels: #missions is not there.'),
    expect.stringContaining('Glow: #review: Troupe lacks "Send Messages" there.'),
    expect.stringContaining('Glow: #managers: everyone can read it, so nothing is posted there. Take "View Channel"'),
  ])
  expect(lines[0]).toContain(`https://discord.com/oauth2/authorize?client_id=${discord.appId}`)
  expect(lines[0]).toContain(`permissions=${invitePermissions}`)
  expect(broken.lines.join('\n')).not.toContain(discord.token)
})

test('a server that nothing was set up in says what is missing', async () => {
  const discord = await server({ guildName: 'Glow' })
  await discord.role('Creator', { above: true })
  const checks = await look(discord, { spaces: [] })
  expect(failures(checks)).toEqual([
    "Glow: roles: Troupe's role stands below “Creator” and can't give it",
    expect.stringMatching(/^Glow: commands: \d+ missing \(\w+, apply, |^Glow: commands: \d+ missing \(apply, /),
  ])
  expect(checks).toContainEqual({
    name: 'Glow: channels',
    ok: true,
    words: 'the server belongs to no program yet',
    fix: expect.stringContaining('/setup space'),
  })
  const gone = { platform: 'discord', workspace: '123456789012345678', program: 'Glow', channels: [], roles: {} }
  expect(failures(await look(discord, { spaces: [gone] })).join('\n')).toContain('123456789012345678 of Glow is not reached')
})

test('a wrong token is one failure, and a clock that is off another', async () => {
  const discord = await server()
  const closed = await server()
  await closed.stop()
  const wrong = await look(discord, {
    token: 'not.the.token.of.this.bot',
    clock: () => new Date(wallClock().getTime() + 900_000),
  })
  expect(failures(wrong)).toEqual([
    'Discord token: Discord refuses the bot token',
    'Clock of Discord: this machine is 15 minutes ahead',
  ])
  expect(failures(await look(discord, { apiBase: closed.apiBase }))).toEqual([
    expect.stringContaining("Discord can't be asked: nothing listens there"),
  ])
})

test('intents are explained: one is for greetings, the other is not needed', () => {
  const intents = (flags: number) =>
    applicationChecks({ flags, bot_require_code_grant: false }).map(({ ok, words, fix }) => [ok, words, fix !== undefined])
  expect(intents(1 << 15)).toEqual([[true, 'Server Members is on, so newcomers are greeted', false]])
  expect(intents(0)).toEqual([[true, 'Server Members is off; all works, only newcomers are not greeted', true]])
  expect(intents((1 << 14) | (1 << 18))[1]).toEqual([true, 'Message Content is on, and Troupe does not use it', true])
  expect(applicationChecks({ flags: 1 << 14, bot_require_code_grant: true })[0]!.ok).toBe(false)
})

test('the table of permissions is what the invitation asks for, each with its reason', () => {
  expect(permissions.reduce((sum, { bit }) => sum | bit, 0n)).toBe(invitePermissions)
  expect(permissions.filter(({ why }) => why === '')).toEqual([])
  for (const { bit, name } of permissions)
    expect(permissionCheck('Glow', invitePermissions & ~bit, 'x').words).toBe(`Troupe lacks "${name}"`)
  expect(permissionCheck('Glow', 1n << 3n, 'x')).toMatchObject({ ok: true, fix: expect.stringContaining('Administrator') })
})
