import { command } from '../src/command.ts'
import type { Context } from '../src/context.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { checkDestination } from '../src/links/rules.ts'
import { option, optional } from '../src/option.ts'
import { secretCard, setupCard } from '../src/programs/cards.ts'
import { changePolicy, connections, type PolicyChange, rotate } from '../src/programs/policy.ts'
import { type Policy, policyOf } from '../src/programs/rules.ts'

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
    code_percent: optional(option.integer('Code discount in percent', { min: 1, max: 90 })),
    rotate: optional(option.choice('Make a new webhook secret for', ['generic'])),
  },
  async run(ctx, { rotate: source, ...wanted }) {
    if (source !== undefined) return secretCard(source, hookUrl(ctx, source), await rotate(ctx, source))
    const before = policyOf(ctx.program)
    const change = changeOf(wanted, before, ctx.program.demo)
    const changed = Object.keys(change).length > 0
    const policy = changed ? await changePolicy(ctx, change) : before
    const sources = (await connections(ctx)).map((c) => ({ ...c, url: hookUrl(ctx, c.source) }))
    return setupCard({ name: ctx.program.name, policy, sources, changed })
  },
})

const hookUrl = (ctx: Context, source: string): string => ctx.url(`/hooks/${source}/${ctx.program.id}`)

type Wanted = {
  shop?: string | undefined
  hosts?: string | undefined
  rate?: string | undefined
  hold_days?: number | undefined
  code_percent?: number | undefined
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
  if (!URL.canParse(shop))
    throw new Refusal('invalid', 'The shop is not a full web address.', 'Give one such as https://shop.example.com/.', 'shop')
  const allowedHosts = [...new Set([...listed, new URL(shop).host])]
  return {
    ...(wanted.shop === undefined ? {} : { shopUrl: checkDestination(shop, allowedHosts, { allowLocal: demo }) }),
    ...(wanted.shop === undefined && wanted.hosts === undefined ? {} : { allowedHosts }),
    ...(wanted.rate === undefined ? {} : { rateBps: bpsOf(wanted.rate) }),
    ...(wanted.hold_days === undefined ? {} : { holdDays: wanted.hold_days }),
    ...(wanted.code_percent === undefined ? {} : { codePercent: wanted.code_percent }),
  }
}

function hostOf(typed: string): string {
  const bare = typed.replace(/^https?:\/\//i, '').replace(/\/.*$/, '')
  const host = URL.canParse(`https://${bare}`) ? new URL(`https://${bare}`).host : ''
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

/** "12.5" → 1250 basis points. */
function bpsOf(typed: string): number {
  const [, whole, part = ''] = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(typed) ?? []
  const bps = whole === undefined ? Number.NaN : Number(whole) * 100 + Number(part.padEnd(2, '0'))
  if (!(bps <= 10_000))
    throw new Refusal('invalid', 'The rate is a percentage from 0 to 100.', 'Write it like 10 or 12.5.', 'rate')
  return bps
}
