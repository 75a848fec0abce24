/** A program on the local Slack, with the real Bolt between them. */
import type { AddressInfo } from 'node:net'
import type { App } from '../../../src/app.ts'
import type { AnyCommand } from '../../../src/command.ts'
import { discover, sourceFolder } from '../../../src/discover.ts'
import { houseOf } from '../../../src/house.ts'
import { createLog } from '../../../src/log.ts'
import { recognise, setRole } from '../../../src/people/service.ts'
import type { House } from '../../../src/platforms/platform.ts'
import { type SlackOptions as DoorOptions, type SlackPlatform, slackPlatform } from '../../../src/platforms/slack/index.ts'
import { manifest } from '../../../src/platforms/slack/manifest.ts'
import { prepareSpace } from '../../../src/programs/service.ts'
import { FIRST, type Player, type Stage, type Upload, type Values } from '../../stories/stage.ts'
import { awake, world } from '../../world.ts'
import { type LocalSlack, localSlack, type Posted, type Seen, type Shown, type SlackOptions } from './local.ts'

/** A loaded machine takes its time. */
const PATIENT = { patience: 6_000 }

export type SlackStage = Stage & {
  slack: LocalSlack
  door: SlackPlatform
  /** What the doors have logged as warnings and errors, one JSON object a line. */
  logged: string[]
  /** Another door of the same Slack app, as another process would have it. */
  another: (more?: Partial<DoorOptions>, house?: Partial<House>, app?: App) => SlackPlatform
  /** Ties a workspace to the program, with its channels. */
  tie: (teamId: string) => Promise<void>
  userId: (name: string) => Promise<string>
}

/** Posts come as fast as they can, for tests that look at something else. */
export const hasty: Partial<House> = { pace: async () => () => {} }

/** Over a socket or, in http mode, behind the house's own server. `more` are options of the door, `own` parts of its house. */
export async function slackStage(
  options: Partial<SlackOptions> = {},
  more: Partial<DoorOptions> = {},
  own: Partial<House> = {},
  started = true,
): Promise<SlackStage> {
  const opening = world({ now: new Date().toISOString(), program: awake, mounts: () => [door.routes] })
  const commands = await discover<AnyCommand>(sourceFolder('../commands'))
  const made = manifest([...commands.values()], { name: 'Troupe', shortNames: false, prefix: '' })
  const [w, slack] = await Promise.all([opening, localSlack({ mode: 'socket', manifest: made, ...options })])
  // These stories are told on Slack alone.
  w.app.platforms.delete('web')
  const { apiUrl: apiBase, botToken, appToken, signingSecret } = slack
  const reached = options.mode === 'http' ? { signingSecret } : { appToken }
  const logged: string[] = []
  const log = createLog('warn', { write: (line) => void logged.push(line) })
  const doors: SlackPlatform[] = []
  function another(others: Partial<DoorOptions> = {}, house: Partial<House> = {}, app: App = w.app): SlackPlatform {
    const usual = { apiBase, botToken, ...reached, pingMs: 1_200, timeoutMs: 5_000 }
    const one = slackPlatform({ ...houseOf(app), log, ...house }, { ...usual, ...more, ...others })
    doors.push(one)
    return one
  }
  const door = another({}, own)
  w.app.platforms.set('slack', door)
  await w.within((ctx) => ctx.db.space.deleteMany({ where: { programId: w.programId } }))
  async function tie(workspace: string): Promise<void> {
    await w.within(async (ctx) => {
      const id = ctx.id('space')
      await ctx.db.space.create({
        data: { id, programId: w.programId, platform: 'slack', workspace, createdAt: ctx.now },
      })
      await prepareSpace(ctx, id, ctx.id('person'))
    })
    await w.app.runJob('deliver')
  }
  if (started) {
    await tie(slack.teamId)
    await door.start()
    if (options.mode === 'http') {
      const { server } = await w.serve()
      await server.listen({ port: 0, host: '127.0.0.1' })
      await slack.deliverTo(`http://127.0.0.1:${(server.server.address() as AddressInfo).port}/slack/events`)
    } else await slack.connected()
  }

  const users = new Map<string, Promise<string>>()
  const userId = (name: string): Promise<string> => {
    const known = users.get(name) ?? slack.member(name)
    users.set(name, known)
    return known
  }

  async function person(name: string, role?: 'manager' | 'admin'): Promise<Player> {
    const user = await userId(name)
    if (role) {
      await w.within(async (ctx) => {
        const account = { platform: 'slack', workspace: slack.teamId, user, userName: name, programId: w.programId }
        const { membership } = await recognise(ctx, account)
        await setRole(ctx, membership.personId, role)
        await ctx.grant(membership.personId, role, true)
      })
      await w.app.runJob('deliver')
    }
    return player(slack, w, name, user)
  }

  return {
    w,
    slack,
    door,
    logged,
    another,
    tie,
    person,
    userId,
    async roles(name) {
      const user = await userId(name)
      const groups = await slack.usergroups()
      return groups.filter((group) => group.users.includes(user)).map((group) => group.name)
    },
    async restart() {
      await w.app.platforms.get('slack')!.stop()
      const next = another({}, own)
      w.app.platforms.set('slack', next)
      await next.start()
      await slack.connected()
    },
    objections: () => slack.violations(),
    async close() {
      for (const one of doors) await one.stop()
      await w.close()
      await slack.stop()
    },
  }
}

function player(slack: LocalSlack, w: Stage['w'], name: string, user: string): Player {
  let last: Posted | undefined
  let view: Shown | undefined
  let seenBefore: string | undefined

  function took(seen: Seen): string {
    view = seen.view
    last = seen.ephemeral.at(-1) ?? seen.messages.at(-1) ?? last
    if (view && view.fields.length > 0) return [view.title, ...view.fields.map((field) => field.label)].join('\n')
    const acked = seen.ack.body as { text?: string } | undefined
    return [acked?.text ?? '', view?.words ?? '', seen.words].filter((words) => words !== '').join('\n')
  }

  const place = async (where?: string): Promise<string> => {
    await w.app.runJob('deliver')
    if (where === undefined) return (await slack.dm(user)).channel
    const known = (await slack.channels()).find((channel) => channel.name === where)
    if (!known) throw new Error(`There is no #${where}.`)
    return known.id
  }

  /** The window closes first; what it led to may take a while. */
  async function shown(sent: Seen): Promise<Seen> {
    for (let n = 0; n < 100 && sent.words === '' && !sent.view; n++) {
      const newest = (await slack.ephemerals(user)).at(-1)
      if (newest && `${newest.ts} ${newest.words}` !== seenBefore) return { ...sent, ephemeral: [newest], words: newest.words }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return sent
  }

  return {
    name,
    ask: async (command, given: Values = {}) => took(await slack.slash(user, line(command, given), PATIENT)),
    async fill(values) {
      if (!view) throw new Error(`${name} has no form open.`)
      const answers: Record<string, unknown> = {}
      for (const field of view.fields) {
        const value = values[field.blockId]
        if (value !== undefined) answers[field.blockId] = await typed(slack, user, view, field, value)
      }
      const before = (await slack.ephemerals(user)).at(-1)
      seenBefore = before && `${before.ts} ${before.words}`
      const sent = await slack.submitView(user, view.id, answers as never, PATIENT)
      if (sent.errors)
        return Object.entries(sent.errors)
          .map(([field, sentence]) => `${field}: ${sentence}`)
          .join('\n')
      return took(await shown(sent))
    },
    async press(label, where) {
      let message = where === undefined && last?.buttons.includes(label) ? last : undefined
      // On a loaded machine what was done a moment ago may not be shown yet.
      for (let n = 0; !message && n < 20; n++) {
        if (n > 0) await new Promise((resolve) => setTimeout(resolve, 250))
        message = (await slack.messages(await place(where))).toReversed().find((one) => one.buttons.includes(label))
      }
      if (!message) throw new Error(`${name} sees no button "${label}".`)
      return took(await slack.press(user, message.channel, message.ts, label, PATIENT))
    },
    async sees(where) {
      const channel = await place(where)
      return (await slack.messages(channel)).map((message) => message.words).join('\n\n')
    },
  }
}

const line = (command: string, given: Values): string =>
  [`/troupe ${command}`, ...Object.entries(given).map(([name, value]) => `${name}:"${value as string}"`)].join(' ')

async function typed(
  slack: LocalSlack,
  user: string,
  view: Shown,
  field: Shown['fields'][number],
  value: string | Upload,
): Promise<unknown> {
  if (typeof value !== 'string') return { files: [value] }
  if (field.type !== 'external_select') return value
  const { options } = await slack.suggest(user, view.id, field.blockId, value === FIRST ? '' : value)
  return value === FIRST ? options[0]!.value : value
}
