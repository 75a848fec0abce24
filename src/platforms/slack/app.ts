/** The Bolt app: what Slack tells is acknowledged first, then worked on. */
import { App, type Receiver, webApi } from '@slack/bolt'
import { type AnyCommand, missing } from '../../command.ts'
import type { Call, House } from '../platform.ts'
import { fieldErrors, readAnswers } from './answers.ts'
import type { SlackOptions } from './clients.ts'
import { readForm } from './codec.ts'
import { working } from './draw.ts'
import { emojiOf } from './emoji.ts'
import { renderSuggestions } from './form.ts'
import { type Json, press, sent, shortcut, signal, slash, teamOf } from './inbound.ts'
import { readLine, usual } from './line.ts'
import { menuGives } from './menus.ts'
import { escaped } from './text.ts'
import type { Work } from './work.ts'

/** What is looked up before an acknowledgement may take this long; Slack waits three seconds. */
const LOOK_MS = 2_000

/** Bolt takes one receiver; ours come and go, and bring what they hear to this app themselves. */
const none: Receiver = { init() {}, async start() {}, async stop() {} }

/** What receivers hand over to Bolt. */
export type Ear = Pick<App, 'processEvent'>

export function boltApp(house: House, options: SlackOptions, work: Work): Ear {
  const app = new App({
    receiver: none,
    // Nothing is looked up and no token is given here: an acknowledgement must wait for neither the database nor Slack, and this
    // door makes its calls by clients of its own.
    authorize: async () => ({}),
    ignoreSelf: false,
    // Given expressly, for Bolt would otherwise write a hundred retries into these options.
    clientOptions: { slackApiUrl: options.apiBase, retryConfig: { retries: 0 } },
    logger: logTo(house),
  })
  app.error(async (err) => house.log.error({ err }, 'Slack listener'))
  const names = { root: usual.root, prefix: options.prefix ?? usual.prefix }
  commands(app, house, work, names)
  windows(app, house, work)
  events(app, house, work)
  return {
    async processEvent(event) {
      // The library acknowledges events before its listeners hear of them, so what is owed an answer is written down here.
      const told = written(house, event.body, names)
      if (told) await work.note(told.call)
      return app.processEvent(event)
    },
  }
}

/** Commands, presses and menus, and what is written in the Messages tab. */
function commands(app: App, house: House, work: Work, names: Names): void {
  app.command(/.*/, async ({ ack, body }) => {
    const line = readLine({ command: body.command, text: body.text ?? '' }, listedOf(house), names)
    if ('error' in line) return ack({ response_type: 'ephemeral', text: escaped(line.error, 3_000) })
    const asked = slash(body as unknown as Json, line)
    await (asked ? work.run(asked, () => ack()) : ack())
  })

  app.action(/.*/, async ({ ack, body }) => {
    const pressed = press(body as unknown as Json)
    await (pressed ? work.run(pressed, () => ack()) : ack())
  })

  app.shortcut(/.*/, async ({ ack, body }) => {
    const asked = shortcut(body as unknown as Json)
    if (!asked) return ack()
    const given = asked.target ? menuGives(asked.call.run, asked.target) : {}
    await work.run({ where: asked.where, call: { ...asked.call, given } }, () => ack())
  })

  // Someone writes to the app: a command without its slash is one, anything else is answered with help.
  app.event('message', async ({ body }) => {
    const told = written(house, body, names)
    if (told) work.write(told.call, told.channel)
    const gone = erased(body)
    if (gone) work.erased(teamOf(body), gone)
  })
}

type Names = { root: string; prefix: string }

const listedOf = (house: House): AnyCommand[] => [...house.commands.values()].filter((command) => command.listed)

/** Subtypes of what a person says: words alone, with a file, as "/me" and below a thread for all to see. */
const spoken = new Set<string | undefined>([undefined, 'file_share', 'me_message', 'thread_broadcast'])

/** What someone wrote to the app; undefined for everything else that Slack tells. */
function written(house: House, body: unknown, names: Names): { call: Call; channel: string } | undefined {
  const said = (body as { event?: Said } | undefined)?.event
  if (said?.type !== 'message' || said.channel_type !== 'im' || said.channel === undefined) return undefined
  if (!spoken.has(said.subtype) || said.bot_id !== undefined || said.user === undefined) return undefined
  const text = said.text ?? ''
  const line = readLine({ command: names.root, text }, listedOf(house), names)
  // Whoever lays a file here means to hand it in; the form takes it with all that has to be said about it.
  const file = said.subtype === 'file_share'
  const asked = 'error' in line || (file && text.trim() === '') ? { run: file ? 'submit' : 'help', given: {} } : line
  const { call } = signal(body, said.user, asked.run, asked.given)
  // Not a mere signal: whoever writes waits for an answer, also across a restart.
  return { call: { ...call, by: 'slash' }, channel: said.channel }
}

/** The channel and time of a message that was deleted; one with a thread below it leaves an empty stone in its place. */
function erased(body: unknown): { channel: string; ts: string } | undefined {
  const said = (body as { event?: Said } | undefined)?.event
  if (said?.type !== 'message' || said.channel === undefined) return undefined
  const stone = said.subtype === 'message_changed' && said.message?.subtype === 'tombstone'
  const ts = said.subtype === 'message_deleted' ? said.deleted_ts : stone ? said.message?.ts : undefined
  return ts === undefined ? undefined : { channel: said.channel, ts }
}

type Said = {
  type?: string
  user?: string
  text?: string
  channel?: string
  channel_type?: string
  subtype?: string
  bot_id?: string
  deleted_ts?: string
  message?: { subtype?: string; ts?: string }
}

/** Windows that are sent, and lists in them. */
function windows(app: App, house: House, work: Work): void {
  app.options(/.*/, async ({ ack, body }) => {
    const { action_id, block_id, value } = body as unknown as { action_id: string; block_id: string; value: string }
    const form = readForm((body as { view?: unknown }).view)
    const asked = slash(body as unknown as Json, form && 'run' in form ? form : { run: '', given: {} })
    const list = async () => {
      if (!asked) return []
      const kept = form && 'press' in form ? await house.press('slack', asked.where.team, form.press) : undefined
      return house.suggest({ ...asked.call, ...kept }, block_id, value ?? '')
    }
    const found = await soon(list())
    await ack(renderSuggestions(found ?? [], { action_id, value: value ?? '' }) as never)
  })

  app.view(/.*/, async ({ ack, body }) => {
    const form = sent(body as unknown as Json)
    if (!form) return ack()
    const typed = readAnswers(body.view)
    const kept = form.kept === undefined ? undefined : await soon(house.press('slack', form.where.team, form.kept))
    const known = { ...form.call, ...kept }
    const call: Call = { ...known, given: { ...known.given, ...typed } }
    const wrong = fieldErrors(problemsOf(house, call, typed), body.view as never)
    if (Object.keys(wrong).length > 0) return ack({ response_action: 'errors', errors: wrong })
    // With an address for the answer the window closes; without one, the answer takes the window's place.
    const where = form.where.url === undefined ? form.where : { ...form.where, view: undefined }
    const unknown = form.kept === undefined || kept ? {} : { kept: form.kept }
    await work.run({ call, where, ...unknown }, () =>
      where.url === undefined ? ack({ response_action: 'update', view: working }) : ack({ response_action: 'clear' }),
    )
  })
}

/** What can be said of the answers without asking anybody. What is empty and required has none, and is asked for at its field. */
function problemsOf(house: House, call: Call, typed: Call['given']): { field: string; sentence: string }[] {
  const command = house.commands.get(call.run)
  const empty = command ? missing(command, call.given).required : []
  return [...house.check(call.run, typed), ...empty.map((field) => ({ field, sentence: 'Please fill this in.' }))]
}

function events(app: App, house: House, work: Work): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return
    const view = event.view as { hash?: string } | undefined
    const { call, where } = signal(body, event.user, 'home')
    work.home(call, { ...where, home: { hash: view?.hash } })
  })

  app.event('member_joined_channel', async ({ event, body }) => {
    const welcome = [...house.commands.values()].find((command) => command.on === 'joined')
    if (welcome) work.greet(signal(body, event.user, welcome.name).call, event.channel)
  })

  app.event('reaction_added', async ({ event, body }) => {
    const { user, item_user: to, reaction, item } = event
    if (item.type !== 'message' || !to || to === user) return
    work.react(signal(body, user, 'save').call, { emoji: emojiOf(reaction), to, channel: item.channel, ts: item.ts })
  })

  for (const name of ['app_uninstalled', 'tokens_revoked'] as const)
    app.event(name, async ({ event, body }) => {
      // Of a person's own token only that person's doings end.
      const { tokens } = event as { tokens?: { bot?: string[] } }
      if (tokens === undefined || (tokens.bot ?? []).length > 0) work.uninstalled(teamOf(body), atOf(body, house.clock()))
    })
}

/** When an event happened. Slack tells its second, whose end it had not yet reached. */
function atOf(body: unknown, now: Date): Date {
  const { event_time: second } = body as { event_time?: unknown }
  return typeof second === 'number' ? new Date((second + 1) * 1_000) : now
}

/** What was found, or undefined when that takes too long or fails. */
const soon = <T>(work: Promise<T>): Promise<T | undefined> =>
  Promise.race([
    work.catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(resolve, LOOK_MS, undefined).unref()),
  ])

/** The libraries' words in the house's log. What they tell at every turn is for those who look closely. */
export function logTo(house: House): webApi.Logger {
  const at =
    (level: 'debug' | 'warn') =>
    (...said: unknown[]) =>
      house.log[level]({ slack: said.map(String).join(' ').slice(0, 1_000) })
  return {
    debug: () => {},
    info: at('debug'),
    warn: at('warn'),
    error: at('warn'),
    setLevel() {},
    getLevel: () => webApi.LogLevel.INFO,
    setName() {},
  }
}
