/** The Bolt app: what Slack tells is acknowledged first, then worked on. */
import { App, type Receiver, webApi } from '@slack/bolt'
import { type AnyCommand, missing } from '../../command.ts'
import type { Card } from '../../kernel/card.ts'
import type { Call, House } from '../platform.ts'
import { answerCall, askToOpen, give, publishHome, say, tooOld } from './answer.ts'
import { fieldErrors, readAnswers } from './answers.ts'
import type { Clients, SlackOptions } from './clients.ts'
import { readForm } from './codec.ts'
import { type Drawing, drawMessage, working } from './draw.ts'
import { renderSuggestions } from './form.ts'
import { type Asked, press, sent, shortcut, slash } from './inbound.ts'
import { readLine, usual } from './line.ts'
import { menuGives } from './menus.ts'

export type Listening = { house: House; clients: Clients; options: SlackOptions; track: (work: Promise<unknown>) => void }

type Json = Record<string, unknown>

export function boltApp(world: Listening, receiver: Receiver): App {
  const { house, clients, options, track } = world
  const drawing: Drawing = { house, clients }
  const app = new App({
    receiver,
    // Nothing is asked at the start: a failing auth.test there would end the process and be remembered for ever.
    authorize: async ({ teamId }) => {
      const known = teamId === undefined ? undefined : await clients.workspace(teamId)
      if (!known) throw new Error(`Troupe is not installed in workspace ${teamId}.`)
      return { botToken: known.token, botUserId: known.botUser, teamId: known.team }
    },
    // Given expressly, for Bolt would otherwise write a hundred retries into these options.
    clientOptions: { slackApiUrl: options.apiBase, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
    logger: logTo(house),
  })
  app.error(async (err) => house.log.error({ err }, 'Slack listener'))

  const names = { root: usual.root, prefix: options.prefix ?? usual.prefix }
  const listed = (): AnyCommand[] => [...house.commands.values()].filter((command) => command.listed)

  app.command(/.*/, async ({ ack, body }) => {
    const line = readLine({ command: body.command, text: body.text ?? '' }, listed(), names)
    if ('error' in line) return ack({ response_type: 'ephemeral', text: line.error })
    await ack()
    const asked = slash(body as unknown as Json, line)
    if (asked) track(run(asked))
  })

  app.action(/.*/, async ({ ack, body }) => {
    await ack()
    const pressed = press(body as unknown as Json)
    if (pressed) track(run(pressed))
  })

  app.options(/.*/, async ({ ack, body }) => {
    const { action_id, block_id, value, view } = body as unknown as {
      action_id: string
      block_id: string
      value: string
      view?: unknown
    }
    const form = readForm(view)
    const asked = slash(body as unknown as Json, form && 'run' in form ? form : { run: '', given: {} })
    const kept = form && 'press' in form && asked ? await house.press('slack', asked.where.team, form.press) : undefined
    const list = asked ? await house.suggest({ ...asked.call, ...kept }, block_id, value ?? '') : []
    await ack(renderSuggestions(list, { action_id, value: value ?? '' }) as never)
  })

  app.view(/.*/, async ({ ack, body }) => {
    const form = sent(body as unknown as Json)
    if (!form) return ack()
    const typed = readAnswers(body.view)
    const kept = form.kept === undefined ? undefined : await house.press('slack', form.where.team, form.kept)
    const known = { ...form.call, ...kept }
    const call: Call = { ...known, given: { ...known.given, ...typed } }
    const command = house.commands.get(call.run)
    // What is empty and required has no answer of its own, and is asked for at its field like everything else.
    const empty = command
      ? missing(command, call.given).required.map((field) => ({ field, sentence: 'Please fill this in.' }))
      : []
    const wrong = fieldErrors([...house.check(call.run, typed), ...empty], body.view as never)
    if (Object.keys(wrong).length > 0) return ack({ response_action: 'errors', errors: wrong })
    // With an address for the answer the window closes; without one, the answer takes the window's place.
    const where = form.where.url === undefined ? form.where : { ...form.where, view: undefined }
    await (where.url === undefined ? ack({ response_action: 'update', view: working }) : ack({ response_action: 'clear' }))
    track(run({ call, where }))
  })

  app.shortcut(/.*/, async ({ ack, body }) => {
    await ack()
    const asked = shortcut(body as unknown as Json)
    if (!asked) return
    const given = asked.target ? menuGives(asked.call.run, asked.target, asked.where.team) : {}
    track(run({ where: asked.where, call: { ...asked.call, given } }))
  })

  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return
    const view = event.view as { hash?: string } | undefined
    const { call, where } = signal(body, event.user, 'home')
    track(publishHome(drawing, call, { ...where, home: { hash: view?.hash } }))
  })

  // Someone writes to the app: a command without its slash is one, anything else is answered with help.
  app.event('message', async ({ event, body }) => {
    const said = event as {
      user?: string
      text?: string
      channel: string
      channel_type?: string
      subtype?: string
      bot_id?: string
    }
    if (said.channel_type !== 'im' || said.subtype !== undefined || said.bot_id !== undefined || said.user === undefined) return
    const line = readLine({ command: names.root, text: said.text ?? '' }, listed(), names)
    const { call } = signal(body, said.user, 'error' in line ? 'help' : line.run, 'error' in line ? {} : line.given)
    track(write(call, said.channel))
  })

  app.event('member_joined_channel', async ({ event, body }) => {
    const team = teamOf(body)
    if ((await house.channel('slack', team, 'start-here')) !== event.channel) return
    track(greet(signal(body, event.user, 'home').call, event.channel))
  })

  for (const name of ['app_uninstalled', 'tokens_revoked'] as const)
    app.event(name, async ({ body }) => {
      clients.forget(teamOf(body))
      await house.installs.drop('slack', teamOf(body))
      house.log.warn({ team: teamOf(body) }, 'Troupe was removed from a Slack workspace')
    })

  async function run(asked: Asked & { kept?: string }): Promise<void> {
    const { where } = asked
    const press = asked.kept === undefined ? undefined : await house.press('slack', where.team, asked.kept)
    if (asked.kept !== undefined && !press) return give(drawing, where, asked.call, tooOld, 'private')
    const call = { ...asked.call, ...press, given: { ...press?.given, ...asked.call.given } }
    return answerCall(drawing, await whole(call), where)
  }

  /** The name people know each other by, and whether this person may tie the workspace to a program. */
  async function whole(call: Call): Promise<Call> {
    const [person, workspace] = await Promise.all([
      profile(clients, call.workspace, call.user),
      call.run.startsWith('setup') ? clients.workspace(call.workspace) : undefined,
    ])
    const owner = person.owner || (workspace?.installer !== undefined && workspace.installer === call.user)
    return { ...call, userName: person.name ?? call.userName, owner }
  }

  async function write(call: Call, channel: string): Promise<void> {
    const command = house.commands.get(call.run)
    const needs = command !== undefined && missing(command, call.given).required.length > 0
    const answer: Card = needs
      ? askToOpen(call, command.form ?? command.description)
      : (await house.dispatch(await whole(call))).card
    await say(drawing, call.workspace, channel, `answer:${call.eventId}`, answer)
  }

  async function greet(call: Call, channel: string): Promise<void> {
    const { card: shown, again } = await house.dispatch(await whole(call))
    if (again) return
    const message = await drawMessage(drawing, call.workspace, shown)
    await clients.call(call.workspace, 'chat.postEphemeral', { channel, user: call.user, ...message })
  }

  return app
}

const teamOf = (body: unknown): string => String((body as Json).team_id ?? '')

function signal(body: unknown, user: string, run: string, given: Call['given'] = {}): Asked {
  const team = teamOf(body)
  const eventId = String((body as Json).event_id ?? '')
  return {
    where: { team, user },
    call: { platform: 'slack', workspace: team, place: '', user, userName: 'Someone', eventId, run, given, by: 'signal' },
  }
}

const NAME_MS = 1_000
const names = new Map<string, { name?: string; owner: boolean }>()

/** What a person is called here. A slow answer is not waited for. */
async function profile(clients: Clients, team: string, user: string): Promise<{ name?: string; owner: boolean }> {
  const key = `${team} ${user}`
  const known = names.get(key)
  if (known) return known
  type Told = {
    user: {
      is_owner?: boolean
      is_primary_owner?: boolean
      real_name?: string
      profile?: { display_name?: string; real_name?: string }
    }
  }
  const asking = clients
    .call<Told>(team, 'users.info', { user })
    .then(({ user: told }) => {
      const name = told.profile?.display_name || told.profile?.real_name || told.real_name
      const found = { ...(name ? { name } : {}), owner: told.is_owner === true || told.is_primary_owner === true }
      if (names.size > 10_000) names.clear()
      names.set(key, found)
      return found
    })
    .catch(() => ({ owner: false }))
  return Promise.race([
    asking,
    new Promise<{ owner: boolean }>((resolve) => setTimeout(resolve, NAME_MS, { owner: false }).unref()),
  ])
}

function logTo(house: House): webApi.Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...said: unknown[]) =>
      house.log[level]({ slack: said.map(String).join(' ') })
  return {
    debug: () => {},
    info: at('debug'),
    warn: at('warn'),
    error: at('error'),
    setLevel() {},
    getLevel: () => webApi.LogLevel.INFO,
    setName() {},
  }
}
