/** What Discord demands of application commands beyond its schema (docs: interactions/application-commands). */

import { refusal } from './state.mjs'
import { check, refuseIfAny } from './validate.mjs'

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u
const MOST = { 1: 100, 2: 15, 3: 15 }
const CREATES_PER_DAY = 200
const DAY_MS = 24 * 3_600_000
const WORDS = 8000
const SUB = 1
const GROUP = 2

/** @typedef {import('./state.mjs').Json} Json */

/** Throws 50035 unless the command may be registered. @param {Json} command @param {(rule: string, detail: string) => void} note */
export function checkCommand(command, note, path = []) {
  check('ApplicationCommandUpdateRequest', command, note)
  const problems = []
  const say = (at, code, message) => problems.push({ path: [...path, ...at], code, message })
  const type = command.type ?? 1
  if (type === 1) {
    checkName(command.name, ['name'], say)
    if (!command.description) say(['description'], 'BASE_TYPE_REQUIRED', 'This field is required')
    checkOptions(command.options, ['options'], 0, say)
  } else {
    if (command.description)
      say(['description'], 'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION', 'Context menu commands cannot have description')
    if (command.options?.length)
      say(['options'], 'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS', 'Context menu commands cannot have options')
  }
  if (words(command) > WORDS) say([], 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${WORDS})`)
  refuseIfAny(problems)
}

function checkName(name, path, say) {
  if (!NAME.test(name ?? '') || name !== name.toLowerCase())
    say(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')
}

function checkOptions(options, path, depth, say) {
  const names = new Set()
  let optional = false
  const subs = (options ?? []).filter((o) => o.type <= GROUP).length
  if (subs > 0 && subs < options.length)
    say(path, 'APPLICATION_COMMAND_OPTIONS_MIXED', 'Sub-commands and options cannot stand side by side')
  for (const [i, option] of (options ?? []).entries()) {
    const here = [...path, i]
    checkName(option.name, [...here, 'name'], say)
    if (names.has(option.name))
      say([...here, 'name'], 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', 'Option names must be unique')
    names.add(option.name)
    if (!option.description) say([...here, 'description'], 'BASE_TYPE_REQUIRED', 'This field is required')
    if (option.type === GROUP && depth > 0)
      say([...here, 'type'], 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Sub-command option types are invalid here')
    if (option.type === SUB && depth > 1)
      say([...here, 'type'], 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Sub-command option types are invalid here')
    if (option.type <= GROUP) checkOptions(option.options, [...here, 'options'], option.type === GROUP ? 1 : 2, say)
    else checkPlain(option, here, say)
    if (option.type === GROUP && option.options?.some((o) => o.type !== SUB))
      say([...here, 'options'], 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'A group holds sub-commands only')
    if (option.required && optional)
      say(
        [...here],
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      )
    if (option.type > GROUP && !option.required) optional = true
  }
}

function checkPlain(option, path, say) {
  if (option.autocomplete && option.choices?.length)
    say(
      [...path, 'autocomplete'],
      'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES',
      'Autocomplete and choices exclude each other',
    )
  const values = (option.choices ?? []).map((c) => c.value)
  if (new Set(values).size < values.length)
    say([...path, 'choices'], 'APPLICATION_COMMAND_OPTIONS_CHOICE_VALUE_ALREADY_EXISTS', 'Option choice values must be unique')
  for (const [i, choice] of (option.choices ?? []).entries())
    if (option.type === 3 && (typeof choice.value !== 'string' || [...choice.value].length > 100))
      say([...path, 'choices', i, 'value'], 'BASE_TYPE_MAX_LENGTH', 'Must be 100 or fewer in length.')
}

/** Characters of name, description and values, everywhere in the command. */
function words(part) {
  const own = [part.name, part.description].reduce((sum, text) => sum + [...(text ?? '')].length, 0)
  const choices = (part.choices ?? []).reduce((sum, c) => sum + c.name.length + String(c.value).length, 0)
  return own + choices + (part.options ?? []).reduce((sum, option) => sum + words(option), 0)
}

/**
 * Registers a command (the same name and type replaces) and gives it as Discord lists it.
 * @param {import('./state.mjs').State} state @param {Json} guild @param {Json} body @param {string} [id]
 */
export function keepCommand(state, guild, body, id) {
  const registered = state.commands.get(guild.id)
  const type = body.type ?? 1
  const same = id ? registered.get(id) : [...registered.values()].find((c) => c.name === body.name && c.type === type)
  if (!same) {
    const creates = (guild.creates ?? []).filter((at) => at > state.now() - DAY_MS)
    guild.creates = creates
    if (creates.length >= CREATES_PER_DAY)
      throw refusal(400, 30034, 'Max number of daily application command creates has been reached (200)')
    if ([...registered.values()].filter((c) => c.type === type).length >= MOST[type])
      throw refusal(400, 30032, `Maximum number of application commands reached (${MOST[type]})`)
    creates.push(state.now())
  }
  const command = {
    id: same?.id ?? state.id(),
    application_id: state.appId,
    guild_id: guild.id,
    version: state.id(),
    type,
    name: body.name,
    name_localizations: body.name_localizations ?? null,
    description: body.description ?? '',
    description_localizations: body.description_localizations ?? null,
    default_member_permissions: body.default_member_permissions == null ? null : String(body.default_member_permissions),
    dm_permission: body.dm_permission ?? true,
    contexts: body.contexts ?? null,
    integration_types: body.integration_types ?? [0],
    nsfw: body.nsfw ?? false,
    ...(body.options?.length && { options: body.options }),
  }
  registered.set(command.id, command)
  return command
}
