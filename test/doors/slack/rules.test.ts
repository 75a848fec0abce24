/** The rules the local Slack enforces, shown on calls of the real client. */
import type { KnownBlock } from '@slack/types'
import { afterAll, expect, test } from 'vitest'
import { approve, errorOf, hush, later, modal, note, shop, undo } from './bolt.ts'
import { localSlack } from './local.ts'

// Each has a server of its own, and much of its time is waiting.
afterAll(undo)

test.concurrent('429 is waited for, 503 is tried again, a lost reply has happened, an error comes through', async () => {
  const { slack, app } = await shop({ mode: 'socket' })
  const post = (text: string) => app.client.chat.postMessage({ channel: slack.general, text, metadata: note(text) })
  await slack.fault({ kind: '429', method: 'chat.postMessage', retryAfter: 1 })
  const began = performance.now()
  await post('patient')
  expect(performance.now() - began).toBeGreaterThan(950)
  await slack.fault({ kind: '503', times: 2 })
  await post('stubborn')
  await slack.fault({ kind: 'lost-reply', method: 'chat.postMessage' })
  await post('doubled')
  await slack.fault({ kind: 'error', method: 'chat.postMessage', error: 'restricted_action' })
  expect(await errorOf(post('refused'))).toBe('restricted_action')
  expect((await slack.messages(slack.general)).map((m) => m.text)).toEqual(['patient', 'stubborn', 'doubled', 'doubled'])
  const { messages } = await app.client.conversations.history({ channel: slack.general, include_all_metadata: true })
  expect(messages!.map((m) => m.metadata?.event_payload)).toEqual(
    ['doubled', 'doubled', 'stubborn', 'patient'].map((id) => ({ id })),
  )
})

test.concurrent('a trigger works once and for three seconds', async () => {
  let trigger = ''
  const { slack, app, mia } = await shop({ mode: 'socket' }, (it) => {
    it.command('/troupe', async ({ ack, command }) => {
      trigger = command.trigger_id
      await ack()
    })
  })
  const open = () => errorOf(app.client.views.open({ trigger_id: trigger, view: modal() }))
  await slack.slash(mia, '/troupe', { patience: 0 })
  expect([await open(), await open()]).toEqual(['ok', 'exchanged_trigger_id'])
  await slack.slash(mia, '/troupe', { patience: 0 })
  await slack.advance(3001)
  expect(await open()).toBe('expired_trigger_id')
  trigger = 'made up'
  expect(await open()).toBe('invalid_trigger_id')
  expect((await slack.violations()).map((v) => v.kind)).toEqual(['trigger', 'trigger', 'trigger'])
})

test.concurrent('a response url works five times in thirty minutes', async () => {
  const urls: string[] = []
  const { slack, mia } = await shop({ mode: 'socket' }, (it) => {
    it.command('/troupe', async ({ ack, command }) => {
      urls.push(command.response_url)
      await ack()
    })
  })
  const answer = async (url: string) => (await fetch(url, { method: 'POST', body: '{"text":"hi"}' })).status
  await slack.slash(mia, '/troupe', { patience: 0 })
  const used = []
  for (let n = 0; n < 6; n++) used.push(await answer(urls[0]!))
  expect(used).toEqual([200, 200, 200, 200, 200, 404])
  await slack.slash(mia, '/troupe', { patience: 0 })
  await slack.advance(30 * 60_000 + 1)
  expect(await answer(urls[1]!)).toBe(404)
  expect((await slack.violations()).map((v) => v.detail)).toEqual(['used_url', 'expired_url'])
})

test.concurrent('blocks and views beyond their limits are refused with a pointer, and noted', async () => {
  const { slack, app } = await shop({ mode: 'socket' })
  const text = (letters: number): KnownBlock => ({ type: 'section', text: { type: 'plain_text', text: 'x'.repeat(letters) } })
  const button = (label: string, action_id: string) => ({
    type: 'button' as const,
    action_id,
    text: { type: 'plain_text' as const, text: label },
  })
  const table: KnownBlock = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }
  const post = (blocks: KnownBlock[]) =>
    errorOf(app.client.chat.postMessage({ channel: slack.general, text: 'x', blocks, metadata: note('x') }))
  expect(await post(Array.from({ length: 50 }, () => ({ type: 'divider' as const })))).toBe('ok')
  const refused: KnownBlock[][] = [
    Array.from({ length: 51 }, () => ({ type: 'divider' as const })),
    [text(3001)],
    [text(0)],
    [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    [{ type: 'actions', elements: [button('x'.repeat(76), 'a')] }],
    [{ type: 'actions', elements: [button('one', 'a'), button('two', 'a')] }],
    [{ type: 'actions', elements: Array.from({ length: 26 }, (_, n) => button('x', `a${n}`)) }],
    [table, table],
    [{ type: 'table', rows: Array.from({ length: 101 }, () => [{ type: 'raw_text' as const, text: 'a' }]) }],
    [{ type: 'image', alt_text: 'x', slack_file: { id: 'F_none' } }],
    [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'link', url: 'javascript:alert(1)' }] }] }],
    [
      { type: 'divider', block_id: 'same' },
      { type: 'divider', block_id: 'same' },
    ],
  ]
  for (const blocks of refused) expect(await post(blocks), JSON.stringify(blocks).slice(0, 90)).toBe('invalid_blocks')
  expect(await post(Array.from({ length: 5 }, () => text(2700)))).toBe('msg_blocks_too_long')
  const publish = (blocks: KnownBlock[]) =>
    errorOf(app.client.views.publish({ user_id: slack.botUserId, view: { type: 'home', blocks } }))
  expect(await publish(Array.from({ length: 101 }, () => ({ type: 'divider' as const })))).toBe('invalid_arguments')
  expect(await publish(Array.from({ length: 100 }, () => text(2900)))).toBe('view_too_large')
  const noted = await slack.violations()
  expect(noted.filter((v) => v.kind === 'blocks')).toHaveLength(refused.length + 1)
  expect(noted[0]!.detail).toContain('[json-pointer:/blocks]')
  expect(noted.filter((v) => v.kind === 'view')).toHaveLength(2)
})

test.concurrent('a modal with inputs needs a submit button, and its title 24 characters', async () => {
  const { slack, mia } = await shop({ mode: 'socket' }, (it) => {
    it.command('/troupe', async ({ ack, command, client }) => {
      await ack()
      const { submit: _submit, ...without } = modal()
      const view = command.text === 'bare' ? without : modal('x'.repeat(25))
      await client.views.open({ trigger_id: command.trigger_id, view }).catch(() => {})
    })
  })
  await slack.slash(mia, '/troupe bare', { patience: 300 })
  await slack.slash(mia, '/troupe long', { patience: 300 })
  const [bare, long] = await slack.violations()
  expect(bare!.detail).toContain('submit')
  expect(long!.detail).toContain('/view/title/text')
})

test.concurrent('scopes, unknown methods and arguments, and another workspace are noted', async () => {
  const { slack, app } = await shop({ mode: 'socket', scopes: ['chat:write', 'commands'] })
  expect(await errorOf(app.client.users.list({}))).toBe('missing_scope')
  expect(await errorOf(app.client.apiCall('chat.unheard'))).toBe('unknown_method')
  await app.client.apiCall('auth.test', { surprise: 'yes' })
  const other = await slack.workspace('Other')
  expect(await errorOf(app.client.chat.postMessage({ channel: other.general, text: 'hi', metadata: note('x') }))).toBe(
    'channel_not_found',
  )
  await app.client.chat.postMessage({ channel: slack.general, text: 'hi' })
  expect((await slack.violations()).map((v) => v.kind)).toEqual(['scope', 'unknown_method', 'argument', 'wrong_team', 'metadata'])
  await slack.revoke(slack.botToken)
  expect(await errorOf(app.client.auth.test())).toBe('token_revoked')
})

test.concurrent('channels and people that cannot be written to', async () => {
  const { slack, app, mia } = await shop({
    mode: 'socket',
    scopes: ['chat:write', 'im:write', 'channels:manage', 'groups:write'],
  })
  const post = (channel: string) => errorOf(app.client.chat.postMessage({ channel, text: 'hi', metadata: note('x') }))
  const old = await slack.channel('old')
  const secret = await slack.channel('secret', { private: true, app: false })
  const outside = await slack.channel('outside', { app: false })
  const bot = await slack.member('Robot', { bot: true })
  await slack.archive(old)
  expect([await post(old), await post(secret), await post(outside), await post(bot)]).toEqual([
    'is_archived',
    'channel_not_found',
    'not_in_channel',
    'cannot_dm_bot',
  ])
  expect(await errorOf(app.client.conversations.open({ users: mia }))).toBe('ok')
  await slack.disable(mia)
  expect(await errorOf(app.client.conversations.open({ users: mia }))).toBe('user_disabled')
  await slack.deleteChannel(old)
  expect(await post(old)).toBe('channel_not_found')
})

test.concurrent('user groups need a paid plan; views guard their hash; pins are kept', async () => {
  const { slack, app, mia } = await shop({ mode: 'socket', free: true })
  expect(await errorOf(app.client.usergroups.create({ name: 'Creators' }))).toBe('paid_teams_only')
  await slack.paid(true)
  const { usergroup } = await app.client.usergroups.create({ name: 'Creators' })
  await app.client.usergroups.users.update({ usergroup: usergroup!.id!, users: mia })
  expect(await slack.usergroups()).toMatchObject([{ handle: 'creators', users: [mia] }])
  const publish = (hash?: string) => app.client.views.publish({ user_id: mia, hash, view: { type: 'home', blocks: approve } })
  const first = await publish()
  await publish(first.view!.hash)
  expect(await errorOf(publish(first.view!.hash))).toBe('hash_conflict')
  const { ts } = await app.client.chat.postMessage({ channel: slack.general, text: 'keep', metadata: note('k') })
  await app.client.pins.add({ channel: slack.general, timestamp: ts! })
  expect(await slack.pins(slack.general)).toEqual([ts])
  expect(await errorOf(app.client.pins.add({ channel: slack.general, timestamp: ts! }))).toBe('already_pinned')
})

test.concurrent('an install code works once and gives the token of its own workspace', async () => {
  const { slack, app } = await shop({ mode: 'socket' })
  const other = await slack.workspace('Second', { installed: false })
  const admin = await slack.member('Ada', { admin: true, team: other.teamId })
  const who = () => errorOf(app.client.auth.test({ token: other.botToken }))
  expect(await who()).toBe('invalid_auth')
  const code = await slack.grantCode(other.teamId, admin)
  const swap = () => app.client.oauth.v2.access({ client_id: slack.clientId, client_secret: slack.clientSecret, code })
  expect(await swap()).toMatchObject({ access_token: other.botToken, team: { id: other.teamId }, authed_user: { id: admin } })
  expect(await errorOf(swap())).toBe('invalid_code')
  expect(await who()).toBe('ok')
  await slack.uninstall(other.teamId)
  expect(await who()).toBe('account_inactive')
})

test.concurrent('a manifest is checked, and rules which commands, events and scopes there are', async () => {
  const manifest = {
    display_information: { name: 'Troupe' },
    features: {
      bot_user: { display_name: 'Troupe' },
      slash_commands: [{ command: '/troupe', description: 'Everything', should_escape: true }],
    },
    oauth_config: { scopes: { bot: ['commands', 'chat:write', 'im:history'] } },
    settings: { event_subscriptions: { bot_events: ['message.im'] }, socket_mode_enabled: true },
  }
  const { slack, app, mia, events } = await shop({ mode: 'socket', manifest })
  await expect(slack.slash(mia, '/other')).rejects.toThrow('not a valid command')
  expect((await slack.slash(mia, '/troupe why @Mia Lang')).words).toContain('A new submission')
  expect((await slack.deliveries()).at(-1)!.payload.text).toBe(`why <@${mia}|Mia Lang>`)
  await slack.say(mia, slack.general, 'unheard', [], { patience: 50 })
  expect(events).toEqual([])
  await slack.say(mia, 'dm', 'heard')
  expect(events.length).toBeGreaterThan(0)
  const validate = (it: object) =>
    app.client.apps.manifest.validate({ token: slack.configToken, manifest: JSON.stringify(it) as never })
  expect(await errorOf(validate(manifest))).toBe('ok')
  expect(await errorOf(validate({ features: {} }))).toBe('invalid_manifest')
  await expect(localSlack({ mode: 'socket', manifest: {} })).rejects.toThrow('display_information')
})

test.concurrent('with rates on, a channel takes about one message a second', async () => {
  const slack = await localSlack({ mode: 'socket', rates: true })
  later(() => slack.stop())
  const { WebClient } = await import('@slack/web-api')
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, rejectRateLimitedCalls: true, logger: hush })
  const results = []
  for (let n = 0; n < 4; n++)
    results.push(await errorOf(client.chat.postMessage({ channel: slack.general, text: `${n}`, metadata: note(`${n}`) })))
  expect(results.slice(0, 3)).toEqual(['ok', 'ok', 'ok'])
  expect(results[3]).toContain('rate')
})
