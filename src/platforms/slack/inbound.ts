/** From what Slack tells to a Call: what was asked, and where its answer is to go. */
import { createHash } from 'node:crypto'
import { type Call, UNNAMED } from '../platform.ts'
import { type Pressed, readForm, readPress } from './codec.ts'

/** Where an answer goes: a response address, a window, or else the person's own Messages tab. */
export type Where = {
  team: string
  user: string
  channel?: string | undefined
  /** Slack's address for answers to this one act. */
  url?: string | undefined
  /** The message it was pressed on is seen by the asker alone, and the answer takes its place. */
  replace?: boolean | undefined
  /** The window that is open. */
  view?: string | undefined
  home?: { hash?: string | undefined } | undefined
  trigger?: string | undefined
}

export type Asked = { call: Call; where: Where }

export type Json = Record<string, unknown>
const json = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
const words = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** What all of Slack's payloads say of who and where; undefined when they don't. */
function base(body: Json): { where: Where; call: Omit<Call, 'run' | 'given' | 'by'> } | undefined {
  const user = words(json(body.user).id) ?? words(body.user_id)
  // In a channel that is shared with another workspace, a window names theirs beside the one that installed the app.
  const installed = words(json(body.view).app_installed_team_id)
  const team = installed ?? words(json(body.team).id) ?? words(body.team_id) ?? words(json(body.user).team_id)
  if (user === undefined || team === undefined) return undefined
  const channel = words(json(body.channel).id) ?? words(body.channel_id) ?? words(json(body.container).channel_id)
  const trigger = words(body.trigger_id)
  const url = words(body.response_url)
  const where: Where = { team, user, channel, url, trigger }
  const call = {
    platform: 'slack',
    workspace: team,
    place: channel ?? '',
    user,
    userName: words(json(body.user).name) ?? words(json(body.user).username) ?? words(body.user_name) ?? UNNAMED,
    eventId: trigger ?? createHash('sha256').update(JSON.stringify(body)).digest('base64url'),
    ...(url === undefined ? {} : { reply: { url } }),
  }
  return { where, call }
}

/** A slash command; its line is read by the caller, who knows the commands. */
export function slash(body: Json, asked: Pick<Call, 'run' | 'given'>): Asked | undefined {
  const told = base(body)
  return told && { where: told.where, call: { ...told.call, ...asked, by: 'slash' } }
}

export type Press = Asked | (Asked & { kept: string })

/** A pressed button or a chosen option; undefined for links and for what is not ours. */
export function press(body: Json): Press | undefined {
  const told = base(body)
  const [action] = Array.isArray(body.actions) ? body.actions : []
  const pressed = readPress(action)
  if (!told || !pressed) return undefined
  const view = json(body.view)
  const container = json(body.container)
  const where: Where = {
    ...told.where,
    replace: container.is_ephemeral === true,
    ...(view.type === 'home' ? { home: { hash: words(view.hash) }, url: undefined } : {}),
    ...(view.type === 'modal' ? { view: words(view.id), url: undefined } : {}),
  }
  const eventId = `${told.call.eventId}:${words(json(action).action_ts) ?? ''}`
  return { where, ...resolved(pressed), call: { ...told.call, ...asked(pressed), eventId, by: 'press' } }
}

const asked = (pressed: Pressed): Pick<Call, 'run' | 'given'> => ('press' in pressed ? { run: '', given: {} } : pressed)
const resolved = (pressed: Pressed): { kept?: string } => ('press' in pressed ? { kept: pressed.press } : {})

/** A window that was sent, without what was typed into it; undefined when it is not ours. */
export function sent(body: Json): (Asked & { kept?: string }) | undefined {
  const told = base(body)
  const form = readForm(body.view)
  if (!told || !form) return undefined
  const view = json(body.view)
  const { u: url, r: replace, c: channel } = form.where
  const where: Where = { ...told.where, url, replace: replace === '1', channel, view: words(view.id) }
  const call: Call = {
    ...told.call,
    place: channel ?? '',
    eventId: told.where.trigger ?? `${words(view.id)}:${words(view.hash)}`,
    ...asked(form),
    by: 'form',
    ...(url === undefined ? {} : { reply: { url } }),
  }
  return { where, ...resolved(form), call }
}

/** What a window keeps of where it was asked, for its answer. */
export const carried = ({ url, replace, channel }: Where): Record<string, string> => ({
  ...(url === undefined ? {} : { u: url }),
  ...(replace ? { r: '1' } : {}),
  ...(channel === undefined ? {} : { c: channel }),
})

/** A message someone pointed at. `url` is where it stands. */
export type Target = { user: string; content: string; url: string; file?: Json }

/** What a right click on a message means: its author, its words, its address and its first file. */
export function shortcut(body: Json): (Asked & { target?: Target }) | undefined {
  const told = base(body)
  const run = words(body.callback_id)
  if (!told || run === undefined) return undefined
  const message = json(body.message)
  const [file] = Array.isArray(message.files) ? message.files : []
  const target =
    words(message.user) === undefined
      ? undefined
      : {
          user: words(message.user)!,
          content: words(message.text) ?? '',
          url: addressOf(body, told.where, words(message.ts) ?? ''),
          ...(file === undefined ? {} : { file: json(file) }),
        }
  return { where: told.where, call: { ...told.call, run, given: {}, by: 'press' }, ...(target ? { target } : {}) }
}

function addressOf(body: Json, { team, channel = '' }: Where, ts: string): string {
  const domain = words(json(body.team).domain)
  return standsAt(team, channel, ts, domain)
}

/** Where a message stands; without the workspace's domain, in the browser's Slack. */
export function standsAt(team: string, channel: string, ts: string, domain?: string): string {
  const base = domain === undefined ? `https://app.slack.com/client/${team}` : `https://${domain}.slack.com/archives`
  return `${base}/${channel}/p${ts.replace('.', '')}`
}

/** The workspace an event is told to; in a channel shared with another one it may have happened in theirs. */
export function teamOf(body: unknown): string {
  const { authorizations, team_id } = json(body)
  const [told] = Array.isArray(authorizations) ? authorizations : []
  return words(json(told).team_id) ?? words(team_id) ?? ''
}

/** What Slack tells without a person waiting at a button: an event. */
export function signal(body: unknown, user: string, run: string, given: Call['given'] = {}): Asked {
  const team = teamOf(body)
  const eventId = words(json(body).event_id) ?? createHash('sha256').update(JSON.stringify(body)).digest('base64url')
  return {
    where: { team, user },
    call: { platform: 'slack', workspace: team, place: '', user, userName: UNNAMED, eventId, run, given, by: 'signal' },
  }
}
