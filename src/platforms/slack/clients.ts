/** Slack's Web API as this door uses it: each workspace with its own token and client, and errors in the house's words. */
import { webApi } from '@slack/bolt'
import { gone, type House, later } from '../platform.ts'

export type SlackOptions = {
  /** With a slash at the end: https://slack.com/api/ */
  apiBase: string
  /** One workspace: its bot token. */
  botToken?: string | undefined
  /** Socket Mode; without it Slack calls us, and the signing secret proves that it is Slack. */
  appToken?: string | undefined
  signingSecret?: string | undefined
  /** Several workspaces: the app's own credentials, with which they install it. */
  clientId?: string | undefined
  clientSecret?: string | undefined
  stateSecret?: string | undefined
  /** Before short names of slash commands, when Slack or another app holds them. */
  prefix?: string | undefined
  /** Only tests change these. */
  pingMs?: number
  timeoutMs?: number
}

export type Workspace = { team: string; token: string; botUser: string; installer?: string | undefined }

export type Clients = {
  /** The workspace's token and bot; undefined where the app is not installed. */
  workspace: (team: string) => Promise<Workspace | undefined>
  /** One call of a method. Throws `later` or `gone` where that is what Slack's error means. */
  call: <T extends object>(team: string, method: string, args?: Record<string, unknown>) => Promise<T>
  /** Uploads a picture that no channel shows by itself; gives the file's id. */
  upload: (team: string, file: { name: string; bytes: Buffer }) => Promise<string>
  forget: (team: string) => void
}

const TIMEOUT_MS = 20_000

export function openClients(house: House, options: SlackOptions): Clients {
  const clients = new Map<string, webApi.WebClient>()
  let own: Promise<Workspace> | undefined

  // Never any `headers`: the library writes the token into that object, and the next workspace would be called with it.
  const clientFor = (token: string): webApi.WebClient => {
    const known = clients.get(token)
    if (known) return known
    const client = new webApi.WebClient(token, {
      slackApiUrl: options.apiBase,
      // A post whose answer was lost must not be sent again blindly; the outbox tries again and looks first.
      retryConfig: { retries: 0 },
      // One rate limit would else pause everything for this workspace.
      rejectRateLimitedCalls: true,
      timeout: options.timeoutMs ?? TIMEOUT_MS,
      logger: quiet,
    })
    clients.set(token, client)
    return client
  }

  /** Whose token the configured one is; asked again after a failure, for a rejected promise would be kept for ever. */
  function ownWorkspace(token: string): Promise<Workspace> {
    own ??= clientFor(token)
      .auth.test()
      .then((told) => ({ team: String(told.team_id), token, botUser: String(told.user_id) }))
      .catch((error: unknown) => {
        own = undefined
        throw meaning(error)
      })
    return own
  }

  async function workspace(team: string): Promise<Workspace | undefined> {
    if (options.botToken !== undefined) {
      const mine = await ownWorkspace(options.botToken)
      if (mine.team === team) return mine
    }
    const install = await house.installs.get('slack', team)
    return install && { team, token: install.token, botUser: install.botUser, installer: install.installer }
  }

  async function clientOf(team: string): Promise<webApi.WebClient> {
    const known = await workspace(team)
    if (!known) throw gone('Troupe is not installed in this workspace', 'Install it again at /slack/install.')
    return clientFor(known.token)
  }

  return {
    workspace,
    async call<T extends object>(team: string, method: string, args: Record<string, unknown> = {}) {
      const client = await clientOf(team)
      try {
        return (await client.apiCall(method, args)) as unknown as T
      } catch (error) {
        throw meaning(error)
      }
    },
    async upload(team, { name, bytes }) {
      const client = await clientOf(team)
      try {
        // Its alt text stands on the card's block; the library would send it under a name that Slack does not know.
        const answer = (await client.filesUploadV2({ filename: name, file: bytes })) as unknown as Uploaded
        return answer.files[0]!.files[0]!.id
      } catch (error) {
        throw meaning(error)
      }
    },
    forget: (team) => void clients.delete(team),
  }
}

type Uploaded = { files: { files: { id: string }[] }[] }

/** What the library logs is told by the errors it throws. */
const quiet: webApi.Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => webApi.LogLevel.ERROR,
  setName() {},
}

/** Slack's error words for which trying again does not help, with what does. */
const endings: Record<string, string> = {
  channel_not_found: 'The channel was deleted, or Troupe is not in it. Run /setup channels.',
  is_archived: 'The channel is archived. Unarchive it, or run /setup channels.',
  not_in_channel: 'Troupe is not in the channel. Type /invite @Troupe there.',
  user_disabled: 'This account is switched off in Slack.',
  user_not_found: 'This account no longer exists.',
  cannot_dm_bot: 'A bot can not be written to.',
  restricted_action: 'The workspace does not let apps post there. An admin of the workspace can change that.',
  missing_scope: 'The app lacks a permission. Install it again with the newest manifest (npm run publish prints it).',
  token_revoked: 'The app was removed from the workspace. Install it again.',
  account_inactive: 'The app was removed from the workspace. Install it again.',
  invalid_auth: 'Slack refuses the token. Set a new SLACK_BOT_TOKEN, or install the app again.',
  not_authed: 'Slack refuses the token. Set a new SLACK_BOT_TOKEN, or install the app again.',
}

type Failure = Error & { code?: string; retryAfter?: number; statusCode?: number; data?: { error?: string } }

function meaning(error: unknown): unknown {
  const failure = error as Failure
  if (failure.code === 'slack_webapi_rate_limited_error') return later('Slack asks to wait', (failure.retryAfter ?? 1) * 1_000)
  const said = failure.data?.error
  if (said === undefined) return later(`Slack can't be reached: ${failure.message}`, 15_000)
  if (['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'ratelimited'].includes(said))
    return later(`Slack answered ${said}`, 15_000)
  const fix = endings[said]
  return Object.assign(fix === undefined ? new Error(`Slack answered ${said}`) : gone(`Slack answered ${said}`, fix), { said })
}

/** Slack's own word for what went wrong; undefined when it said none. */
export const saidOf = (error: unknown): string | undefined => {
  const { said } = (error ?? {}) as { said?: unknown }
  return typeof said === 'string' ? said : undefined
}
