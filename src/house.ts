/** What the chat doors get of the house, and what the house gets through them. */
import type { App } from './app.ts'
import { accountOf, type FileRef, fileFromWords, type Option, problems } from './command.ts'
import { MAX_BYTES } from './content/media.ts'
import { pictureFor } from './content/open.ts'
import { uploadedFile } from './content/uploads.ts'
import type { Context } from './context.ts'
import { installsOf } from './installs.ts'
import { type Card, card, toned } from './kernel/card.ts'
import { Refusal } from './kernel/refusal.ts'
import { hours, localDay } from './kernel/time.ts'
import { Crowded } from './kernel/turn.ts'
import { UPLOADED } from './kernel/upload-word.ts'
import { sourceGone } from './moments/sources.ts'
import { openAlone, openPace } from './pace.ts'
import { asRole, atLeast } from './people/service.ts'
import { bareForm, formFor, suggest } from './platforms/ask.ts'
import { dispatch } from './platforms/dispatch.ts'
import type { Call, Form, House } from './platforms/platform.ts'
import { keptPress, programOf } from './platforms/porter.ts'
import { policyOf } from './programs/rules.ts'
import { spacesOf } from './spaces.ts'

/** The program of a space, and the person behind an account, where they are known. */
function lookIn(app: App) {
  return {
    programAt: (platform: string, workspace: string) => programOf(app, { platform, workspace }),
    async personOf(platform: string, workspace: string, externalId: string): Promise<string | undefined> {
      const where = { platform_workspace_externalId: { platform, workspace, externalId } }
      return (await app.database.across((db) => db.identity.findUnique({ where })))?.personId
    },
  }
}

export function houseOf(app: App): House {
  const { programAt, personOf } = lookIn(app)
  return {
    log: app.log,
    clock: app.clock,
    commands: app.commands,
    dispatch: (call) => dispatch(app, call),
    keep: (call, press) => app.left.keep(call, press),
    formFor: (call) => formInTime(app, call),
    suggest: (call, option, typed) => suggest(app, call, option, typed),
    check: (run, given) => {
      const command = app.commands.get(run)
      return command ? problems(command, given) : []
    },
    async file(platform, workspace, fileId, fits) {
      const programId = await programAt(platform, workspace)
      return programId === undefined ? undefined : pictureFor(app, programId, fileId, fits)
    },
    async accounts(platform, workspace, personIds) {
      if (personIds.length === 0) return new Map()
      const rows = await app.database.across((db) =>
        db.identity.findMany({
          where: { platform, workspace, personId: { in: personIds } },
          select: { personId: true, externalId: true },
        }),
      )
      return new Map(rows.map((row) => [row.personId, row.externalId]))
    },
    personOf,
    async tell({ platform, workspace, user, eventId }, answer) {
      const programId = await programAt(platform, workspace)
      const person = await personOf(platform, workspace, user)
      if (programId === undefined || person === undefined) return
      await app.within(programId, (ctx) => ctx.show({ person }, `late:${eventId}`, answer))
    },
    ...pressesOf(app),
    async channel(platform, workspace, audience) {
      const programId = await programAt(platform, workspace)
      if (programId === undefined) return undefined
      return app.database.within(programId, async (db) => {
        const space = await db.space.findUniqueOrThrow({ where: { platform_workspace: { platform, workspace } } })
        const where = { spaceId_audience: { spaceId: space.id, audience } }
        return (await db.channel.findUnique({ where }))?.externalId
      })
    },
    ...spacesOf(app),
    ...teamOf(app),
    captures: openCaptures(app),
    alone: openAlone(app.database.pool),
    pace: openPace(app.database.pool),
    installs: installsOf(app),
  }
}

const doorNames: Record<string, string> = { discord: 'Discord', slack: 'Slack' }

/** What was meant for a workspace without the app waits or is parked; everyone in it is unreachable until then. */
function removedCard(platform: string, url: (path: string) => string): Card {
  const name = doorNames[platform] ?? platform
  return toned(
    'bad',
    card(
      `Troupe was removed from ${name}`,
      `Whoever is known on ${name} alone can’t be reached, and nothing is posted there.`,
      platform === 'slack'
        ? `An admin of the workspace installs it again at ${url('/slack/install')}, or with the manifest that npm run publish prints. What could not be shown is tried again from /parked.`
        : 'Invite it again; npm run doctor prints the invitation. Then type /setup channels there. What could not be shown is tried again from /parked.',
    ),
  )
}

/** Who manages a program, and what its managers have to know of its doors. */
function teamOf(app: App): Pick<House, 'manages' | 'removed' | 'erased'> {
  const { programAt, personOf } = lookIn(app)
  return {
    async manages(platform, workspace, externalId) {
      const programId = await programAt(platform, workspace)
      const personId = await personOf(platform, workspace, externalId)
      if (programId === undefined || personId === undefined) return false
      const key = { programId_personId: { programId, personId } }
      const membership = await app.database.within(programId, (db) => db.membership.findUnique({ where: key }))
      return membership !== null && atLeast(asRole(membership.role), 'manager')
    },
    async erased(platform, workspace, tails) {
      const programId = await programAt(platform, workspace)
      if (programId !== undefined) await app.within(programId, (ctx) => sourceGone(ctx, tails))
    },
    async removed(platform, workspace) {
      const programId = await programAt(platform, workspace)
      if (programId === undefined) return
      await app.within(programId, (ctx) =>
        ctx.show(
          { channel: 'managers' },
          `removed:${platform}:${workspace}:${localDay(ctx.now, ctx.program.zone)}`,
          removedCard(platform, ctx.url),
        ),
      )
    },
  }
}

const EMOJI_FRESH_MS = 60_000
const EMOJIS = 1_000

/** A busy server reacts all day: the emoji of its program is asked for once a minute, and only then who reacted. */
function openCaptures(app: App): House['captures'] {
  const known = new Map<string, { emoji: string | undefined; at: number }>()
  const emojiAt = async (platform: string, workspace: string): Promise<string | undefined> => {
    const key = `${platform} ${workspace}`
    const kept = known.get(key)
    if (kept && performance.now() - kept.at < EMOJI_FRESH_MS) return kept.emoji
    const programId = await programOf(app, { platform, workspace })
    const program =
      programId === undefined
        ? null
        : await app.database.within(programId, (db) => db.program.findUnique({ where: { id: programId } }))
    const emoji = program ? policyOf(program).captureEmoji : undefined
    if (known.size >= EMOJIS) known.clear()
    known.set(key, { emoji, at: performance.now() })
    return emoji
  }
  // Some clients send an emoji with its variation selector and some without.
  const bare = (emoji: string): string => emoji.replaceAll('\ufe0f', '').replaceAll(':', '')
  return async (platform, workspace, user, emoji) => {
    const wanted = await emojiAt(platform, workspace)
    return wanted !== undefined && bare(wanted) === bare(emoji) && (await teamOf(app).manages(platform, workspace, user))
  }
}

/** Presses that are too long for a platform, by the program that a space belongs to. */
function pressesOf(app: App): Pick<House, 'keepPresses' | 'press'> {
  const { programAt } = lookIn(app)
  return {
    async keepPresses(platform, workspace, presses) {
      const programId = await programAt(platform, workspace)
      if (programId === undefined || presses.length === 0) return
      await app.within(programId, async (ctx) => {
        const data = presses.map((press) => ({ ...press, programId, createdAt: ctx.now }))
        await ctx.db.press.createMany({ data, skipDuplicates: true })
        // What is shown once more is kept as long from today; a few hours more or less are not worth a write at each showing.
        const id = { in: presses.map((press) => press.id).sort() }
        await ctx.db.press.updateMany({
          where: { programId, id, createdAt: { lt: hours(ctx.now, -6) } },
          data: { createdAt: ctx.now },
        })
      })
    },
    async press(platform, workspace, id) {
      const programId = await programAt(platform, workspace)
      return programId === undefined ? undefined : keptPress(app, programId, id)
    },
  }
}

const FORM_MS = 1_200

/** A form that opens late can't open at all: without the person's role and what they typed before, it is still the right form. */
function formInTime(app: App, call: Call): Promise<Form | undefined> {
  const bare = () => bareForm(app, call)
  const late = new Promise<void>((resolve) => setTimeout(resolve, FORM_MS).unref()).then(bare)
  const drawn = app.database.hurried(FORM_MS, () => formFor(app, call))
  const crowded = (error: unknown) => {
    if (error instanceof Crowded) return bare()
    throw error
  }
  return Promise.race([drawn.catch(crowded), late])
}

/** A unit of work of a call, when it is its turn. */
const unit = <T>(app: App, programId: string, work: (ctx: Context) => Promise<T>): Promise<T> =>
  app.turn(() => app.within(programId, work))

/**
 * The call with accounts replaced by whom they belong to, and with its files copied in and named by their own ids. A file that was
 * copied before is not asked for again.
 */
export async function bring(app: App, programId: string, call: Call): Promise<Call> {
  const given = { ...call.given, ...(await meantBy(app, programId, call)) }
  const options = app.commands.get(call.run)?.options ?? {}
  for (const [name, value] of Object.entries(given)) given[name] = fileFromWords(options[name], value, call.platform) ?? value
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string' && value.platform !== 'web') given[name] = await copied(app, programId, call, value)
  }
  return { ...call, given }
}

/** Only an option that asks for a person or a creator is looked at; anywhere else an account is just words. */
async function meantBy(app: App, programId: string, call: Call): Promise<Record<string, string>> {
  const options = app.commands.get(call.run)?.options ?? {}
  const named = Object.entries(call.given).flatMap(([name, value]) => {
    const account = accountOf(options[name], value)
    return account ? [{ ...account, field: name, option: options[name]! }] : []
  })
  if (named.length === 0) return {}
  return unit(app, programId, async (ctx) => {
    const found: Record<string, string> = {}
    for (const { field, option, user } of named) found[field] = await behind(ctx, call, user, field, option)
    return found
  })
}

/** Nobody is made for being pointed at, for the word may have been typed: who was never seen here is nobody yet. */
async function behind(ctx: Context, call: Call, user: string, field: string, { label, of }: Option): Promise<string> {
  const { platform, workspace } = call
  const where = { platform_workspace_externalId: { platform, workspace, externalId: user } }
  const personId = (await ctx.db.identity.findUnique({ where }))?.personId
  const key = personId === undefined ? undefined : { programId_personId: { programId: ctx.program.id, personId } }
  const creator = key && of === 'creator' ? await ctx.db.creator.findUnique({ where: key }) : null
  if (creator) return creator.id
  if (of === 'creator')
    throw new Refusal(
      'not_found',
      `“${label}”: the account you picked is no creator of ${ctx.program.name}.`,
      'Pick someone who has joined the program.',
      field,
    )
  if (key && (await ctx.db.membership.findUnique({ where: key }))) return personId!
  throw new Refusal(
    'not_found',
    `“${label}”: this account was never seen here.`,
    'Ask them to type /help once, then try again.',
    field,
  )
}

async function copied(app: App, programId: string, call: Call, file: FileRef): Promise<FileRef> {
  if (file.platform === UPLOADED) return sentBy(app, programId, call, file)
  const platform = app.platforms.get(file.platform)
  if (!platform) throw new Error(`There is no open door called ${file.platform}.`)
  return app.copying(async () => {
    const bytes = await platform.fetchFile(call.workspace, file, MAX_BYTES).catch((error: unknown) => {
      throw error instanceof Refusal && error.code === 'over_limit' ? withPage(app, call, error) : error
    })
    return unit(app, programId, async (ctx) => {
      const stored = await ctx.store(bytes, file.name)
      return { platform: 'web', ref: stored.id, name: file.name, bytes: stored.bytes, mime: stored.mime }
    })
  })
}

/** Who hands in content has a page for what a chat does not carry; what was asked for goes along. */
function withPage(app: App, { run, given }: Call, { code, sentence, field }: Refusal): Refusal {
  if (app.commands.get(run)?.role !== 'creator') return new Refusal(code, sentence, 'Send a smaller file.', field)
  const about = Object.fromEntries(
    Object.entries(given).filter(
      (entry): entry is [string, string] => ['mission', 'submission'].includes(entry[0]) && typeof entry[1] === 'string',
    ),
  )
  const fix = 'Send it from your phone or computer instead: the page takes up to 1 GB. What you typed is kept.'
  return new Refusal(code, sentence, fix, field, { label: 'Upload from phone', run: 'upload', given: about })
}

/** What the asker sent through their own page; the word may have been written by anybody. */
const sentBy = (app: App, programId: string, { platform, workspace, user }: Call, { ref }: FileRef): Promise<FileRef> =>
  unit(app, programId, async (ctx) => {
    const where = { platform_workspace_externalId: { platform, workspace, externalId: user } }
    const { id, name, bytes, mime } = await uploadedFile(ctx, (await ctx.db.identity.findUnique({ where }))?.personId, ref)
    return { platform: 'web', ref: id, name, bytes, mime }
  })
