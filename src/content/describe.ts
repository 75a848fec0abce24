/** What a piece of content is, said by a manager, so that pieces can be compared. */
import type { Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { lock } from './intake.ts'

const approved = ['approved', 'live', 'measured']

/** Keeps the form of an approved piece and how it begins; what is not given stays as it was. Refusal invalid when nothing is given. */
export async function describe(
  ctx: Context,
  submissionId: string,
  { format, hook }: { format: string | undefined; hook: string | undefined },
): Promise<Submission> {
  const { id, state } = await lock(ctx, submissionId)
  if (!approved.includes(state))
    throw new Refusal('conflict', 'Only approved content is compared.', 'Approve it first.', 'submission')
  if (format === undefined && hook === undefined)
    throw new Refusal('invalid', 'Nothing is said of it.', 'Choose its format, or how it begins.', 'format')
  const data = { ...(format === undefined ? {} : { format }), ...(hook === undefined ? {} : { hook }) }
  return ctx.db.submission.update({ where: { id }, data })
}
