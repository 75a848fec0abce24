/** Whether guests or people of other companies are in the channels of the program, for these can do less than members. */
import { type Check, good, listed, skipped, warned } from './check.ts'
import type { KnownSpace } from './known.ts'
import type { Call } from './slack.ts'

export type Person = {
  id: string
  name?: string
  real_name?: string
  is_bot?: boolean
  is_restricted?: boolean
  is_ultra_restricted?: boolean
  is_stranger?: boolean
}

const PAGES = 20
/** More are not asked one by one; Slack takes about a hundred such questions a minute. */
const MOST = 60

export async function peopleChecks(call: Call, team: string, space: KnownSpace): Promise<Check[]> {
  const inside = new Set<string>()
  for (const { id } of space.channels)
    for (const user of (await listOf<string>(call, 'conversations.members', 'members', { channel: id })) ?? []) inside.add(user)
  if (inside.size === 0) return [skipped(`${team}: people`, 'nobody can be seen in the channels of the program')]
  const own = await listOf<Person>(call, 'users.list', 'members', { limit: '1000' })
  // Everyone would look like a stranger.
  if (!own) return [skipped(`${team}: people`, 'Slack does not list the people of the workspace now')]
  const known = own.filter((one) => inside.has(one.id))
  // Whoever is not listed is of another workspace.
  const others = [...inside].filter((id) => !own.some((one) => one.id === id))
  const asked: Person[] = []
  for (const id of others.slice(0, MOST)) {
    const said = await call('users.info', { user: id })
    asked.push(said.ok ? (said.user as Person) : { id, is_stranger: true })
  }
  const unasked = others.slice(MOST).map((id): Person => ({ id, is_stranger: true }))
  return kindsOf(team, [...known, ...asked, ...unasked])
}

/** All pages of a list; undefined when one could not be read. */
async function listOf<T>(call: Call, method: string, key: string, args: Record<string, string>): Promise<T[] | undefined> {
  const all: T[] = []
  let cursor = ''
  for (let page = 0; page < PAGES; page++) {
    const said = await call(method, { ...args, ...(cursor === '' ? {} : { cursor }) })
    if (!said.ok) return undefined
    all.push(...(said[key] as T[]))
    cursor = (said.response_metadata as { next_cursor?: string } | undefined)?.next_cursor ?? ''
    if (cursor === '') break
  }
  return all
}

const nameOf = (one: Person): string => one.real_name || one.name || one.id

/** What each kind of account can and can't do here; docs/slack.md says the same at length. */
export function kindsOf(team: string, people: Person[]): Check[] {
  const kind = (fits: (one: Person) => boolean | undefined) => people.filter((one) => !one.is_bot && fits(one)).map(nameOf)
  const strangers = kind((one) => one.is_stranger)
  const single = kind((one) => !one.is_stranger && one.is_ultra_restricted)
  const multi = kind((one) => !one.is_stranger && one.is_restricted && !one.is_ultra_restricted)
  const name = `${team}: people`
  const checks = [
    ...(multi.length > 0
      ? [
          warned(
            name,
            `${guests(multi, 'multi-channel guest')}: buttons and forms work, commands only where the workspace allows guests that, and Troupe can't let them into channels`,
            'Allow it under Manage apps, App management settings (multi-channel guests may use app slash commands), and add them to the channels by hand.',
          ),
        ]
      : []),
    ...(single.length > 0
      ? [
          warned(
            name,
            `${guests(single, 'single-channel guest')}: they see one channel only and have no commands of apps`,
            'Make them multi-channel guests or members, or let them join by PUBLIC_URL/join and the dashboard.',
          ),
        ]
      : []),
    ...(strangers.length > 0
      ? [
          warned(
            name,
            `${listed(strangers, 3)} ${strangers.length === 1 ? 'comes' : 'come'} by Slack Connect: they read the channel, but have no commands, shortcuts or Messages tab of Troupe`,
            'Make them guests of your workspace, or let them join by PUBLIC_URL/join and the dashboard.',
          ),
        ]
      : []),
  ]
  const count = people.filter((one) => !one.is_bot).length
  return checks.length > 0 ? checks : [good(name, `${count} in the channels of the program, all of them members`)]
}

const guests = (names: string[], kind: string): string =>
  `${listed(names, 3)} ${names.length === 1 ? `is a ${kind}` : `are ${kind}s`}`
