import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import { recognise } from '../people/service.ts'

/** The one creator of a program for test orders; made, already approved, when there is none yet. */
export async function testCreator(ctx: Context): Promise<Creator> {
  const programId = ctx.program.id
  const account = { platform: 'web', workspace: programId, user: 'test-creator', userName: 'Test Creator' }
  const { personId } = (await recognise(ctx, { ...account, programId })).membership
  await ctx.db.creator.createMany({
    data: {
      id: ctx.id('creator'),
      programId,
      personId,
      state: 'approved',
      name: account.userName,
      handle: '@test.creator',
      niche: 'other',
      country: 'DE',
      email: 'test.creator@example.com',
      appliedAt: ctx.now,
      termsAt: ctx.now,
      decidedAt: ctx.now,
      createdAt: ctx.now,
    },
    skipDuplicates: true,
  })
  return ctx.db.creator.findUniqueOrThrow({ where: { programId_personId: { programId, personId } } })
}
