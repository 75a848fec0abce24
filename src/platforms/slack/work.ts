/** What is done with what was heard, after its acknowledgement. Each thing once, however often Slack tells it. */
import { missing } from '../../command.ts'
import type { Call, House } from '../platform.ts'
import { pressGone } from '../press.ts'
import { answerCall, askToOpen, dispatched, give, publishHome, reply } from './answer.ts'
import type { Clients } from './clients.ts'
import type { Drawing } from './draw.ts'
import { type Asked, standsAt, type Where } from './inbound.ts'

export type Work = {
  /** Writes what was asked down, acknowledges it and answers it afterwards. `kept` is a press that is yet to be looked up. */
  run: (asked: Asked & { kept?: string }, acknowledge: () => Promise<void>) => Promise<void>
  /** Writes down what someone wrote in the Messages tab; it is acknowledged next. */
  note: (call: Call) => Promise<void>
  /** Answers what someone wrote in the Messages tab. */
  write: (call: Call, channel: string) => void
  home: (call: Call, where: Where) => void
  greet: (call: Call, channel: string) => void
  /** Somebody put a reaction on the message of somebody else. */
  react: (call: Call, seen: Reacted) => void
  /** A message was deleted. */
  erased: (team: string, message: { channel: string; ts: string }) => void
  /** The app was removed from a workspace at this moment. */
  uninstalled: (team: string, at: Date) => void
  /** Waits for what is under way, some seconds at most. */
  drain: () => Promise<void>
}

/** A reaction: the emoji, on whose message, and where that stands. */
export type Reacted = { emoji: string; to: string; channel: string; ts: string }

const DRAIN_MS = 5_000

export function openWork(house: House, clients: Clients): Work {
  const world: Drawing = { house, clients }
  const pending = new Set<Promise<unknown>>()
  const heard = onceEach()
  const noted = new Map<string, Promise<() => Promise<void>>>()
  const nameOf = openNames(clients)
  const track = (work: Promise<unknown>): void => {
    const settled = work
      .catch((err: unknown) => house.log.error({ err }, 'something heard on Slack could not be done'))
      .finally(() => pending.delete(settled))
    pending.add(settled)
  }

  async function run({ where, call: came, kept }: Asked & { kept?: string }): Promise<void> {
    const press = kept === undefined ? undefined : await house.press('slack', where.team, kept)
    if (kept !== undefined && !press) return give(world, where, came, pressGone, 'private')
    const call = { ...came, ...press, given: { ...press?.given, ...came.given } }
    return answerCall(world, await named(call), where)
  }

  /** The name people know each other by, and whether this person may tie the workspace to a program. */
  async function named(call: Call): Promise<Call> {
    const person = await nameOf(call.workspace, call.user)
    const named = { ...call, userName: person.name ?? call.userName }
    if (!call.run.startsWith('setup')) return named
    const installer = (await clients.workspace(call.workspace).catch(() => undefined))?.installer
    const owner = person.owner || (installer !== undefined && installer === call.user)
    // Where nobody knows who installed the app, or Slack does not say who this is, the code alone decides.
    return owner || person.owner !== undefined ? { ...named, owner } : named
  }

  async function write(call: Call, channel: string): Promise<void> {
    const command = house.commands.get(call.run)
    if (command && missing(command, call.given).required.length > 0)
      return reply(world, call, channel, askToOpen(call, command.form ?? command.description))
    const { card, again } = await dispatched(world, await named(call))
    if (!again) await reply(world, call, channel, card)
  }

  async function greet(call: Call, channel: string): Promise<void> {
    const { workspace: team, user } = call
    if ((await house.channel('slack', team, 'start-here')) !== channel) return
    // Neither this app nor another one is a newcomer.
    if ((await clients.workspace(team))?.botUser === user || (await nameOf(team, user)).app) return
    // What greets is shown by the command itself, in the person's Messages tab.
    await house.dispatch(await named(call))
  }

  /** A manager's reaction with the program's emoji asks for the message; the answer is read by them alone, and by nobody in the channel. */
  async function react(call: Call, { emoji, to, channel, ts }: Reacted): Promise<void> {
    const { workspace: team, user } = call
    if (!house.commands.has(call.run) || !(await house.captures('slack', team, user, emoji))) return
    const address = await clients
      .call<{ permalink: string }>(team, 'chat.getPermalink', { channel, message_ts: ts })
      .then(({ permalink }) => permalink)
      .catch(() => standsAt(team, channel, ts))
    const given = { creator: `account:${to}`, url: address, source: 'reaction' }
    // Taken away and put there again it is the same wish.
    const asked = await named({ ...call, place: channel, eventId: `capture:${channel}:${ts}:${user}`, given })
    const { card, again } = await dispatched(world, asked)
    if (!again) await house.tell(asked, card)
  }

  async function uninstalled(team: string, at: Date): Promise<void> {
    clients.forget(team)
    // Slack tells it again for hours where nobody took it; who installed the app again meanwhile keeps it.
    if (!(await house.installs.drop('slack', team, at))) return
    house.log.warn({ team }, 'Troupe was removed from a Slack workspace')
    await house.removed('slack', team)
  }

  return {
    async run(asked, acknowledge) {
      if (!heard.first(asked.call)) return acknowledge()
      const answered = await house.keep(toAnswer(asked), asked.kept)
      try {
        await acknowledge()
      } catch (error) {
        // It will be told once more, as if for the first time.
        heard.forget(asked.call)
        await answered()
        throw error
      }
      track(run(asked).then(answered))
    },
    async note(call) {
      if (heard.before(call) || noted.has(call.eventId)) return
      const writing = house.keep(call)
      noted.set(call.eventId, writing)
      await writing
    },
    write(call, channel) {
      if (!heard.first(call)) return
      const writing = noted.get(call.eventId)
      noted.delete(call.eventId)
      track(write(call, channel).then(async () => (await writing)?.()))
    },
    home: (call, where) => heard.first(call) && track(named(call).then((known) => publishHome(world, known, where))),
    greet: (call, channel) => heard.first(call) && track(greet(call, channel)),
    react: (call, seen) => heard.first(call) && track(react(call, seen)),
    erased: (team, { channel, ts }) => track(house.erased('slack', team, [`/archives/${channel}/p${ts.replace('.', '')}`])),
    uninstalled: (team, at) => track(uninstalled(team, at)),
    async drain() {
      await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())])
    },
  }
}

const HEARD = 5_000

type Once = { first: (call: Call) => boolean; before: (call: Call) => boolean; forget: (call: Call) => void }

/** Whether a call is heard here for the first time. Bolt runs its listeners for every copy; the hall would still answer one of them. */
function onceEach(): Once {
  const heard = new Set<string>()
  const keyOf = ({ workspace, eventId }: Call): string => `${workspace} ${eventId}`
  return {
    before: (call) => heard.has(keyOf(call)),
    forget: (call) => void heard.delete(keyOf(call)),
    first(call) {
      const key = keyOf(call)
      if (heard.has(key)) return false
      heard.add(key)
      if (heard.size > HEARD) for (const oldest of [...heard].slice(0, HEARD / 2)) heard.delete(oldest)
      return true
    },
  }
}

/** The call with all that its late answer needs of where it was asked. */
const toAnswer = ({ call, where }: Asked): Call =>
  call.reply && where.replace ? { ...call, reply: { ...call.reply, replace: '1' } } : call

/** `owner` is undefined when Slack did not say it in time. */
type Known = { name?: string; owner?: boolean; app?: boolean }

const NAME_MS = 700
const NAMES_FRESH_MS = 10 * 60_000
const NAMES = 10_000

type Told = {
  user: {
    is_bot?: boolean
    is_admin?: boolean
    is_owner?: boolean
    is_primary_owner?: boolean
    real_name?: string
    profile?: { display_name?: string; real_name?: string }
  }
}

/** What a person is called in a workspace. A slow answer is not waited for: a window has three seconds to open. */
function openNames(clients: Clients): (team: string, user: string) => Promise<Known> {
  const names = new Map<string, { known: Known; at: number }>()
  return (team, user) => {
    const key = `${team} ${user}`
    const kept = names.get(key)
    if (kept && performance.now() - kept.at < NAMES_FRESH_MS) return Promise.resolve(kept.known)
    const asking = clients.call<Told>(team, 'users.info', { user }).then(({ user: told }) => {
      const name = told.profile?.display_name || told.profile?.real_name || told.real_name
      const owner = told.is_owner === true || told.is_primary_owner === true || told.is_admin === true
      const known: Known = { ...(name ? { name } : {}), owner, app: told.is_bot === true }
      if (names.size >= NAMES) names.clear()
      names.set(key, { known, at: performance.now() })
      return known
    })
    const late = new Promise<Known>((resolve) => setTimeout(resolve, NAME_MS, kept?.known ?? {}).unref())
    return Promise.race([asking.catch(() => kept?.known ?? {}), late])
  }
}
