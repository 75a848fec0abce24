import type { Context } from '../context.ts'
import { qrPng } from '../links/qr.ts'
import { policyOf } from '../programs/rules.ts'
import type { Page } from './cards.ts'

export const sharePath = (programId: string): string => `/share/${programId}`

/** The program's page for customers, as it is set. */
export const pageOf = (ctx: Context, policy = policyOf(ctx.program)): Page => ({
  url: ctx.url(sharePath(ctx.program.id)),
  ...policy.share,
})

/** Its address as a QR picture; gives the stored file's id. */
export async function qrOfPage(ctx: Context): Promise<string> {
  const stored = await ctx.store(await qrPng(ctx.url(sharePath(ctx.program.id))), 'qr-share.png')
  return stored.id
}
