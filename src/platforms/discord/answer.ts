/** Answers to interactions: acknowledged within their three seconds, filled in within their fifteen minutes. */
import { InteractionResponseType, MessageFlags, Routes } from 'discord.js'
import { missing } from '../../command.ts'
import { type Card, card, toned } from '../../kernel/card.ts'
import { picturesOf } from '../pictures.ts'
import type { Call, House } from '../platform.ts'
import { renderForm } from './form.ts'
import type { Heard, Reply } from './inbound.ts'
import { renderCard, withoutFiles } from './render.ts'
import { type Caller, codeOf } from './rest.ts'

/** What is left of the three seconds for looking something up before the acknowledgement must be on its way. */
const LOOK_MS = 1_500
const known = { acknowledged: 40_060, unknownInteraction: 10_062 }

export type Answering = { house: House; caller: Caller }

/** Hears one interaction out; whatever goes wrong is logged, for nobody waits for this promise. */
export async function answer(world: Answering, heard: Heard): Promise<void> {
  try {
    if (heard.kind === 'suggest') return await suggest(world, heard)
    if (heard.kind === 'kept') return await answerKept(world, heard)
    await answerCall(world, heard.call, heard.reply)
  } catch (err) {
    world.house.log.error({ err, run: heard.call.run, user: heard.call.user }, 'an interaction could not be answered')
  }
}

async function suggest({ house, caller }: Answering, heard: Extract<Heard, { kind: 'suggest' }>): Promise<void> {
  const found = await house.suggest(heard.call, heard.option, heard.typed)
  const choices = found
    .slice(0, 25)
    .map(({ label, value }) => ({ name: label.slice(0, 100) || value, value: value.slice(0, 100) }))
  await callback(caller, heard.reply, { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices } })
}

/** Looks the press up; if that takes too long, it is acknowledged first, and what is missing is asked by the card's own Fix. */
async function answerKept(world: Answering, heard: Extract<Heard, { kind: 'kept' }>): Promise<void> {
  const { house } = world
  const { call, reply } = heard
  const looking = house.press('discord', call.workspace, heard.press)
  const found = await Promise.race([looking, new Promise<'late'>((resolve) => setTimeout(resolve, LOOK_MS, 'late').unref())])
  const whole = (press: { run: string; given: Record<string, string> }): Call => ({
    ...call,
    run: press.run,
    given: { ...press.given, ...heard.chosen, ...call.given },
  })
  if (found && found !== 'late') return answerCall(world, whole(found), reply)
  if (!(await defer(world, reply, 'private'))) return
  const press = await looking
  await fill(world, reply, press ? await asked(world, whole(press)) : tooOld)
}

const tooOld = toned('warn', card('This button is too old', 'What it was for is not kept any more.', 'Run the command again.'))

/** Opens the form where something is missing, else acknowledges, runs and fills the answer in. */
async function answerCall(world: Answering, call: Call, reply: Reply): Promise<void> {
  const { house } = world
  const command = house.commands.get(call.run)
  // A modal can't answer a modal; and where nothing is missing nothing has to be looked up before the acknowledgement.
  const mayAsk =
    call.by !== 'form' && (!command || call.given['?'] === 'form' || missing(command, call.given).required.length > 0)
  const form = mayAsk ? await house.formFor(call) : undefined
  if (form) {
    const suggestions = await firstSuggestions(
      world,
      call,
      form.fields.filter((f) => f.kind === 'id' && f.suggests).map((f) => f.name),
    )
    const { modal, presses } = renderForm(form, suggestions)
    if (presses.length > 0) await house.keepPresses('discord', call.workspace, presses)
    await callback(world.caller, reply, { type: InteractionResponseType.Modal, data: modal })
    return
  }
  if (await defer(world, reply, command?.visibility ?? 'private')) await fill(world, reply, await asked(world, call))
}

async function firstSuggestions({ house }: Answering, call: Call, names: string[]) {
  const lists = await Promise.all(names.map(async (name) => [name, await house.suggest(call, name, '')] as const))
  return Object.fromEntries(lists)
}

const asked = async ({ house }: Answering, call: Call): Promise<Card> => (await house.dispatch(call)).card

/**
 * Says "thinking". A press on a card that only the asker sees will replace it. False when this interaction is answered elsewhere
 * (Discord delivers twice now and then) or has run out before it was heard: nothing is done then.
 */
async function defer({ caller, house }: Answering, reply: Reply, visibility: 'private' | 'public'): Promise<boolean> {
  const body = reply.fromPrivate
    ? { type: InteractionResponseType.DeferredMessageUpdate }
    : {
        type: InteractionResponseType.DeferredChannelMessageWithSource,
        data: visibility === 'private' ? { flags: MessageFlags.Ephemeral } : {},
      }
  try {
    await callback(caller, reply, body)
    return true
  } catch (err) {
    const code = codeOf(err)
    if (code !== known.acknowledged && code !== known.unknownInteraction) throw err
    house.log.warn({ interaction: reply.id, code }, 'an interaction was answered before or came too late')
    return false
  }
}

const callback = (caller: Caller, { id, token }: Reply, body: object): Promise<unknown> =>
  caller.reply('post', Routes.interactionCallback(id, token), { body })

/** Puts the card where "thinking" stands. */
export async function fill(
  { house, caller }: Answering,
  { application, token, workspace }: Pick<Reply, 'application' | 'token' | 'workspace'>,
  shown: Card,
): Promise<void> {
  const message = await draw(house, workspace, shown)
  await caller.reply('patch', Routes.webhookMessage(application, token, '@original'), {
    body: message.payload,
    files: message.files,
  })
}

/** A card as a message body with its files; what can't be had is said in words. */
export async function draw(house: House, workspace: string, shown: Card) {
  const persons = new Set([...JSON.stringify(shown.blocks).matchAll(/"person":"(per_[0-9A-Z]+)"/g)].map((match) => match[1]!))
  const accounts = await house.accounts('discord', workspace, [...persons])
  const rendered = renderCard(shown, { mention: (personId) => accounts.get(personId) })
  const { pictures, missing: absent } = await picturesOf(house, 'discord', workspace, rendered.files)
  await house.keepPresses('discord', workspace, rendered.presses)
  const { payload } = withoutFiles(rendered, absent)
  return { payload, files: pictures.map(({ name, bytes, mime }) => ({ name, data: bytes, contentType: mime })) }
}
