/** Slack's Web API as this door uses it: each workspace with its own token and client, and errors in the house's words. */
import { createHash } from 'node:crypto'
import { webApi } from '@slack/bolt'
import { gone, type House, shut } from '../platform.ts'
import { endsInstall, meaning, saidOf } from './errors.ts'

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
  /** Where people reach us, without a slash at the end; an installation comes back there. */
  publicUrl?: string | undefined
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
  /** Asks Slack whose the configured token is; throws like `call`. Nothing happens when none is configured. */
  check: () => Promise<void>
  /** What is wrong with the configured token, in words. */
  trouble: () => string | undefined
  /** One call of a method. Throws `later` or `gone` where that is what Slack's error means. */
  call: <T extends object>(team: string, method: string, args?: Record<string, unknown>) => Promise<T>
  /** Uploads a picture that no channel shows by itself; gives the file's id. The same picture is uploaded once. */
  upload: (team: string, file: { name: string; bytes: Buffer }) => Promise<string>
  /** What was known of a workspace is asked for anew. */
  forget: (team: string) => void
}

const TIMEOUT_MS = 20_000
/** After this long an installation is looked up again, while the known one is still used: an acknowledged press can't wait for it. */
const FRESH_MS = 60_000
const PICTURES = 500

export function openClients(house: House, options: SlackOptions): Clients {
  const clients = new Map<string, webApi.WebClient>()
  const installs = new Map<string, { known: Workspace; at: number }>()
  const uploads = new Map<string, string>()
  const owners = new Map<string, Promise<string>>()
  let own: Promise<Workspace> | undefined
  let trouble: string | undefined

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
      .then((told) => {
        trouble = undefined
        return { team: String(told.team_id), token, botUser: String(told.user_id) }
      })
      .catch((error: unknown) => {
        own = undefined
        const meant = meaning(error)
        trouble = endsInstall(saidOf(meant))
          ? refusedToken(saidOf(meant))
          : `Slack could not say whose the bot token is (${(meant as Error).message}); it is asked again.`
        throw meant
      })
    return own
  }

  async function installed(team: string): Promise<Workspace | undefined> {
    const kept = installs.get(team)
    const old = kept === undefined || performance.now() - kept.at > FRESH_MS
    const looking = old ? look(team) : undefined
    if (!kept) return looking
    looking?.catch((err: unknown) =>
      house.log.warn({ err, team }, 'an installation could not be looked up; the known one is used'),
    )
    return kept.known
  }

  async function look(team: string): Promise<Workspace | undefined> {
    const install = await house.installs.get('slack', team)
    if (!install) {
      installs.delete(team)
      return undefined
    }
    const known = { team, token: install.token, botUser: install.botUser, installer: install.installer }
    installs.set(team, { known, at: performance.now() })
    return known
  }

  async function workspace(team: string): Promise<Workspace | undefined> {
    if (options.botToken === undefined) return installed(team)
    const mine = await ownWorkspace(options.botToken).catch((error: unknown) => ({ error }))
    if ('team' in mine && mine.team === team) return mine
    const other = await installed(team)
    if (!other && 'error' in mine) throw mine.error
    return other
  }

  function forget(team: string): void {
    const token = installs.get(team)?.known.token
    if (token !== undefined) {
      clients.delete(token)
      owners.delete(token)
    }
    installs.delete(team)
    own = undefined
  }

  /** Once for each token: whose it really is. A token that came to another workspace is never used there. */
  async function checkOwner({ team, token }: Workspace): Promise<void> {
    if (token === options.botToken) return
    const asking =
      owners.get(token) ??
      clientFor(token)
        .auth.test()
        .then((told) => String(told.team_id))
    owners.set(token, asking)
    asking.catch(() => owners.delete(token))
    if ((await asking) !== team)
      throw gone('The token kept for this workspace belongs to another', 'Install Troupe again at /slack/install.')
  }

  /** Whether another token is kept for the workspace by now. */
  async function replaced({ team, token }: Workspace): Promise<boolean> {
    const now = await look(team).catch(() => undefined)
    return now !== undefined && now.token !== token
  }

  async function using<T>(team: string, work: (client: webApi.WebClient) => Promise<T>): Promise<T> {
    const known = await workspace(team)
    if (!known) throw shut('Troupe is not installed in this workspace', 'Install it again at /slack/install.')
    try {
      await checkOwner(known)
      return await work(clientFor(known.token))
    } catch (error) {
      const meant = meaning(error)
      if (endsInstall(saidOf(meant))) {
        forget(team)
        if (known.token === options.botToken) trouble = refusedToken(saidOf(meant))
        // What was refused for its token was not done; another process may have heard that the app was installed again.
        else if (await replaced(known)) return using(team, work)
      }
      throw meant
    }
  }

  return {
    workspace,
    async check() {
      if (options.botToken !== undefined) await ownWorkspace(options.botToken)
    },
    trouble: () => trouble,
    call: (team, method, args = {}) => using(team, (client) => client.apiCall(method, args)) as never,
    async upload(team, { name, bytes }) {
      const key = `${team} ${createHash('sha256').update(bytes).digest('base64')}`
      const before = uploads.get(key)
      if (before !== undefined) return before
      // Its alt text stands on the card's block; the library would send it under a name that Slack does not know.
      const answer = await using(team, (client) => client.filesUploadV2({ filename: name, file: bytes }))
      const id = (answer as unknown as Uploaded).files[0]!.files[0]!.id
      if (uploads.size >= PICTURES) uploads.clear()
      uploads.set(key, id)
      return id
    },
    forget,
  }
}

const refusedToken = (said: string | undefined): string =>
  `Slack refuses the bot token (${said}); copy it anew from “OAuth & Permissions” of the app and set SLACK_BOT_TOKEN.`

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
