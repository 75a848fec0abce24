import type { Context } from '../context.ts'
import { Refusal } from '../kernel/refusal.ts'
import { kindOf, shopName } from './rules-shops.ts'
import { connect } from './service.ts'

/** The sources that may send facts, and how many of their secrets are valid now (two while one replaces the other). */
export async function connections(ctx: Context): Promise<{ source: string; secrets: number }[]> {
  const rows = await ctx.db.connection.findMany({ where: { programId: ctx.program.id }, orderBy: { source: 'asc' } })
  return rows.map((row) => ({ source: row.source, secrets: (row.secrets as string[]).length }))
}

/** A new secret for a source that signs with ours; the one before stays valid until it is ended or the next rotation. Gives the plain secret, once. */
export async function rotate(ctx: Context, source: string): Promise<string> {
  await lockConnection(ctx, source)
  return connect(ctx, ctx.program.id, source)
}

/** Names the newest secret without telling it, so that what was confirmed is what is done. */
const markOf = (ctx: Context, secrets: string[]): string => ctx.hash(`secret:${ctx.unseal(secrets[0] ?? '')}`).slice(0, 16)

/** How many secrets of a source would end, and the mark by which `endFormer` knows that nobody changed them since. */
export async function formerSecrets(ctx: Context, source: string): Promise<{ former: number; mark: string }> {
  const row = await ctx.db.connection.findUnique({ where: { programId_source: { programId: ctx.program.id, source } } })
  const secrets = (row?.secrets ?? []) as string[]
  if (secrets.length < 2)
    throw new Refusal(
      'conflict',
      secrets.length === 0
        ? `${shopName(source)} has no secret.`
        : `${shopName(source)} has one secret, and no former one is valid.`,
      'Make or paste the new one first, then end the former one.',
    )
  return { former: secrets.length - 1, mark: markOf(ctx, secrets) }
}

/** Ends all secrets of a source but the newest, from the next delivery on. */
export async function endFormer(ctx: Context, source: string, mark: string): Promise<void> {
  await lockConnection(ctx, source)
  if ((await formerSecrets(ctx, source)).mark !== mark)
    throw new Refusal(
      'conflict',
      'The secret was changed again meanwhile.',
      'Look at /setup program, and end the former one there.',
    )
  const key = { programId_source: { programId: ctx.program.id, source } }
  const { secrets } = await ctx.db.connection.findUniqueOrThrow({ where: key })
  await ctx.db.connection.update({ where: key, data: { secrets: (secrets as string[]).slice(0, 1) } })
}

/** Stripe has two endpoints for one address, its own and that of the accounts under it, each with a secret of its own. */
const kept = (source: string): number => (kindOf(source) === 'stripe' ? 3 : 2)

/** Keeps a secret that a shop gave; the one before stays valid beside it. */
export async function keepSecret(ctx: Context, source: string, secret: string): Promise<void> {
  await lockConnection(ctx, source)
  const key = { programId_source: { programId: ctx.program.id, source } }
  const before = await ctx.db.connection.findUnique({ where: key })
  const secrets = [ctx.seal(secret), ...((before?.secrets ?? []) as string[])].slice(0, kept(source))
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
