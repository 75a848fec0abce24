/** From what Discord tells to a Call: what was asked, and how its answer is to be given. */
import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type CommandInteractionOption,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  type StringSelectMenuInteraction,
  type UserContextMenuCommandInteraction,
} from 'discord.js'
import type { FileRef } from '../../command.ts'
import { type Card, card, toned } from '../../kernel/card.ts'
import type { Call } from '../platform.ts'
import { type Pressed, parse } from './codec.ts'
import { menus } from './commands.ts'
import { fileOf, readForm, type Sent } from './form.ts'

/** Where the answer goes: the interaction's id and token, and whether it was asked from a card that only the asker sees. */
export type Reply = { id: string; token: string; application: string; workspace: string; fromPrivate: boolean }

export type Heard =
  | { kind: 'call'; call: Call; reply: Reply }
  /** The press is kept under an id; the rest of the call is known once it was looked up. */
  | { kind: 'kept'; press: string; chosen: Record<string, string>; call: Call; reply: Reply }
  | { kind: 'suggest'; call: Call; option: string; typed: string; reply: Reply }
  /** Nothing that Troupe offers here: it is answered at once. */
  | { kind: 'stray'; card: Card; reply: Reply }

type Asked = Pick<Call, 'run' | 'given' | 'by'>

/** Undefined for what no answer can be given to. `guild` is the server that a direct message belongs to. */
export function hear(interaction: Interaction, guild: string | null = interaction.guildId): Heard | undefined {
  const heard = guild && interaction.channelId ? heardIn(interaction) : undefined
  if (heard && guild !== interaction.guildId) return within(heard, guild!)
  if (heard || interaction.isAutocomplete()) return heard
  return { kind: 'stray', card: guild ? unknownPress : notHere, reply: replyOf(interaction) }
}

const within = (heard: Heard, workspace: string): Heard => {
  const reply = { ...heard.reply, workspace }
  return heard.kind === 'stray' ? { ...heard, reply } : { ...heard, reply, call: { ...heard.call, workspace } }
}

const notHere = card(
  'Troupe works in the server',
  'Here it knows neither the program nor you.',
  'Open the server and run the command there.',
)
const unknownPress = toned(
  'warn',
  card('This is not offered any more', 'Troupe has changed since this was shown.', 'Run the command again.'),
)

function heardIn(interaction: Interaction): Heard | undefined {
  if (interaction.isAutocomplete()) return suggestOf(interaction)
  if (interaction.isChatInputCommand()) return called(interaction, { ...slashOf(interaction), by: 'slash' })
  if (interaction.isMessageContextMenuCommand() || interaction.isUserContextMenuCommand()) return menuOf(interaction)
  if (interaction.isModalSubmit()) return formOf(interaction)
  if (interaction.isButton()) return pressOf(interaction, {})
  if (interaction.isStringSelectMenu()) return pressOf(interaction, { value: interaction.values[0] })
  return undefined
}

function base(interaction: Interaction): Omit<Call, keyof Asked> {
  const { user, guild } = interaction
  const nick = interaction.member && 'nick' in interaction.member ? interaction.member.nick : undefined
  const shown = interaction.member && 'displayName' in interaction.member ? interaction.member.displayName : undefined
  return {
    platform: 'discord',
    workspace: interaction.guildId!,
    place: interaction.channelId!,
    user: user.id,
    userName: shown ?? nick ?? user.globalName ?? user.username,
    eventId: interaction.id,
    owner: guild?.ownerId === user.id,
  }
}

function replyOf(interaction: Interaction): Reply {
  const message = 'message' in interaction ? interaction.message : null
  return {
    id: interaction.id,
    token: interaction.token,
    application: interaction.applicationId,
    workspace: interaction.guildId ?? '',
    fromPrivate: isEphemeral(message?.flags),
  }
}

/** In a direct message the library knows no channel, and leaves the message as Discord sent it. */
function isEphemeral(flags: unknown): boolean {
  if (typeof flags === 'number') return (flags & MessageFlags.Ephemeral) !== 0
  return (flags as { has?: (flag: number) => boolean } | undefined)?.has?.(MessageFlags.Ephemeral) ?? false
}

function called(interaction: Interaction, asked: Asked): Heard {
  const reply = replyOf(interaction)
  const { token, application } = reply
  return { kind: 'call', reply, call: { ...base(interaction), ...asked, reply: { token, application } } }
}

/** "/review approve submission:…": the path of subcommands is the command's name. */
function slashOf(interaction: ChatInputCommandInteraction | AutocompleteInteraction): Pick<Call, 'run' | 'given'> {
  const path = [interaction.commandName]
  let options: readonly CommandInteractionOption[] = interaction.options.data
  while (options[0]?.options !== undefined && (options[0].type === 1 || options[0].type === 2)) {
    path.push(options[0].name)
    options = options[0].options
  }
  return { run: path.join(' '), given: Object.fromEntries(options.map((option) => [option.name, givenBy(option)])) }
}

function givenBy(option: CommandInteractionOption): string | FileRef {
  if (option.attachment) return fileOf(option.attachment)
  return option.value === undefined ? '' : String(option.value)
}

function suggestOf(interaction: AutocompleteInteraction): Heard {
  const focused = interaction.options.getFocused(true)
  const { run, given } = slashOf(interaction)
  const call: Call = { ...base(interaction), run, given, by: 'slash' }
  return { kind: 'suggest', call, option: focused.name, typed: String(focused.value), reply: replyOf(interaction) }
}

/** A right click gives the account of whom it meant; the hall finds the person behind it. */
function menuOf(interaction: MessageContextMenuCommandInteraction | UserContextMenuCommandInteraction): Heard | undefined {
  const menu = menus.find((one) => one.name === interaction.commandName)
  if (!menu) return undefined
  if (interaction.isUserContextMenuCommand())
    return called(interaction, { run: menu.run, given: menu.gives({ user: interaction.targetId }), by: 'press' })
  const { author, content, url, attachments } = interaction.targetMessage
  const [file] = attachments.values()
  const given = menu.gives({ user: author.id, url, content, ...(file ? { file: fileOf(file) } : {}) })
  return called(interaction, { run: menu.run, given, by: 'press' })
}

function pressOf(
  interaction: ButtonInteraction | StringSelectMenuInteraction,
  { value }: { value?: string | undefined },
): Heard | undefined {
  const pressed = parse(interaction.customId)
  return pressed && withPress(interaction, pressed, value, {}, 'press')
}

function formOf(interaction: ModalSubmitInteraction): Heard | undefined {
  const pressed = parse(interaction.customId)
  return pressed && withPress(interaction, pressed, undefined, readForm(interaction.components as unknown as Sent[]), 'form')
}

function withPress(
  interaction: Interaction,
  pressed: Pressed,
  value: string | undefined,
  typed: Call['given'],
  by: Call['by'],
): Heard {
  const chosen = pressed.option !== undefined && value !== undefined ? { [pressed.option]: value } : {}
  if (!('kept' in pressed)) return called(interaction, { run: pressed.run, given: { ...pressed.given, ...chosen, ...typed }, by })
  const heard = called(interaction, { run: '', given: typed, by }) as Extract<Heard, { kind: 'call' }>
  return { ...heard, kind: 'kept', press: pressed.kept, chosen }
}
