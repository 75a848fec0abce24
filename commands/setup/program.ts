import { command } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { addressOf } from '../../src/kernel/address.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { checkDestination } from '../../src/links/rules.ts'
import { carried, option, optional } from '../../src/option.ts'
import { endSecretCard, secretCard, secretEndedCard, setupCard } from '../../src/programs/cards.ts'
import { changeCard } from '../../src/programs/cards-commission.ts'
import { changePolicy, type PolicyChange, planChange, split } from '../../src/programs/change.ts'
import { type Policy, parsePercent, policyOf } from '../../src/programs/rules.ts'
import { checkInvite } from '../../src/programs/rules-invites.ts'
import { allShopNames } from '../../src/programs/rules-shops.ts'
import { connections, endFormer, formerSecrets, rotate } from '../../src/programs/secrets.ts'

export default command({
  description: 'Shop, hosts, rates and webhooks of the program',
  form: 'Change the program',
  role: 'admin',
  visibility: 'private',
  options: {
    shop: optional(option.text('Address of the shop', { max: 500, placeholder: 'https://shop.example.com/' })),
    hosts: optional(
      option.text('Hosts that links may lead to', { max: 1_000, placeholder: 'shop.example.com, blog.example.com' }),
    ),
    rate: optional(option.text('Commission in percent', { max: 6, placeholder: '10' })),
    hold_days: optional(option.integer('Hold in days', { min: 0, max: 180 })),
    payday: optional(option.integer('Payday, day of the month', { min: 1, max: 28 })),
    code_percent: optional(option.integer('Code discount in percent', { min: 1, max: 90 })),
    discord_invite: optional(option.text('Invitation to the Discord server', { max: 400, placeholder: 'https://discord.gg/…' })),
    slack_invite: optional(
      option.text('Invitation to the Slack workspace', { max: 400, placeholder: 'https://join.slack.com/…' }),
    ),
    rotate: optional(option.choice('Make a new webhook secret for', ['generic'])),
    end_secret: optional(option.choice('End former webhook secrets of', { generic: 'generic', ...allShopNames })),
    mark: carried(option.text('Of the secret that stays', { max: 16 })),
    confirm: optional(option.choice('Do what is worse for creators', ['yes'])),
  },
  async run(ctx, { rotate: source, end_secret: ending, mark, confirm, ...wanted }) {
    if (ending !== undefined) return endSecret(ctx, ending, mark)
    if (source !== undefined) return secretCard(source, hookUrl(ctx, source), await rotate(ctx, source))
    const before = policyOf(ctx.program)
    const change = changeOf(wanted, before, ctx.program.demo)
    const changed = Object.keys(change).length > 0
    const { waits } = await planChange(ctx, change)
    if (waits.length > 0) return later(ctx, change, waits, wanted, confirm === 'yes')
    const policy = changed ? (await changePolicy(ctx, change)).now : before
    const sources = (await connections(ctx)).map((c) => ({ ...c, url: hookUrl(ctx, c.source) }))
    return setupCard({ name: ctx.program.name, policy, sources, changed, join: ctx.url(`/join/${ctx.program.id}`) })
  },
})

/** Asked first: what still signs with a former secret is refused from then on. */
async function endSecret(ctx: Context, source: string, mark: string | undefined) {
  if (mark === undefined) return endSecretCard(source, await formerSecrets(ctx, source))
  await endFormer(ctx, source, mark)
  return secretEndedCard(source)
}

const typedAs: Partial<Record<keyof PolicyChange, keyof Wanted>> = { rateBps: 'rate', holdDays: 'hold_days', payday: 'payday' }

/** What is worse for creators is shown before it is announced; all else holds at once. */
async function later(ctx: Context, change: PolicyChange, waits: (keyof PolicyChange)[], wanted: Wanted, confirmed: boolean) {
  const [worse, rest] = split(change, waits)
  if (Object.keys(rest).length > 0) await changePolicy(ctx, rest)
  const given = Object.fromEntries(waits.flatMap((key) => (typedAs[key] ? [[typedAs[key], String(wanted[typedAs[key]])]] : [])))
  const plan = confirmed ? await changePolicy(ctx, worse) : await planChange(ctx, worse)
  const view = { ...plan, currency: ctx.program.currency, given, run: 'setup program', home: 'setup program' }
  return changeCard(view, confirmed)
}

const hookUrl = (ctx: Context, source: string): string => ctx.url(`/hooks/${source}/${ctx.program.id}`)

type Wanted = {
  shop?: string | undefined
  hosts?: string | undefined
  rate?: string | undefined
  hold_days?: number | undefined
  payday?: number | undefined
  code_percent?: number | undefined
  discord_invite?: string | undefined
  slack_invite?: string | undefined
}

/** What is to change, checked. The shop's own host is always allowed. */
function changeOf(wanted: Wanted, before: Policy, demo: boolean): PolicyChange {
  const listed =
    wanted.hosts === undefined
      ? before.allowedHosts
      : wanted.hosts
          .split(/[\s,;]+/)
          .filter(Boolean)
          .map(hostOf)
  const shop = wanted.shop ?? before.shopUrl
  if (!addressOf(shop))
    throw new Refusal('invalid', 'The shop is not a full web address.', 'Give one such as https://shop.example.com/.', 'shop')
  const allowedHosts = [...new Set([...listed, new URL(shop).host])]
  return {
    ...(wanted.shop === undefined ? {} : { shopUrl: checkDestination(shop, allowedHosts, { allowLocal: demo }) }),
    ...(wanted.shop === undefined && wanted.hosts === undefined ? {} : { allowedHosts }),
    ...(wanted.rate === undefined ? {} : { rateBps: parsePercent(wanted.rate) }),
    ...(wanted.hold_days === undefined ? {} : { holdDays: wanted.hold_days }),
    ...(wanted.payday === undefined ? {} : { payday: wanted.payday }),
    ...(wanted.code_percent === undefined ? {} : { codePercent: wanted.code_percent }),
    ...(wanted.discord_invite === undefined && wanted.slack_invite === undefined ? {} : { invites: invitesOf(wanted, before) }),
  }
}

function invitesOf(wanted: Wanted, before: Policy): Policy['invites'] {
  const one = (platform: 'discord' | 'slack', typed: string | undefined) => {
    const address = typed === undefined ? before.invites[platform] : checkInvite(platform, typed)
    return address === undefined ? {} : { [platform]: address }
  }
  return { ...one('discord', wanted.discord_invite), ...one('slack', wanted.slack_invite) }
}

function hostOf(typed: string): string {
  const bare = typed.replace(/^https?:\/\//i, '').replace(/\/.*$/, '')
  const host = addressOf(`https://${bare}`)?.host ?? ''
  if (!host.includes('.') || bare.includes('@')) {
    throw new Refusal(
      'invalid',
      `“${typed.slice(0, 60)}” is not a host.`,
      'Give names such as shop.example.com, with commas between.',
      'hosts',
    )
  }
  return host
}
