/** What Slack's errors mean: try again after a while, give up and tell how to mend it, or a mistake of ours. */
import { webApi } from '@slack/bolt'
import { deliveryOf, gone, later, lost, shut } from '../platform.ts'

const reinstall = 'The app was removed from the workspace. Install it again.'
const newToken = 'Slack refuses the token. Set a new SLACK_BOT_TOKEN, or install the app again.'

/** After these the token is of no use any more. */
const ended: Record<string, string> = {
  token_revoked: reinstall,
  account_inactive: reinstall,
  app_uninstalled: reinstall,
  invalid_auth: newToken,
  not_authed: newToken,
  token_expired: newToken,
  not_allowed_token_type: 'The token is not a bot token. SLACK_BOT_TOKEN begins with xoxb-.',
}

/** Slack's error words for which trying again does not help, with what does. */
const endings: Record<string, string> = {
  ...ended,
  channel_not_found: 'The channel was deleted, or Troupe is not in it. Run /setup channels.',
  is_archived: 'The channel is archived. Unarchive it, or run /setup channels.',
  is_inactive: 'The channel is archived. Unarchive it, or run /setup channels.',
  not_in_channel: 'Troupe is not in the channel. Type /invite @Troupe there.',
  user_disabled: 'This account is switched off in Slack.',
  user_not_found: 'This account no longer exists.',
  user_not_visible: 'Troupe may not see this account. A workspace admin can change that.',
  cannot_dm_bot: 'A bot can not be written to.',
  messages_tab_disabled: 'The app has no Messages tab. Switch it on under App Home (npm run publish prints the manifest).',
  restricted_action: 'The workspace does not let apps do that. An admin of the workspace can change it.',
  restricted_action_read_only_channel: 'Only some may post in this channel. Let Troupe post there in its settings.',
  restricted_action_thread_only_channel: 'This channel takes threads only. Change that in its settings.',
  access_denied: 'The workspace does not let the app do that. An admin of the workspace can change it.',
  missing_scope: 'The app lacks a permission. Install it again with the newest manifest (npm run publish prints it).',
  message_limit_exceeded: 'The workspace has used up its messages. A paid plan, or less posting, helps.',
  team_access_not_granted: 'The organisation has not let the app into this workspace. Its admin can.',
}

const closing = new Set([...Object.keys(ended), 'team_access_not_granted'])

const passing = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
  'rate_limited',
  'team_added_to_org',
]

const AGAIN_MS = 15_000

type Failure = Error & { code?: string; retryAfter?: number; statusCode?: number; data?: { error?: string } }

/** An error of the client in the house's words; what is a mistake of ours stays what it is. */
export function meaning(error: unknown): unknown {
  if (deliveryOf(error)) return error
  const { code, retryAfter, statusCode = 0, data, message } = error as Failure
  if (code === webApi.ErrorCode.RateLimitedError)
    return Object.assign(later('Slack asks to wait', (retryAfter ?? 1) * 1_000), { said: 'ratelimited' })
  const said = data?.error
  if (said === undefined) {
    const unreached = code === webApi.ErrorCode.RequestError || (code === webApi.ErrorCode.HTTPError && statusCode >= 500)
    if (message?.startsWith('Retry header')) return later('Slack asks to wait and does not say how long', 2 * AGAIN_MS)
    return unreached ? later(`Slack can't be reached: ${message}`, AGAIN_MS) : error
  }
  if (passing.includes(said)) return later(`Slack answered ${said}`, AGAIN_MS)
  const fix = endings[said]
  const end = said === 'channel_not_found' ? lost : closing.has(said) ? shut : gone
  return Object.assign(fix === undefined ? new Error(`Slack answered ${said}`) : end(`Slack answered ${said}`, fix), { said })
}

/** Slack's own word for what went wrong; undefined when it said none. */
export const saidOf = (error: unknown): string | undefined => {
  const { said } = (error ?? {}) as { said?: unknown }
  return typeof said === 'string' ? said : undefined
}

/** Whether the token that was used is of no use any more. */
export const endsInstall = (said: string | undefined): boolean => said !== undefined && said in ended
