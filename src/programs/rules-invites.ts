/**
 * The law of invitations to a server or workspace: strangers follow them from a public page, so they lead to Discord or Slack and
 * nowhere else, over https, without anything that makes an address look like another.
 */
import { addressOf } from '../kernel/address.ts'
import { Refusal } from '../kernel/refusal.ts'

export type Invites = { discord?: string | undefined; slack?: string | undefined }

const hosts: Record<keyof Invites, { is: (host: string) => boolean; like: string }> = {
  discord: { is: (host) => host === 'discord.gg' || host === 'discord.com', like: 'https://discord.gg/AbCdEf' },
  slack: {
    is: (host) => host === 'join.slack.com' || /^[a-z0-9-]+(?:\.enterprise)?\.slack\.com$/.test(host),
    like: 'https://join.slack.com/t/…',
  },
}

/** The checked address of an invitation; undefined for `off`, which takes it away. Throws Refusal('invalid'). */
export function checkInvite(platform: keyof Invites, typed: string): string | undefined {
  const raw = typed.trim()
  if (raw.toLowerCase() === 'off') return undefined
  const { is, like } = hosts[platform]
  const plain = /^https:\/\/[a-z0-9.-]+\/[\x21-\x7e]{1,300}$/i.test(raw) && !raw.includes('\\')
  const url = plain ? addressOf(raw) : undefined
  if (url && url.username === '' && url.port === '' && is(url.hostname)) return url.href
  const name = platform === 'discord' ? 'Discord' : 'Slack'
  throw new Refusal('invalid', `That is no invitation to ${name}.`, `Give one such as ${like}, or off.`, `${platform}_invite`)
}
