/** The app's manifest: what an admin pastes into Slack to make the app. */
import type { AnyCommand } from '../../command.ts'
import { type Names, usual } from './line.ts'

// Source: slackapi/manifest-schema (MIT), the copy in test/specs.
const limits = { commands: 50, command: 32, description: 2_000, hint: 1_000, name: 35, display: 80 }

/** What we ask a workspace for, why, and the calls that need it. Slack shows scopes to the admin; the docs show the reasons. */
export const scopes: { scope: string; why: string; calls: string[] }[] = [
  { scope: 'commands', why: 'Answer slash commands and shortcuts.', calls: [] },
  {
    scope: 'chat:write',
    why: 'Post cards and keep them up to date.',
    calls: ['chat.postMessage', 'chat.postEphemeral', 'chat.update'],
  },
  { scope: 'im:write', why: 'Open the Messages tab where a person alone reads.', calls: ['conversations.open'] },
  {
    scope: 'im:history',
    why: 'Answer someone who writes to the app instead of using a command.',
    calls: ['conversations.history'],
  },
  { scope: 'users:read', why: 'Know the name of someone who joins.', calls: ['users.info'] },
  {
    scope: 'channels:read',
    why: 'Find the channels of the program and see who joins them.',
    calls: ['conversations.list', 'conversations.info'],
  },
  {
    scope: 'groups:read',
    why: 'The same for private channels the app is in.',
    calls: ['conversations.list', 'conversations.info'],
  },
  { scope: 'channels:join', why: 'Enter a public channel that the program adopts.', calls: ['conversations.join'] },
  {
    scope: 'channels:manage',
    why: 'Create the public channels of the program.',
    calls: ['conversations.create', 'conversations.invite'],
  },
  {
    scope: 'groups:write',
    why: 'Create the team channel and let managers in and out.',
    calls: ['conversations.create', 'conversations.invite', 'conversations.kick'],
  },
  {
    scope: 'channels:history',
    why: 'Look whether a message is there whose receipt was lost, so that it is not posted twice; notice that one is deleted.',
    calls: ['conversations.history'],
  },
  { scope: 'groups:history', why: 'The same in private channels.', calls: ['conversations.history'] },
  {
    scope: 'usergroups:read',
    why: 'Find the user group of creators, where the plan has groups.',
    calls: ['usergroups.list', 'usergroups.users.list'],
  },
  {
    scope: 'usergroups:write',
    why: 'Keep that group up to date.',
    calls: ['usergroups.create', 'usergroups.users.update', 'usergroups.enable', 'usergroups.disable'],
  },
  { scope: 'pins:write', why: 'Pin the card that says how to start, and the newest board.', calls: ['pins.add', 'pins.remove'] },
  {
    scope: 'reactions:read',
    why: 'See the one reaction by which a manager asks for a message. Any other is dropped.',
    calls: [],
  },
  { scope: 'files:read', why: 'Fetch the file someone hands in with a form.', calls: ['files.info'] },
  {
    scope: 'files:write',
    why: 'Show pictures and charts on cards.',
    calls: ['files.getUploadURLExternal', 'files.completeUploadExternal'],
  },
]

/** What Slack tells us about, and why. */
export const events: { event: string; why: string }[] = [
  { event: 'app_home_opened', why: 'Draw the Home tab: the next best step.' },
  { event: 'message.im', why: 'Answer someone who writes to the app.' },
  {
    event: 'message.channels',
    why: 'Notice that a message which was saved as content is deleted. All else is dropped unread.',
  },
  { event: 'message.groups', why: 'The same in private channels.' },
  { event: 'member_joined_channel', why: 'Greet someone who joins the channel where the program starts.' },
  { event: 'reaction_added', why: 'Ask the author of a message on which a manager put the reaction that the program chose.' },
  { event: 'app_uninstalled', why: 'Stop posting, and say so in the log.' },
  { event: 'tokens_revoked', why: 'Stop posting, and say so in the log.' },
]

/** Entries in Slack's own menus; the callback id is the command. Those whose command is not there are left out. */
const shortcuts = [
  { name: 'Troupe', type: 'global', callback_id: 'home', description: 'Your next best step' },
  { name: 'Save as content', type: 'message', callback_id: 'save', description: 'Hand this message in as content' },
  { name: 'Thank', type: 'message', callback_id: 'kudos', description: 'Thank the one who wrote this' },
] as const

/** Slack keeps these names for itself. */
const taken = new Set(
  'apps archive away call collapse dm dnd expand feed feedback help huddle invite join keys kick leave me msg mute open part prefs remind remove rename search shortcuts shrug star status todo topic unmute who workflow'.split(
    ' ',
  ),
)

export type ManifestOptions = {
  name: string
  /** Where Slack reaches us over HTTP, without a slash at the end; without it the app connects by Socket Mode. */
  publicUrl?: string | undefined
  /** Where admins of several workspaces install the app, without a slash at the end. */
  installUrl?: string | undefined
  /** Whether commands are also slash commands of their own (/submit, /review …). */
  shortNames: boolean
  /** Before short names, against other apps with the same: "glow-" makes /glow-submit. */
  prefix: string
}

type SlashCommand = { command: string; description: string; usage_hint?: string; should_escape: boolean; url?: string }

/** The manifest as Slack's "create from manifest" takes it, made from all commands. */
export function manifest(commands: AnyCommand[], options: ManifestOptions) {
  const listed = commands.filter((command) => command.listed)
  const url = options.publicUrl === undefined ? undefined : `${options.publicUrl}/slack/events`
  const request = url === undefined ? {} : { request_url: url }
  const name = options.name.slice(0, limits.name)
  return {
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: {
      name,
      description: 'Runs the creator community of a brand: content, links, orders, money and thanks.',
      long_description:
        'Creators apply, get their links and codes, hand in content, and see what they earned and why. Managers review, decide and pay. ' +
        'Everything is a command, a button or a form; each card says what the next step is.',
      background_color: '#2b2440',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: name.slice(0, limits.display), always_online: true },
      ...menu(commands),
      slash_commands: slashCommands(listed, options).map(
        (command): SlashCommand => ({ ...command, ...(url === undefined ? {} : { url }) }),
      ),
    },
    oauth_config: {
      ...(options.installUrl === undefined ? {} : { redirect_urls: [`${options.installUrl}/slack/oauth_redirect`] }),
      scopes: { bot: scopes.map(({ scope }) => scope) },
    },
    settings: {
      event_subscriptions: { ...request, bot_events: events.map(({ event }) => event) },
      interactivity: { is_enabled: true, ...request, ...(url === undefined ? {} : { message_menu_options_url: url }) },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  }
}

/** Slack takes no empty list. */
function menu(commands: AnyCommand[]): { shortcuts?: (typeof shortcuts)[number][] } {
  const known = shortcuts.filter((shortcut) => commands.some((cmd) => cmd.name === shortcut.callback_id))
  return known.length === 0 ? {} : { shortcuts: known }
}

const isManagers = (cmd: AnyCommand): boolean => cmd.role === 'manager' || cmd.role === 'admin'

/**
 * `/troupe` for everything, then one short name for each command or group, as many as Slack takes: what creators type comes first, for
 * they learn it by heart, and what is left over is reached by `/troupe` alone.
 */
export function slashCommands(
  listed: AnyCommand[],
  { shortNames, prefix }: Pick<ManifestOptions, 'shortNames' | 'prefix'>,
): SlashCommand[] {
  const names: Names = { root: usual.root, prefix }
  const forAll = listed.filter((cmd) => !isManagers(cmd))
  const tops = [...new Set([...forAll, ...listed].map((cmd) => cmd.name.split(' ')[0]!))]
  const root = slash(names.root, 'What you can do here; alone, your next best step', tops.join(' | '))
  if (!shortNames) return [root]
  const short = tops
    .map((top) => {
      const own = listed.find((cmd) => cmd.name === top)
      if (own) return slash(`/${prefix}${top}`, own.description, usage(own))
      const words = listed.filter((cmd) => cmd.name.startsWith(`${top} `)).map((cmd) => cmd.name.slice(top.length + 1))
      return slash(`/${prefix}${top}`, `${top[0]!.toUpperCase()}${top.slice(1)}: ${words.join(', ')}`, words.join(' | '))
    })
    .filter(({ command }) => /^\/[a-z0-9_-]+$/.test(command) && command.length <= limits.command)
    .filter(({ command }) => !taken.has(command.slice(1)) && command !== names.root)
  return [root, ...short].slice(0, limits.commands)
}

function slash(command: string, description: string, hint: string): SlashCommand {
  const usage_hint = hint.slice(0, limits.hint)
  return {
    command,
    description: description.slice(0, limits.description),
    ...(usage_hint === '' ? {} : { usage_hint }),
    should_escape: true,
  }
}

/** "submission reason [note]": the options by position. */
const usage = (cmd: AnyCommand): string =>
  Object.entries(cmd.options)
    .map(([name, option]) => (option.required ? name : `[${name}]`))
    .join(' ')
