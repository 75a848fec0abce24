import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import { percent } from '../kernel/money.ts'
import { policyOf } from '../programs/rules.ts'
import { type DeclineReason, declineReasons, nameAndHandle } from './rules.ts'

/** How many applications wait for a decision. */
export const waiting = (ctx: Context): Promise<number> =>
  ctx.db.creator.count({ where: { programId: ctx.program.id, state: 'applied', termsAt: { not: null } } })

/** Creators whose name or handle holds what was typed, for autocomplete; `state` narrows it. */
export async function suggestCreators(ctx: Context, typed: string, ...states: string[]): Promise<Suggestion[]> {
  const contains = { contains: typed.replace(/^@/, ''), mode: 'insensitive' as const }
  const rows = await ctx.db.creator.findMany({
    where: {
      programId: ctx.program.id,
      mergedInto: null,
      ...(states.length === 0 ? {} : { state: { in: states } }),
      OR: [{ name: contains }, { handle: contains }],
    },
    orderBy: { name: 'asc' },
    take: 25,
  })
  return rows.map((c) => ({ label: nameAndHandle(c), value: c.id }))
}

/** What a manager should know before deciding: the same handle or e-mail elsewhere, an earlier answer, a niche we do not serve. */
export async function hintsOf(ctx: Context, creator: Creator): Promise<string[]> {
  const twins = await ctx.db.creator.findMany({
    where: {
      programId: ctx.program.id,
      id: { not: creator.id },
      mergedInto: null,
      // What an imported row left open is nobody's.
      OR: [{ handle: { equals: creator.handle, not: '' } }, { email: { equals: creator.email, not: '' } }],
    },
    take: 5,
    orderBy: { id: 'asc' },
  })
  const same = twins.map((t) => `${t.name} (${t.state}) gave the same ${t.handle === creator.handle ? 'handle' : 'e-mail'}.`)
  const earlier = creator.declineReason ? [`Declined before: ${reasonLabel(creator.declineReason)}.`] : []
  const served = policyOf(ctx.program).niches
  const invited =
    creator.invitedBy === null ? [] : [`Invited${creator.rateBps === null ? '' : ` with a rate of ${percent(creator.rateBps)}`}.`]
  return [
    ...invited,
    ...same,
    ...earlier,
    ...(served.includes(creator.niche) ? [] : [`${creator.niche} is not one of our niches.`]),
  ]
}

const reasonLabel = (reason: string): string => (declineReasons[reason as DeclineReason]?.label ?? reason).toLowerCase()

export type Decision = { at: Date; by: string; did: string }

/** What managers decided about a creator, newest first. */
export async function decisionsOf(ctx: Context, creatorId: string): Promise<Decision[]> {
  const rows = await ctx.db.audit.findMany({
    where: {
      programId: ctx.program.id,
      run: { in: ['creator approve', 'creator decline'] },
      outcome: 'done',
      given: { path: ['creator'], equals: creatorId },
    },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: 10,
  })
  const people = await ctx.db.membership.findMany({
    where: { programId: ctx.program.id, personId: { in: rows.flatMap((r) => r.personId ?? []) } },
    select: { personId: true, name: true },
  })
  return rows.map((row) => {
    const reason = (row.given as { reason?: string }).reason
    return {
      at: row.at,
      by: people.find((p) => p.personId === row.personId)?.name ?? 'Troupe',
      did: row.run === 'creator approve' ? 'approved' : `declined${reason ? `: ${reasonLabel(reason)}` : ''}`,
    }
  })
}
