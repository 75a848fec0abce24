/** Answers to interactions: acknowledged within their three seconds, filled in within their fifteen minutes. */
import { InteractionResponseType, MessageFlags, Routes } from 'discord.js'
import { opensForm } from '../../command.ts'
import { type Card, card, personsIn, toned } from '../../kernel/card.ts'
import { picturesOf } from '../pictures.ts'
import type { Call, Form, House } from '../platform.ts'
import { pressGone } from '../press.ts'
import { cut } from './fit.ts'
import { renderForm } from './form.ts'
import type { Heard, Reply } from './inbound.ts'
import { renderCard, withoutFiles } from './render.ts'
import type { Caller } from './rest.ts'
import { codeOf, isFault } from './trouble.ts'

/** What is left of the three seconds for looking something up before the acknowledgement must be on its way. */
const LOOK_MS = 1_500
const KEEP_MS = 300
/** Discord waits 3,000 ms; the way to us and back is a part of them. */
const ACKNOWLEDGE_MS = 2_800
/** What is said of an interaction that has run out: unknown webhook, message or interaction, invalid token. */
const runOut = new Set([10_008, 10_015, 10_062, 50_027])

export type Answering = { house: House; caller: Caller }

/** One interaction on its way to its answer. */
type Line = Answering & { reply: Reply; since: number; acknowledged: boolean; answered: () => Promise<void> }

/** Hears one interaction out; whatever goes wrong is logged and said, for nobody waits for this promise. */
export async function answer(world: Answering, heard: Heard): Promise<void> {
  const line: Line = {
    ...world,
    reply: heard.reply,
    since: performance.now(),
    acknowledged: false,
    answered: async () => {},
  }
  try {
    if (heard.kind === 'suggest') return await suggest(line, heard)
    if (heard.kind === 'stray') return await sayAtOnce(line, heard.card)
    if (heard.kind === 'kept') await answerKept(line, heard)
    else await answerCall(line, heard.call)
    await line.answered()
  } catch (err) {
    world.house.log.error({ err, interaction: heard.reply.id }, 'an interaction could not be answered')
    if (heard.kind !== 'suggest') await apologise(line)
  }
}

/** The first answer. False when nothing more is to be done: it was answered by another process, or ran out. */
async function acknowledge(line: Line, body: object): Promise<boolean> {
  const { id, token } = line.reply
  const left = ACKNOWLEDGE_MS - (performance.now() - line.since)
  const mine = await line.caller.acknowledge(Routes.interactionCallback(id, token), body, left)
  line.acknowledged = mine
  return mine
}

async function suggest(line: Line, heard: Extract<Heard, { kind: 'suggest' }>): Promise<void> {
  const found = await line.house.suggest(heard.call, heard.option, heard.typed).catch(() => [])
  // A value that is cut is another value.
  const choices = found
    .filter(({ value }) => value !== '' && value.length <= 100)
    .slice(0, 25)
    .map(({ label, value }) => ({ name: cut(label, 100) || value, value }))
  await acknowledge(line, { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices } })
}

/** A short card to the asker alone, for what can't be a call. */
async function sayAtOnce(line: Line, shown: Card): Promise<void> {
  const { payload } = renderCard(shown, { mention: () => undefined })
  const data = { ...payload, flags: payload.flags | MessageFlags.Ephemeral }
  await acknowledge(line, { type: InteractionResponseType.ChannelMessageWithSource, data })
}

/** Looks the press up; if that takes too long, it is acknowledged first, and what is missing is asked by the card's own Fix. */
async function answerKept(line: Line, heard: Extract<Heard, { kind: 'kept' }>): Promise<void> {
  const { call } = heard
  const looking = line.house.press('discord', call.workspace, heard.press)
  const found = await Promise.race([looking, after(LOOK_MS)])
  const whole = (press: { run: string; given: Record<string, string> }): Call => ({
    ...call,
    run: press.run,
    given: { ...press.given, ...heard.chosen, ...call.given },
  })
  if (found && found !== 'late') return answerCall(line, whole(found))
  const asked = { ...call, given: { ...heard.chosen, ...call.given } }
  if (!(await defer(line, 'private', asked, heard.press))) return
  const press = await looking
  if (press) await runAndFill(line, whole(press))
  else await fill(line, line.reply, pressGone)
}

/** Opens the form where something is missing, else acknowledges, runs and fills the answer in. */
async function answerCall(line: Line, call: Call): Promise<void> {
  const { house } = line
  const command = house.commands.get(call.run)
  // A modal can't answer a modal; and where nothing is missing nothing has to be looked up before the acknowledgement.
  const mayAsk = call.by !== 'form' && command && opensForm(command, call.given)
  const form = mayAsk ? await house.formFor(call) : undefined
  if (form) return openForm(line, call, form)
  if (await defer(line, command?.visibility ?? 'private', call)) await runAndFill(line, call)
}

async function openForm(line: Line, call: Call, form: Form): Promise<void> {
  const names = form.fields.filter((field) => field.kind === 'id' && field.suggests).map((field) => field.name)
  const lists = await Promise.all(names.map(async (name) => [name, await line.house.suggest(call, name, '')] as const))
  const { modal, presses } = renderForm(form, Object.fromEntries(lists))
  if (presses.length > 0) {
    const kept = line.house.keepPresses('discord', call.workspace, presses)
    // Whoever fills a form in takes longer than the slowest write.
    kept.catch((err: unknown) => line.house.log.error({ err }, 'what a form is for could not be kept'))
    await Promise.race([kept, after(KEEP_MS)])
  }
  await acknowledge(line, { type: InteractionResponseType.Modal, data: modal })
}

/** Says "thinking", which is owed an answer whatever happens. A press on a card that only the asker sees will replace it. */
async function defer(line: Line, visibility: 'private' | 'public', asked: Call, press?: string): Promise<boolean> {
  line.answered = await line.house.keep(asked, press)
  return acknowledge(
    line,
    line.reply.fromPrivate
      ? { type: InteractionResponseType.DeferredMessageUpdate }
      : {
          type: InteractionResponseType.DeferredChannelMessageWithSource,
          data: visibility === 'private' ? { flags: MessageFlags.Ephemeral } : {},
        },
  )
}

async function runAndFill(line: Line, call: Call): Promise<void> {
  const { card: shown } = await line.house.dispatch(call)
  try {
    await fill(line, line.reply, shown)
  } catch (err) {
    const code = codeOf(err)
    if (!isFault(err) && !(code !== undefined && runOut.has(code))) throw err
    line.house.log.warn({ code, run: call.run }, 'an answer came too late for its place; it is shown privately')
    await line.house.tell(call, shown)
  }
}

/** Something of ours broke: whoever asked must not be left with "thinking". */
async function apologise(line: Line): Promise<void> {
  const said = line.acknowledged ? fill(line, line.reply, broken) : sayAtOnce(line, broken)
  // What could not be said at all is answered at the next start.
  await said.then(line.answered, (err: unknown) => line.house.log.warn({ err }, 'nor could that be said'))
}

const broken = toned(
  'bad',
  card('Something broke here, not with you', 'Please ask again in a minute; if it stays, tell a manager.'),
)

const after = (ms: number): Promise<'late'> => new Promise((resolve) => setTimeout(resolve, ms, 'late').unref())

/** Puts the card where "thinking" stands. */
export async function fill(
  { house, caller }: Answering,
  { application, token, workspace }: Pick<Reply, 'application' | 'token' | 'workspace'>,
  shown: Card,
): Promise<void> {
  const { payload, files } = await draw(house, workspace, shown)
  await caller.reply('patch', Routes.webhookMessage(application, token, '@original'), {
    body: { ...payload, attachments: namesOf(files) },
    files,
  })
}

type File = { name: string; data: Uint8Array; contentType: string }

/** The files that a message has from now on: those that are not named again are removed by an edit. */
export const namesOf = (files: File[]): { id: number; filename: string }[] =>
  files.map(({ name }, id) => ({ id, filename: name }))

/** resources/message: a request has at most 25 MiB; the rest of it is words. */
const room = { bytes: 24 * 1024 * 1024 }

/** A card as a message body with its files; what can't be had is said in words. */
export async function draw(house: House, workspace: string, shown: Card) {
  const accounts = await house.accounts('discord', workspace, personsIn(shown))
  const rendered = renderCard(shown, { mention: (personId) => accounts.get(personId) })
  const { pictures, missing: absent } = await picturesOf(house, 'discord', workspace, rendered.files, room)
  await house.keepPresses('discord', workspace, rendered.presses)
  const { payload } = withoutFiles(rendered, absent)
  const files: File[] = pictures.map(({ name, bytes, mime }) => ({ name, data: Buffer.from(bytes), contentType: mime }))
  return { payload, files }
}
