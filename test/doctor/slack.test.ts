/** The doctor at a local Slack. */
import { afterAll, expect, test } from 'vitest'
import { wallClock } from '../../src/app.ts'
import type { AnyCommand } from '../../src/command.ts'
import { discover, sourceFolder } from '../../src/discover.ts'
import type { Check } from '../../src/doctor/check.ts'
import { scopesCheck, slackChecks } from '../../src/doctor/slack.ts'
import { kindsOf } from '../../src/doctor/slack-people.ts'
import { doctor } from '../../src/doctor.ts'
import { scopes } from '../../src/platforms/slack/manifest.ts'
import { type LocalSlack, localSlack, type SlackOptions } from '../doors/slack/local.ts'
import { slackStage } from '../doors/slack/stage.ts'

const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

const commands = await discover<AnyCommand>(sourceFolder('../commands'))

async function workspace(options: Partial<SlackOptions> = {}): Promise<LocalSlack> {
  const slack = await localSlack({ mode: 'socket', ...options })
  ends.push(() => slack.stop())
  return slack
}
const look = (
  { apiUrl, botToken, appToken }: LocalSlack,
  change: Partial<Parameters<typeof slackChecks>[0]> = {},
): Promise<Check[]> =>
  slackChecks({
    apiBase: apiUrl,
    botToken,
    appToken,
    signingSecret: undefined,
    prefix: '',
    installs: false,
    commands,
    spaces: undefined,
    installed: [],
    clock: wallClock,
    ...change,
  })
const failures = (checks: Check[]): string[] => checks.filter((one) => one.ok === false).map((one) => `${one.name}: ${one.words}`)

test('a good workspace passes; guests are told, and channels that Troupe can not reach', async () => {
  const stage = await slackStage()
  ends.push(stage.close)
  const { slack, w } = stage
  const config = {
    ...w.app.config,
    PUBLIC_URL: undefined,
    chat: ['slack'] as const,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_BASE: slack.apiUrl,
  }
  const well = await doctor(() => config)
  expect(well.lines.filter((line) => /^[✗!]/.test(line))).toEqual([])
  expect(well.code).toBe(0)
  expect(well.lines).toContain('✓ Slack connection: the app-level token opens a socket')
  expect(well.lines.join('\n')).toContain(`scopes: all ${scopes.length} are granted`)
  expect(well.lines.join('\n')).toContain('channels: Troupe is in all 7')
  expect(well.lines).toContain('✓ Clock of Slack: agrees with this machine')

  const mia = await slack.member('Mia Guest', { guest: true })
  const places = await slack.channels()
  const place = (name: string) => places.find((channel) => channel.name === name)!.id
  await slack.invite(place('missions'), mia)
  await slack.kick(place('review'))
  await slack.archive(place('wins'))
  await slack.deleteChannel(place('managers'))
  await slack.channel('managers')
  const broken = await doctor(() => config)
  expect(broken.code).toBe(1)
  const said = broken.lines.filter((line) => /^[✗!]/.test(line)).join('\n')
  expect(said).toMatch(/✗ .*#review: /)
  expect(said).toMatch(/✗ .*#wins: it is archived\./)
  expect(said).toMatch(/✗ .*#managers: it is public, so everyone can read it and nothing is posted there\. Make it private/)
  // Without the list of people nobody is taken for a stranger.
  await slack.fault({ kind: 'error', method: 'users.list', error: 'internal_error' })
  expect((await doctor(() => config)).lines.join('\n')).toMatch(/- .*people: Slack does not list/)
  expect(said).toMatch(/! .*people: Mia Guest is a multi-channel guest: buttons and forms work/)
  for (const secret of [slack.botToken, slack.appToken]) expect(broken.lines.join('\n')).not.toContain(secret)
  expect((await slack.violations()).map((one) => one.detail)).toEqual([])
})

test('a missing scope, a free plan and a workspace of no program', async () => {
  const slack = await workspace({
    scopes: scopes.map(({ scope }) => scope).filter((scope) => scope !== 'pins:write'),
    free: true,
  })
  const checks = await look(slack, { spaces: [] })
  expect(failures(checks)).toEqual([expect.stringMatching(/scopes: the token lacks pins:write$/)])
  expect(checks.find((one) => one.name.endsWith('user groups'))).toMatchObject({
    ok: 'skipped',
    words: expect.stringContaining('the plan has none'),
  })
  expect(checks.find((one) => one.name.endsWith('channels'))).toMatchObject({
    ok: true,
    fix: expect.stringContaining('/troupe setup space'),
  })
  expect(scopesCheck('Glow', null).ok).toBe('skipped')
})

test('wrong tokens are told apart', async () => {
  const slack = await workspace()
  const wrong = await look(slack, { botToken: 'xoxb-not-this-one', appToken: 'xapp-not-this-one' })
  expect(failures(wrong)).toEqual([
    'Slack connection: the app-level token opens no socket: Slack does not know it',
    'Slack bot token: Slack refuses it: Slack does not know it',
  ])
  await slack.revoke(slack.botToken)
  expect(failures(await look(slack))).toEqual([expect.stringContaining('Slack bot token: Slack refuses it')])
  const sealed = await look(slack, { botToken: undefined, installed: [{ workspace: 'T9', name: 'Other', token: undefined }] })
  expect(failures(sealed)).toEqual(['Slack token of Other: it is sealed with another key'])
  await slack.stop()
  expect(failures(await look(slack))).toEqual(["Slack: Slack can't be asked: nothing listens there"])
  expect(failures(await look(slack, { appToken: undefined, signingSecret: 'secret-of-the-app' }))).toEqual([
    "Slack: Slack can't be asked: nothing listens there",
  ])
  const far = await look(await workspace(), { clock: () => new Date(wallClock().getTime() - 900_000) })
  expect(failures(far)).toEqual(['Clock of Slack: this machine is 15 minutes behind'])
})

test('names that Slack keeps are reached by /troupe, and a prefix changes the short ones', async () => {
  const slack = await workspace()
  const names = async (prefix: string) => (await look(slack, { prefix })).find((one) => one.name === 'Slack command names')!.words
  expect(await names('')).toMatch(/only .*\/troupe leave/)
  expect(await names('glow-')).toMatch(/short names such as \/glow-\w+/)
})

test('guests and people of other companies are told what they can do', () => {
  const kinds = (change: object) =>
    kindsOf('Glow', [
      { id: 'U1', real_name: 'Mia' },
      { id: 'U2', real_name: 'Noa', ...change },
    ])
  expect(kinds({})).toEqual([{ name: 'Glow: people', ok: true, words: '2 in the channels of the program, all of them members' }])
  expect(kinds({ is_bot: true, is_restricted: true })[0]!.words).toContain('1 in the channels')
  expect(kinds({ is_restricted: true })[0]!.words).toContain('Noa is a multi-channel guest')
  expect(kinds({ is_restricted: true, is_ultra_restricted: true })[0]!.words).toContain('Noa is a single-channel guest')
  expect(kinds({ is_stranger: true })[0]).toMatchObject({
    ok: true,
    words: expect.stringContaining('Noa comes by Slack Connect'),
    fix: expect.any(String),
  })
})
