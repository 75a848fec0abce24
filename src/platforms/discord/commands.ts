/** Our commands as Discord's, and what has to be sent so that a server has just these. */
import type {
  APIApplicationCommandBasicOption,
  APIApplicationCommandSubcommandGroupOption,
  APIApplicationCommandSubcommandOption,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from 'discord.js'
import type { AnyCommand, FileRef, Option } from '../../command.ts'
import { CAPTION } from '../platform.ts'
import { cut } from './fit.ts'

/** interactions/application-commands. */
const limits = { commands: 100, options: 25, choices: 25, description: 100, choice: 100, length: 6_000, characters: 8_000 }
const nameShape = /^[-_\p{Ll}\p{Lo}\p{N}]{1,32}$/u

/**
 * View Server Insights: a harmless permission that Troupe's own manager roles carry and others usually lack. Roles are ours and dispatch
 * checks them; this only keeps menus tidy for creators, and "0" would hide the commands from managers too.
 */
export const MANAGERS_BIT = 1n << 19n

type Slash = RESTPostAPIChatInputApplicationCommandsJSONBody
type ContextMenu = RESTPostAPIContextMenuApplicationCommandsJSONBody
export type Wanted = Slash | ContextMenu

/** What was clicked: an account, and for a message its address, words and first file. */
type Target = { user: string; url?: string; content?: string; file?: FileRef }

type Menu = {
  name: string
  type: 2 | 3
  run: string
  option: string
  gives: (target: Target) => Record<string, string | FileRef>
}

/** What a right click offers: the command it runs and what it gives to it. A creator is given as the account that was clicked. */
export const menus: readonly Menu[] = [
  { name: 'Save as content', type: 3, run: 'save', option: 'creator', gives: asContent },
  { name: 'Thank', type: 3, run: 'kudos', option: 'creator', gives: accountOnly },
  { name: 'Show creator', type: 2, run: 'creator show', option: 'creator', gives: accountOnly },
]

function accountOnly({ user }: Target): Record<string, string> {
  return { creator: `account:${user}` }
}

/** The message with its writer, its address, its words and its first file. */
function asContent({ user, content = '', file, url }: Target): Record<string, string | FileRef> {
  return {
    ...accountOnly({ user }),
    ...(url !== undefined && { url }),
    ...(content && { caption: cut(content, CAPTION) }),
    ...(file && { file }),
  }
}

/** All commands shown in menus, as a server should have them; throws when the commands themselves break a limit. */
export function wantedCommands(commands: ReadonlyMap<string, AnyCommand>): Wanted[] {
  const listed = [...commands.values()].filter((cmd) => cmd.listed)
  const tops = groupedBy(listed, (cmd) => cmd.name.split(' ')[0]!)
  const slash = [...tops].map(([name, group]) => slashOf(name, group))
  if (slash.length > limits.commands) throw new Error(`Discord takes ${limits.commands} commands, not ${slash.length}.`)
  for (const one of slash) {
    const size = charactersOf(one)
    if (size > limits.characters) throw new Error(`/${one.name} has ${size} characters; Discord takes ${limits.characters}.`)
  }
  return [...slash, ...menusOf(commands)]
}

function groupedBy(list: AnyCommand[], key: (cmd: AnyCommand) => string): Map<string, AnyCommand[]> {
  const groups = new Map<string, AnyCommand[]>()
  for (const cmd of list) groups.set(key(cmd), [...(groups.get(key(cmd)) ?? []), cmd])
  return groups
}

function menusOf(commands: ReadonlyMap<string, AnyCommand>): ContextMenu[] {
  return menus.flatMap((menu) => {
    const cmd = commands.get(menu.run)
    return cmd?.options[menu.option] ? [{ name: menu.name, type: menu.type, ...shared([cmd]) }] : []
  })
}

/** Discord knows permissions of whole commands only, so a group is hidden when everything in it is. */
function shared(group: AnyCommand[]): Pick<Slash, 'contexts' | 'default_member_permissions'> {
  const hidden = group.every((cmd) => cmd.role === 'manager' || cmd.role === 'admin')
  return { contexts: [0], ...(hidden && { default_member_permissions: String(MANAGERS_BIT) }) }
}

function slashOf(name: string, group: AnyCommand[]): Slash {
  const [first] = group
  const alone = first && first.name === name
  return {
    type: 1,
    name: named(name),
    description: alone ? described(first.description) : groupWords(name, group, 1),
    ...(alone ? optionsOf(basicOptions(first)) : optionsOf(branches(group))),
    ...shared(group),
  }
}

const optionsOf = <T>(options: T[]): { options?: T[] } => (options.length === 0 ? {} : { options: within(options) })

/** "review approve" is a subcommand; of "a b c", b is a group. Deeper paths Discord can't say. */
function branches(group: AnyCommand[]): (APIApplicationCommandSubcommandOption | APIApplicationCommandSubcommandGroupOption)[] {
  const byWord = groupedBy(group, (cmd) => cmd.name.split(' ')[1]!)
  return [...byWord].map(([word, members]) => {
    const depth = members[0]!.name.split(' ').length
    if (depth > 3) throw new Error(`"${members[0]!.name}" has more than three words; Discord can't say that.`)
    if (depth === 2) return subcommand(word, members[0]!)
    const inner = members.map((cmd) => subcommand(cmd.name.split(' ')[2]!, cmd))
    return { type: 2, name: named(word), description: groupWords(word, members, 2), options: within(inner) }
  })
}

const subcommand = (word: string, cmd: AnyCommand): APIApplicationCommandSubcommandOption => ({
  type: 1,
  name: named(word),
  description: described(cmd.description),
  ...optionsOf(basicOptions(cmd)),
})

const groupWords = (word: string, group: AnyCommand[], at: number): string =>
  described(`${word[0]!.toUpperCase()}${word.slice(1)}: ${[...new Set(group.map((cmd) => cmd.name.split(' ')[at]))].join(', ')}`)

/** Required ones first, as Discord demands; a secret is asked in a form only, where no one looks over a shoulder or into a history. */
function basicOptions(cmd: AnyCommand): APIApplicationCommandBasicOption[] {
  const open = Object.entries(cmd.options).filter(([, option]) => !option.secret && !option.carried)
  const ordered = [...open.filter(([, option]) => option.required), ...open.filter(([, option]) => !option.required)]
  return ordered.map(([name, option]) => basicOption(named(name), option))
}

/** Never required for Discord: it would then not send a bare /apply, which is how the form is opened. */
function basicOption(name: string, option: Option): APIApplicationCommandBasicOption {
  const base = { name, description: described(option.label) }
  const { min, max } = option
  switch (option.kind) {
    case 'file':
      return { type: 11, ...base }
    case 'boolean':
      return { type: 5, ...base }
    case 'integer':
      return { type: 4, ...base, ...(min !== undefined && { min_value: min }), ...(max !== undefined && { max_value: max }) }
    default: {
      if (option.choices && option.choices.length <= limits.choices) {
        const choices = option.choices.map(({ label, value }) => ({ name: cut(label, limits.choice), value }))
        return { type: 3, ...base, choices }
      }
      const lengths = { ...(min && { min_length: min }), ...(max && { max_length: Math.min(max, limits.length) }) }
      return { type: 3, ...base, ...lengths, ...((option.suggest || option.choices) && { autocomplete: true }) }
    }
  }
}

function named(name: string): string {
  if (!nameShape.test(name)) throw new Error(`"${name}" can't be the name of a Discord command or option.`)
  return name
}

function within<T>(options: T[]): T[] {
  if (options.length > limits.options) throw new Error(`Discord takes ${limits.options} options, not ${options.length}.`)
  return options
}

const described = (words: string): string => cut(words, limits.description) || '…'

type Measured = { name: string; description?: string; options?: Measured[]; choices?: { name: string; value: string | number }[] }

/** What Discord counts against the 8,000: names, descriptions and choices, all the way down. */
export function charactersOf(command: object): number {
  const { name, description = '', options = [], choices = [] } = command as Measured
  const own = name.length + description.length + choices.reduce((sum, one) => sum + one.name.length + String(one.value).length, 0)
  return options.reduce((sum, option) => sum + charactersOf(option), own)
}
