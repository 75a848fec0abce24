import type { Context } from '../context.ts'
import type { Program } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Policy, percent, policyOf, policySchema, termsText } from './rules.ts'
import { connect, publishTerms } from './service.ts'

export type PolicyChange = Partial<
  Pick<
    Policy,
    | 'shopUrl'
    | 'allowedHosts'
    | 'rateBps'
    | 'holdDays'
    | 'codePercent'
    | 'invites'
    | 'books'
    | 'payday'
    | 'minPayoutMinor'
    | 'payoutMethods'
    | 'closedCountries'
    | 'payerAccount'
    | 'codeGraceDays'
    | 'leakGraceHours'
  >
>

/**
 * Changes the policy; what is better for creators holds at once and new terms are published with it. A lower rate or a longer
 * hold is refused once somebody has accepted the terms: those people are held to what they accepted.
 */
export async function changePolicy(ctx: Context, change: PolicyChange): Promise<Policy> {
  await ctx.db.$queryRaw`SELECT id FROM "Program" WHERE id = ${ctx.program.id} FOR UPDATE`
  const program = await ctx.db.program.findUniqueOrThrow({ where: { id: ctx.program.id } })
  const before = policyOf(program)
  const after = policySchema.parse({ ...before, ...change })
  if (stricter(before, after) && (await ctx.db.acceptance.count({ where: { programId: program.id } })) > 0) {
    throw new Refusal(
      'not_allowed',
      `Creators have accepted ${percent(before.rateBps)} and a hold of ${before.holdDays} days. A lower rate or a longer hold would change that without them.`,
      'Keep it, or make it better for them.',
    )
  }
  await ctx.db.program.update({ where: { id: program.id }, data: { policy: after } })
  if (sayOther(program, before, after)) await publishTerms(ctx, program, after)
  return after
}

const stricter = (before: Policy, after: Policy): boolean => after.rateBps < before.rateBps || after.holdDays > before.holdDays

/** Whether the terms would say something else. */
const sayOther = ({ name, currency }: Program, before: Policy, after: Policy): boolean =>
  termsText(name, before, 0, currency) !== termsText(name, after, 0, currency)

/** The sources that may send facts, and how many of their secrets are valid now (two while one replaces the other). */
export async function connections(ctx: Context): Promise<{ source: string; secrets: number }[]> {
  const rows = await ctx.db.connection.findMany({ where: { programId: ctx.program.id }, orderBy: { source: 'asc' } })
  return rows.map((row) => ({ source: row.source, secrets: (row.secrets as string[]).length }))
}

/** A new secret for a source that signs with ours; the one before stays valid until the next rotation. Gives the plain secret, once. */
export async function rotate(ctx: Context, source: string): Promise<string> {
  await lockConnection(ctx, source)
  return connect(ctx, ctx.program.id, source)
}

/** Keeps a secret that a shop gave; the one before stays valid beside it. */
export async function keepSecret(ctx: Context, source: string, secret: string): Promise<void> {
  await lockConnection(ctx, source)
  const key = { programId_source: { programId: ctx.program.id, source } }
  const before = await ctx.db.connection.findUnique({ where: key })
  const secrets = [ctx.seal(secret), ...((before?.secrets ?? []) as string[])].slice(0, 2)
  await ctx.db.connection.upsert({
    where: key,
    create: { id: ctx.id('space'), programId: ctx.program.id, source, secrets, createdAt: ctx.now },
    update: { secrets },
  })
}

/** Two admins who rotate at once must not lose one of the secrets. */
async function lockConnection(ctx: Context, source: string): Promise<void> {
  await ctx.db.$queryRaw`SELECT id FROM "Connection" WHERE "programId" = ${ctx.program.id} AND source = ${source} FOR UPDATE`
}
