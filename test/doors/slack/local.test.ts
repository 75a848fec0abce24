/** The real Bolt App at the local Slack, in both ways it can be reached: what people do and what then happens. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { KnownBlock, ModalView } from '@slack/types'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { later, modal, note, option, shop, undo } from './bolt.ts'
import { localSlack } from './local.ts'

// Each has a server of its own, and much of its time is waiting.
afterAll(undo)

describe.concurrent.each(['socket', 'http'] as const)('over %s', (mode) => {
  test('a command, its ack, a press that replaces the private card, a late answer', async () => {
    const { slack, mia } = await shop({ mode })
    const seen = await slack.slash(mia, '/troupe hello there')
    expect(seen.ack).toMatchObject({ ok: true, late: false })
    expect(seen.ephemeral).toMatchObject([{ text: 'You said hello there', buttons: ['Approve'], onlyFor: mia }])
    const card = seen.ephemeral[0]!
    const pressed = await slack.press(mia, card.channel, card.ts, 'Approve')
    expect(pressed.ephemeral).toMatchObject([{ ts: card.ts, text: 'Approved.', edited: true }])
    expect((await slack.slash(mia, '/troupe later')).words).toBe('Now it is later.')
    expect(await slack.violations()).toEqual([])
  })

  test('a modal: suggestions, errors from Slack and from the app, then accepted', async () => {
    const { slack, mia } = await shop({ mode })
    const { view } = await slack.slash(mia, '/troupe form')
    expect(view).toMatchObject({ title: 'Reject', callbackId: 'review reject', privateMetadata: '{"submission":"sub_1"}' })
    expect(view!.fields.map((f) => f.label)).toEqual(['Reason', 'Who'])
    expect(await slack.submitView(mia, view!.id, {})).toMatchObject({ byClient: true, errors: { reason: /required/ } })
    expect(await slack.submitView(mia, view!.id, { reason: 'no' })).toMatchObject({
      action: 'errors',
      errors: { reason: 'Say more.' },
    })
    expect((await slack.suggest(mia, view!.id, 'who', 'An')).options.map((o) => o.label)).toEqual(['Ann', 'Anton'])
    const sent = await slack.submitView(mia, view!.id, { Reason: 'too loud', who: 'Anton' }, { patience: 1500 })
    expect(sent.action).toBe('close')
    expect(await slack.view(mia)).toBeUndefined()
    await slack.settled()
    const { messages } = await slack.dm(mia)
    expect(messages).toMatchObject([{ text: 'Sent: too loud to anton', metadata: note('1') }])
    expect(await slack.violations()).toEqual([])
  })

  test('the Home tab, a message answered in its thread, a file up and down', async () => {
    const { slack, app, mia } = await shop({ mode })
    expect((await slack.openHome(mia)).home).toMatchObject({ type: 'home', buttons: ['Approve'] })
    const said = await slack.say(mia, slack.general, 'hello', [{ name: 'a.png', mime: 'image/png', bytes: Buffer.from('abc') }])
    expect((await slack.thread(slack.general, said.ts)).map((m) => m.text)).toEqual(['hello', 'Noted.'])
    const picture = { channel_id: slack.general, filename: 'chart.png', title: 'Chart', file: Buffer.from('picture') }
    await app.client.files.uploadV2(picture)
    const [theirs, ours] = await slack.files()
    expect(ours).toMatchObject({ name: 'chart.png', title: 'Chart', size: 7, channels: [slack.general] })
    const { file } = await app.client.files.info({ file: theirs!.id })
    const bare = await fetch(file!.url_private!)
    expect(bare.headers.get('content-type')).toContain('text/html')
    const held = await fetch(file!.url_private!, { headers: { authorization: `Bearer ${slack.botToken}` } })
    expect(await held.text()).toBe('abc')
    expect(await slack.violations()).toEqual([])
    // The SDK sends alt_text where the method takes alt_txt, so the words would be lost.
    await app.client.files.uploadV2({ ...picture, alt_text: 'A chart' })
    expect(await slack.violations()).toMatchObject([{ kind: 'argument', detail: 'unknown argument alt_text' }])
  })

  test('the same event twice comes with the same id; a failed event comes again', async () => {
    const { slack, mia, events } = await shop({ mode, retries: [20] })
    await slack.twice()
    await slack.say(mia, slack.general, 'once')
    const ids = events.map((e) => e.id)
    expect(ids.length).toBeGreaterThanOrEqual(2)
    expect(ids[0]).toBe(ids[1])
    await slack.settled()
    events.length = 0
    await slack.say(mia, 'dm', 'again', [], { patience: 0 })
    await slack.repeat()
    expect(events.filter((e) => e.id === events[0]!.id).length).toBe(2)
    expect(events.at(-1)).toMatchObject({ retry: 1 })
  })
})

test.concurrent('a command that is never acked: the person sees the timeout, the server notes it', async () => {
  const unanswered = async (mode: 'socket' | 'http') => {
    const { slack, mia, app } = await shop({ mode }, (app) => {
      app.command('/troupe', async () => {})
    })
    const seen = await slack.slash(mia, '/troupe hello', { patience: 0 })
    expect(seen.ack.ok).toBe(false)
    expect(seen.error).toMatch(/operation_timeout|http_service_error/)
    expect((await slack.violations()).map((v) => v.kind)).toContain('ack')
    // Its open connections would be waited for; and without its server the app would look for it again.
    await slack.stop()
    await app.stop()
  }
  await Promise.all([unanswered('socket'), unanswered('http')])
})

test.concurrent('a ticket for a socket works once', async () => {
  const { slack } = await shop({ mode: 'socket' })
  const answer = await fetch(`${slack.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.appToken}` },
  })
  const { url } = (await answer.json()) as { url: string }
  const { WebSocket } = await import('ws')
  const knock = () =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(url)
      socket.on('message', (raw) => {
        resolve(JSON.parse(String(raw)).type)
        socket.close()
      })
      socket.on('error', (error) => resolve(error.message))
    })
  expect(await knock()).toBe('hello')
  expect(await knock()).toContain('401')
})

test.concurrent('over http badly signed deliveries are refused, and the url must echo the challenge', async () => {
  const { slack, mia } = await shop({ mode: 'http' })
  await slack.slash(mia, '/troupe hello')
  for (const how of ['unsigned', 'wrong-secret', 'stale'] as const) expect(await slack.forge(how)).toBe(401)
  await expect(slack.deliverTo(`${slack.origin}/nowhere`)).rejects.toThrow('challenge')
})

test.concurrent('an event that is not answered with 200 comes again with the same id, until the app says no', async () => {
  const tries: { id: string; retry?: string }[] = []
  const slack = await localSlack({ mode: 'http', retries: [5, 5, 5] })
  later(() => slack.stop())
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
      challenge?: string
      event_id: string
      event: { text: string }
    }
    if (body.challenge) return response.end(JSON.stringify({ challenge: body.challenge }))
    tries.push({
      id: body.event_id,
      ...(request.headers['x-slack-retry-num'] ? { retry: String(request.headers['x-slack-retry-num']) } : {}),
    })
    response.writeHead(500, body.event.text === 'stop' ? { 'x-slack-no-retry': '1' } : {}).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  later(async () => server.close())
  await slack.deliverTo(`http://127.0.0.1:${(server.address() as { port: number }).port}/`)
  const mia = await slack.member('Mia')
  expect(await slack.say(mia, 'dm', 'hello', [], { patience: 0 })).toMatchObject({
    ack: { ok: false, status: 500 },
    error: 'http_service_error',
  })
  await vi.waitFor(() => expect(tries.map((t) => t.retry)).toEqual([undefined, '1', '2', '3']), 5_000)
  expect(new Set(tries.map((t) => t.id)).size).toBe(1)
  tries.length = 0
  await slack.say(mia, 'dm', 'stop', [], { patience: 0 })
  await slack.settled(100)
  expect(tries).toHaveLength(1)
})

test.concurrent('choosing, shortcuts, reactions, joining, and modals that push, update and close', async () => {
  const heard: string[] = []
  const picker: KnownBlock[] = [
    { type: 'actions', elements: [{ type: 'static_select', action_id: 'pick', options: [option('Red'), option('Blue')] }] },
  ]
  const step = (title: string): ModalView => ({ ...modal(title, [...picker]), notify_on_close: true })
  const { slack, app, mia } = await shop({ mode: 'socket' }, (it) => {
    it.action('pick', async ({ ack, action, body }) => {
      await ack()
      heard.push(`${body.type} ${'selected_option' in action ? action.selected_option?.value : ''}`)
    })
    it.shortcut('keep', async ({ ack, shortcut, client }) => {
      await ack()
      heard.push(shortcut.type === 'message_action' ? String(shortcut.message.text) : shortcut.type)
      await client.views.open({ trigger_id: shortcut.trigger_id, view: step('One') })
    })
    it.view('review reject', async ({ ack, view }) => {
      if (view.title.text === 'One') await ack({ response_action: 'push', view: step('Two') })
      else if (view.title.text === 'Two') await ack({ response_action: 'update', view: step('Three') })
      else await ack({ response_action: 'clear' })
    })
    it.view({ callback_id: 'review reject', type: 'view_closed' }, async ({ ack }) => {
      await ack()
      heard.push('closed')
    })
    for (const name of ['reaction_added', 'team_join', 'member_joined_channel'] as const)
      it.event(name, async () => void heard.push(name))
  })
  const { ts } = await app.client.chat.postMessage({ channel: slack.general, text: 'Pick', blocks: picker, metadata: note('p') })
  await slack.choose(mia, slack.general, ts!, 'pick', 'Blue', { patience: 50 })
  await slack.react(mia, slack.general, ts!, 'tada', { patience: 50 })
  await slack.join(mia, undefined, { patience: 50 })
  await slack.join(mia, slack.general, { patience: 50 })
  const first = await slack.messageShortcut(mia, 'keep', slack.general, ts!)
  expect(first.view).toMatchObject({ title: 'One' })
  const second = await slack.submitView(mia, first.view!.id, {})
  expect(second).toMatchObject({ action: 'push', view: { title: 'Two' } })
  await slack.chooseView(mia, second.view!.id, 'pick', 'red', { patience: 50 })
  const third = await slack.submitView(mia, second.view!.id, {})
  expect(third).toMatchObject({ action: 'update', view: { title: 'Three', id: second.view!.id } })
  expect((await slack.closeView(mia, third.view!.id)).view).toMatchObject({ title: 'One' })
  const again = await slack.globalShortcut(mia, 'keep')
  await slack.submitView(mia, again.view!.id, {})
  await slack.submitView(mia, (await slack.view(mia))!.id, {})
  expect(await slack.submitView(mia, (await slack.view(mia))!.id, {})).toMatchObject({ action: 'clear' })
  expect(await slack.view(mia)).toBeUndefined()
  expect(heard).toEqual([
    'block_actions blue',
    'reaction_added',
    'team_join',
    'member_joined_channel',
    'Pick',
    'block_actions red',
    'closed',
    'shortcut',
  ])
  const { message } = await app.client.reactions.get({ channel: slack.general, timestamp: ts! })
  expect(message!.reactions).toMatchObject([{ name: 'tada', count: 1, users: [mia] }])
  expect(await slack.violations()).toEqual([])
})
