/** A real Bolt app at the local Slack, and the small parts its tests share. */
import { App, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt'
import type { KnownBlock, ModalView } from '@slack/types'
import { type LocalSlack, localSlack, type SlackOptions } from './local.ts'

const ends: (() => Promise<unknown>)[] = []

/** Undone after the tests, the last first; what a test has ended itself ends once. */
export const later = (end: () => Promise<unknown>): void => void ends.push(end)
export async function undo(): Promise<void> {
  for (const end of ends.splice(0).toReversed()) await end().catch(() => {})
}

/** What goes wrong here is meant to; the test looks at the server instead. */
export const hush: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
}

type Shop = { slack: LocalSlack; app: App; mia: string; events: { id: string; retry?: number }[] }

export const modal = (title = 'Reject', blocks?: KnownBlock[]): ModalView => ({
  type: 'modal',
  callback_id: 'review reject',
  private_metadata: '{"submission":"sub_1"}',
  title: { type: 'plain_text', text: title },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: blocks ?? [
    {
      type: 'input',
      block_id: 'reason',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'reason', min_length: 2, max_length: 20 },
    },
    {
      type: 'input',
      block_id: 'who',
      optional: true,
      label: { type: 'plain_text', text: 'Who' },
      element: { type: 'external_select', action_id: 'who', min_query_length: 1 },
    },
  ],
})

export const approve: KnownBlock[] = [
  { type: 'section', text: { type: 'mrkdwn', text: 'A new submission' } },
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'review approve#1', text: { type: 'plain_text', text: 'Approve' }, value: '{"id":"sub_1"}' },
    ],
  },
]

export const note = (id: string) => ({ event_type: 'post', event_payload: { id } })

/** A Bolt app that answers the way a chat door does. */
export async function shop(options: SlackOptions, listeners: (app: App) => void = usual): Promise<Shop> {
  const slack = await localSlack(options)
  later(() => slack.stop())
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 2, minTimeout: 1, maxTimeout: 5 } }
  const shared = { token: slack.botToken, logger: hush, clientOptions: { ...clientOptions, logger: hush } }
  const socket = () =>
    new SocketModeReceiver({
      appToken: slack.appToken,
      clientPingTimeout: 1200,
      logger: hush,
      installerOptions: { clientOptions: { ...clientOptions } },
    })
  const app =
    options.mode === 'socket'
      ? new App({ ...shared, receiver: socket() })
      : new App({ ...shared, signingSecret: slack.signingSecret })
  const events: Shop['events'] = []
  app.use(async ({ body, context, next }) => {
    if ('event_id' in body) events.push({ id: String(body.event_id), ...(context.retryNum ? { retry: context.retryNum } : {}) })
    await next()
  })
  app.error(async () => {})
  listeners(app)
  if (options.mode === 'socket') await app.start()
  else {
    const server = await app.start({ port: 0, host: '127.0.0.1' })
    await slack.deliverTo(`http://127.0.0.1:${(server.address() as { port: number }).port}/slack/events`)
  }
  later(() => app.stop())
  return { slack, app, events, mia: await slack.member('Mia Lang') }
}

function usual(app: App): void {
  app.command('/troupe', async ({ ack, command, respond, client }) => {
    if (command.text === 'form') {
      await ack()
      await client.views.open({ trigger_id: command.trigger_id, view: modal() })
    } else if (command.text === 'later') {
      await ack()
      await respond({ text: 'Now it is later.' })
    } else await ack({ text: `You said ${command.text}`, blocks: approve })
  })
  app.action('review approve#1', async ({ ack, respond }) => {
    await ack()
    await respond({ text: 'Approved.', replace_original: true })
  })
  app.options('who', ({ ack, payload }) =>
    ack({ options: ['Ann', 'Anton', 'Bea'].filter((n) => n.startsWith(payload.value)).map(option) }),
  )
  app.view('review reject', async ({ ack, view, client, body }) => {
    const reason = view.state.values.reason!.reason!.value!
    if (reason.startsWith('no')) return ack({ response_action: 'errors', errors: { reason: 'Say more.' } })
    await ack()
    const who = view.state.values.who!.who!.selected_option?.value ?? 'nobody'
    await client.chat.postMessage({ channel: body.user.id, text: `Sent: ${reason} to ${who}`, metadata: note('1') })
  })
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: approve } })
  })
  app.message(async ({ message, client }) => {
    if ('user' in message && message.user && !('bot_id' in message && message.bot_id)) {
      await client.chat.postMessage({
        channel: message.channel,
        thread_ts: message.ts,
        text: 'Noted.',
        metadata: note(message.ts),
      })
    }
  })
}

export const option = (name: string) => ({ text: { type: 'plain_text' as const, text: name }, value: name.toLowerCase() })
export const errorOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: { data?: { error?: string }; message: string }) => error.data?.error ?? error.message,
  )
