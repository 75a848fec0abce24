/** Eight toxics, each way, before Discord and Slack: a post that is tried until it goes is there once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Card } from '../../src/kernel/card.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import { type DiscordStage, discordStage } from '../doors/discord/stage.ts'
import { hasty, type SlackStage, slackStage } from '../doors/slack/stage.ts'
import { channelNamed } from '../doors/slack/trouble.ts'
import { ended, recovered } from './cells.ts'
import { figure } from './figure.ts'
import { type Direction, directions, openProxy, type Toxic, type ToxicProxy, toxics } from './proxy.ts'

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => {
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

const cells = toxics.flatMap((toxic) => directions.map((direction) => ({ kind: toxic.kind, direction, toxic })))
const words = (title: string): Card => ({ title, tone: 'plain', blocks: [] })

type Open = { proxy: ToxicProxy; door: Platform; workspace: string; place: string; shown: (title: string) => Promise<number> }

async function cell(name: string, open: Open, toxic: Toxic, direction: Direction): Promise<void> {
  const { proxy, door, workspace, place, shown } = open
  const title = `${toxic.kind.replace('_', ' ')} ${direction}`
  const post = (again: boolean) => door.post(workspace, place, { nonce: title, card: words(title), pin: false, again })
  proxy.poison(direction, toxic)
  const during = await ended('a post', post(false), 20_000)
  proxy.cure()
  const ms = during.ok ? 0 : await recovered('a post', () => post(true))
  expect(await shown(title)).toBe(1)
  const how = `${during.ok ? 'done' : 'refused'} ${Math.round(during.ms)}; ${Math.round(ms)}`
  figure('F8', `${name} ${title}, ms until it ended and until it was tried again with success`, how)
}

describe('Discord', () => {
  let stage: DiscordStage
  let open: Open
  beforeAll(async () => {
    stage = await discordStage()
    const { discord } = stage
    const proxy = await openProxy({ host: '127.0.0.1', port: Number(new URL(discord.apiBase).port) })
    open = {
      proxy,
      door: stage.another({ apiBase: proxy.through(discord.apiBase), timeoutMs: 1_500 }),
      workspace: discord.guildId,
      place: discord.channelId,
      shown: async (title) => (await discord.messages('general')).filter((one) => one.text.includes(title)).length,
    }
  })
  afterAll(async () => {
    await stage?.close()
    await open?.proxy.close()
  })

  test.each(cells)('discord: $kind $direction', ({ toxic, direction }) => cell('discord', open, toxic, direction))
})

describe('Slack', () => {
  let stage: SlackStage
  let open: Open
  beforeAll(async () => {
    stage = await slackStage({}, {}, hasty)
    const { slack } = stage
    const proxy = await openProxy({ host: '127.0.0.1', port: Number(new URL(slack.apiUrl).port) })
    const place = await channelNamed(stage, 'wins')
    open = {
      proxy,
      door: stage.another({ apiBase: proxy.through(slack.apiUrl), timeoutMs: 1_500 }, hasty),
      workspace: slack.teamId,
      place,
      shown: async (title) => (await slack.messages(place)).filter((one) => one.words.includes(title)).length,
    }
  })
  afterAll(async () => {
    await stage?.close()
    await open?.proxy.close()
  })

  test.each(cells)('slack: $kind $direction', ({ toxic, direction }) => cell('slack', open, toxic, direction))
})
