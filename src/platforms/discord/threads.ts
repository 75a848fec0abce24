/** Private threads: the place of one person, and the talk about one thing. Both lie below #start-here. */
import { createHash } from 'node:crypto'
import { type APIChannel, type APIGuildMember, type APIThreadList, ChannelType, Routes } from 'discord.js'
import { type House, type WantedThread, waits } from '../platform.ts'
import { cut } from './fit.ts'
import type { Caller } from './rest.ts'
import { codeOf } from './trouble.ts'

type Thread = APIChannel & { name?: string | null; parent_id?: string | null }

export const ARCHIVED = 50_083

/** A week, the longest Discord knows; a post opens a thread again by itself. */
const archiveMinutes = 10_080
const NAME = 80

/** The person's own private thread; found again by the end of its name after a lost answer. */
export async function privatePlace(
  house: House,
  caller: Caller,
  workspace: string,
  personId: string,
  user: string,
): Promise<string> {
  const parent = await house.channel('discord', workspace, 'start-here')
  if (parent === undefined) throw waits('There is no #start-here in this server yet, and private threads are made below it.')
  const member = await caller.as<APIGuildMember>('get', Routes.guildMember(workspace, user))
  const name = member.nick ?? member.user.global_name ?? member.user.username
  const place = await findOrMake(caller, workspace, {
    parent,
    name,
    mark: personId.slice(-6),
    why: 'The private place of one creator',
  })
  await addTo(caller, place, user)
  return place
}

/** Many new direct messages at once look like spam to Discord, which then closes the bot's door; opening one again costs nothing. */
const directPace = { everyMs: 2_000, burst: 5 }

/** The direct message with an account. Discord opens it with everybody; who takes none refuses what is posted there. */
export async function directPlace(house: House, caller: Caller, user: string): Promise<string> {
  await house.pace('discord:direct', directPace)
  return (await caller.as<APIChannel>('post', Routes.userChannels(), { body: { recipient_id: user } })).id
}

/** Opens the thread about one thing; whoever of its people left the server is left out. */
export async function openThread(
  caller: Caller,
  workspace: string,
  { key, parent, title, users }: WantedThread,
): Promise<string> {
  const mark = createHash('sha256').update(key).digest('hex').slice(0, 6)
  const place = await findOrMake(caller, workspace, { parent, name: title, mark, why: 'Questions about one submission' })
  for (const user of users) {
    await addTo(caller, place, user).catch((error: unknown) => {
      if (!hasLeft(error)) throw error
    })
  }
  return place
}

/** Discord's codes for somebody who is no member, or no more. */
export const hasLeft = (error: unknown): boolean => [10_007, 10_013].includes(codeOf(error) ?? 0)

export async function closeThread(caller: Caller, place: string, name?: string): Promise<void> {
  // One that is archived takes no other name.
  if (name !== undefined) await caller.as('patch', Routes.channel(place), { body: { archived: false } })
  await caller.as('patch', Routes.channel(place), { body: { archived: true, ...(name === undefined ? {} : { name }) } })
}

export const reopen = (caller: Caller, place: string): Promise<void> =>
  caller.as('patch', Routes.channel(place), { body: { archived: false } })

/** One that is archived takes nobody, so it is opened again. */
export async function addTo(caller: Caller, place: string, user: string): Promise<void> {
  const add = (): Promise<void> => caller.as('put', Routes.threadMembers(place, user))
  await add().catch(async (error: unknown) => {
    if (codeOf(error) !== ARCHIVED) throw error
    await reopen(caller, place)
    await add()
  })
}

type Wanted = { parent: string; name: string; mark: string; why: string }

/** A thread whose making got no answer is found by its mark at the next try. */
async function findOrMake(caller: Caller, workspace: string, wanted: Wanted): Promise<string> {
  const before = await find(caller, workspace, wanted)
  if (before) return before
  const body = {
    name: `${cut(wanted.name, NAME)} · ${wanted.mark}`,
    type: ChannelType.PrivateThread,
    invitable: false,
    auto_archive_duration: archiveMinutes,
  }
  return (await caller.as<APIChannel>('post', Routes.threads(wanted.parent), { body, reason: wanted.why })).id
}

async function find(caller: Caller, workspace: string, { parent, mark }: Wanted): Promise<string | undefined> {
  const { threads } = await caller.as<APIThreadList>('get', Routes.guildActiveThreads(workspace))
  return threads.find((one: Thread) => one.parent_id === parent && one.name?.endsWith(`· ${mark}`))?.id
}
