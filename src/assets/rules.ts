// An asset is something of the brand's that creators may use: a logo, a picture, a guide. It belongs to a mission or to all, has versions
// of which the newest counts, and may have a last day. After it the asset is shown to nobody but managers, who see that it is over.
import { Refusal } from '../kernel/refusal.ts'
import { addDays, instantOf } from '../kernel/time.ts'

type Dated = { validTo: Date | null; retiredAt: Date | null }

export type AssetState = 'current' | 'over' | 'retired'

/** Where an asset stands at a moment. */
export const stateAt = ({ validTo, retiredAt }: Dated, now: Date): AssetState =>
  retiredAt !== null ? 'retired' : validTo !== null && validTo <= now ? 'over' : 'current'

/** The moment at which a last day is over. Refusal invalid for what is no day to come. */
export function endOf(day: string, zone: string, now: Date): Date {
  const end = /^\d{4}-\d{2}-\d{2}$/.test(day) ? endOfDay(day, zone) : null
  if (!end || end <= now) throw new Refusal('invalid', 'The last day is no day to come.', 'Write it as 2027-03-31.', 'until')
  return end
}

function endOfDay(day: string, zone: string): Date | null {
  try {
    return instantOf(addDays(day, 1), '00:00', zone)
  } catch {
    return null
  }
}

/** Exactly one of the two. */
export function checkSource(source: { file: unknown; url: unknown }): void {
  if ((source.file === undefined) === (source.url === undefined))
    throw new Refusal('invalid', 'An asset is a file or an address.', 'Give one of the two.', 'file')
}
