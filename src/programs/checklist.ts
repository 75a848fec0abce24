import type { Context } from '../context.ts'
import { percent } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import { sayDay } from '../kernel/time.ts'
import { channels, policyOf, policySchema } from './rules.ts'
import { currentTerms } from './service.ts'

/** One line of the checklist, with the button that does it where there is one. */
export type Step = {
  label: string
  done: boolean
  /** The program is set up without it, too. */
  optional?: boolean
  says: string
  /** What is in the way, a sentence with its fix each. */
  missing?: string[]
  act?: { label: string; run: string; given?: Record<string, string> }
}

/** What a new program needs, in the order in which it is best done. Nothing is kept for it: each line is read off the program itself. */
export async function checklistOf(ctx: Context): Promise<Step[]> {
  return [
    ...(await spaceSteps(ctx)),
    ...(await termSteps(ctx)),
    ...(await shopSteps(ctx)),
    mailStep(ctx),
    await invitationStep(ctx),
    ...messageSteps(ctx),
  ]
}

async function spaceSteps(ctx: Context): Promise<Step[]> {
  const programId = ctx.program.id
  const spaces = await ctx.db.space.findMany({ where: { programId, platform: { not: 'web' } }, orderBy: { id: 'asc' } })
  const standing = await ctx.db.channel.count({
    where: {
      programId,
      spaceId: { in: spaces.map((space) => space.id) },
      audience: { in: channels.map((channel) => channel.purpose) },
    },
  })
  const wanted = spaces.length * channels.length
  const missing = spaces.flatMap((space) => space.missing as string[])
  return [
    {
      label: 'Space',
      done: spaces.length > 0,
      says: spaces.length > 0 ? spaces.map((space) => names[space.platform] ?? space.platform).join(', ') : 'no chat yet',
      act: { label: 'Connect a space', run: 'setup space' },
    },
    {
      label: 'Channels',
      done: wanted > 0 && standing >= wanted && missing.length === 0,
      says: wanted === 0 ? 'come with the space' : `${standing} of ${wanted} stand`,
      missing,
      ...(wanted === 0 ? {} : { act: { label: 'Make channels', run: 'setup channels' } }),
    },
  ]
}

const names: Record<string, string> = { discord: 'Discord', slack: 'Slack' }

async function termSteps(ctx: Context): Promise<Step[]> {
  const policy = policyOf(ctx.program)
  const terms = await currentTerms(ctx.db, ctx.program.id)
  const rate = String(policy.rateBps / 100)
  return [
    { label: 'Terms', done: true, says: `version ${terms.version} is in force` },
    {
      label: 'Rate and hold',
      done: (await decided(ctx, 'rate')) || (await decided(ctx, 'hold_days')),
      says: `${percent(policy.rateBps)}, ${plural(policy.holdDays, 'day')}`,
      act: { label: 'Keep rate and hold', run: 'setup program', given: { rate, hold_days: String(policy.holdDays) } },
    },
    {
      label: 'Payday',
      done: await decided(ctx, 'payday'),
      says: `day ${policy.payday} of the month`,
      act: { label: 'Keep payday', run: 'setup program', given: { payday: String(policy.payday) } },
    },
  ]
}

/** Whether somebody has said what it should be, even if that is what it was. */
async function decided(ctx: Context, option: string): Promise<boolean> {
  const [row] = await ctx.db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Audit" WHERE "programId" = ${ctx.program.id} AND run = 'setup program' AND outcome = 'done' AND given->>${option} IS NOT NULL LIMIT 1`
  return row !== undefined
}

async function shopSteps(ctx: Context): Promise<Step[]> {
  const { shopUrl } = policyOf(ctx.program)
  const host = new URL(shopUrl).host
  const own = new URL(ctx.url('/'))
  const local = /^(localhost|127\.|\[::1\])/.test(own.hostname)
  const heard = await ctx.db.inbox.count({
    where: { programId: ctx.program.id, state: 'done', NOT: { source: { startsWith: 'chat:' } } },
  })
  return [
    {
      label: 'Shop',
      done: shopUrl !== policySchema.parse({}).shopUrl,
      says: host,
      act: { label: 'Set the shop', run: 'setup program', given: { '?': 'form' } },
    },
    {
      label: 'Domain',
      done: !local && own.protocol === 'https:',
      says: local ? 'set PUBLIC_URL to your address and start Troupe again' : own.origin,
      act: { label: 'Check again', run: 'setup show' },
    },
    {
      label: 'Webhook',
      done: heard > 0,
      says: heard > 0 ? `${plural(heard, 'delivery', 'deliveries')} taken in` : 'nothing has come from the shop yet',
      act: { label: 'Show webhooks', run: 'setup program' },
    },
  ]
}

/** Mail is the one thing of the list that Troupe can do without: who has no chat account signs in by it. */
function mailStep(ctx: Context): Step {
  return {
    label: 'Mail',
    done: ctx.mails,
    optional: true,
    says: ctx.mails ? 'goes out' : 'set SMTP_URL and MAIL_FROM, then start Troupe again',
    act: ctx.mails ? { label: 'Invite by e-mail', run: 'team invite' } : { label: 'Check again', run: 'setup show' },
  }
}

async function invitationStep(ctx: Context): Promise<Step> {
  const count = await ctx.db.creator.count({ where: { programId: ctx.program.id, mergedInto: null } })
  return {
    label: 'Invitations',
    done: count > 0,
    says: count > 0 ? `${count} invited or joined` : `nobody yet; anyone may apply at ${ctx.url(`/join/${ctx.program.id}`)}`,
    act: { label: 'Invite a creator', run: 'creator invite' },
  }
}

/** A new program says nothing unasked in its first days, so that somebody looks at it first. */
function messageSteps(ctx: Context): Step[] {
  const { messagesFrom } = policyOf(ctx.program)
  if (messagesFrom === null) return []
  const { zone, locale } = ctx.program
  const from = new Date(messagesFrom)
  const says =
    from <= ctx.now ? 'digests and hints go out' : `digests and hints start by themselves on ${sayDay(from, zone, locale)}`
  return [{ label: 'Messages', done: from <= ctx.now, says, act: { label: 'Look at the messages', run: 'nudge dry' } }]
}
