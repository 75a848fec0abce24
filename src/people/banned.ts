// A ban holds for whoever was forgotten since: their accounts stay as keyed hashes, which name nobody and lead nowhere.
import type { Context } from '../context.ts'
import type { Identity } from '../db/generated/client.ts'
import { FORMER } from '../kernel/personal.ts'

/** No door is called so, and nothing is ever said through it. */
export const BANNED = 'banned'

const hashOf = (ctx: Context, { platform, workspace, externalId }: Identity): string =>
  ctx.hash(`banned ${platform} ${workspace} ${externalId}`)

/** What these persons are banned as here. */
export const bansOf = (ctx: Context, personIds: string[]): Promise<{ id: string; state: string }[]> =>
  ctx.db.creator.findMany({
    where: { programId: ctx.program.id, personId: { in: personIds }, state: 'banned' },
    select: { id: true, state: true },
  })

/** In the place of an account comes its hash. */
export async function keepBanned(ctx: Context, accounts: readonly Identity[]): Promise<void> {
  for (const account of accounts)
    await ctx.db.identity.createMany({
      data: {
        id: ctx.id('identity'),
        personId: account.personId,
        platform: BANNED,
        workspace: ctx.program.id,
        externalId: hashOf(ctx, account),
        name: FORMER,
        createdAt: ctx.now,
      },
      skipDuplicates: true,
    })
}

/** Whether an account of this person was banned before its owner was forgotten. */
export async function wasBanned(ctx: Context, personId: string): Promise<boolean> {
  const accounts = await ctx.db.identity.findMany({ where: { personId } })
  const externalId = { in: accounts.map((account) => hashOf(ctx, account)) }
  return (await ctx.db.identity.count({ where: { platform: BANNED, workspace: ctx.program.id, externalId } })) > 0
}
