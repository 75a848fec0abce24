// A gift is a product that a creator gets to show. A creator asks for one, or the brand offers one; both have to agree before anything
// is sent. Its address is asked for privately, kept sealed, shown to managers one press at a time, and forgotten some weeks after it was
// sent, or with the gift itself when half a year has sent nothing. A gift is a material connection: whoever shows it discloses it, and
// nobody owes the brand a kind word for it.
import { z } from 'zod'
import { parseCountry } from '../creators/rules-countries.ts'
import { decimal, typedMoney } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'

export type GiftState = 'asked' | 'offered' | 'agreed' | 'sent' | 'received' | 'declined'
export type Act = 'offer' | 'agree' | 'send' | 'receive' | 'decline'

const law: Record<Exclude<Act, 'offer'>, { by: 'creator' | 'manager' | 'either'; from: GiftState[]; to: GiftState }> = {
  // The other side agrees: a manager to what was asked for, a creator to what was offered.
  agree: { by: 'either', from: ['asked', 'offered'], to: 'agreed' },
  send: { by: 'manager', from: ['agreed'], to: 'sent' },
  receive: { by: 'creator', from: ['sent'], to: 'received' },
  decline: { by: 'either', from: ['asked', 'offered', 'agreed'], to: 'declined' },
}

/** Why nothing more is sent to whoever has left or was banned. */
export const CALLED_OFF = 'Its creator is no longer in the program.'

export const stateWords: Record<GiftState, string> = {
  asked: 'Asked for',
  offered: 'Offered',
  agreed: 'To be sent',
  sent: 'On its way',
  received: 'Arrived',
  declined: 'Declined',
}

type Who = { role: string; creatorId?: string | undefined }

/** The state after an act. Refusal not_allowed for whoever may not, conflict when the gift is past it. */
export function next(act: Exclude<Act, 'offer'>, gift: { state: string; creatorId: string }, who: Who): GiftState {
  const { by, from, to } = law[act]
  const own = gift.creatorId === who.creatorId
  const manager = !own && (who.role === 'manager' || who.role === 'admin')
  if (!own && !manager) throw new Refusal('not_found', 'This gift does not exist.', 'See your own with /gift list.', 'gift')
  const agreeing = act !== 'agree' || (gift.state === 'asked' ? manager : gift.state !== 'offered' || own)
  if ((by === 'manager' && !manager) || (by === 'creator' && !own) || !agreeing)
    throw new Refusal(
      'not_allowed',
      own ? 'A manager decides this.' : 'Its creator says this.',
      'See how it stands with /gift list.',
    )
  if (!from.includes(gift.state as GiftState))
    throw new Refusal(
      'conflict',
      `This gift is ${(stateWords[gift.state as GiftState] ?? gift.state).toLowerCase()} already.`,
      'See how it stands with /gift list.',
    )
  return to
}

const addressSchema = z.object({ name: z.string(), lines: z.string(), country: z.string() })
export type Address = z.infer<typeof addressSchema>

export const readAddress = (json: string): Address => addressSchema.parse(JSON.parse(json))

/** An address that a parcel can find: a name and at least street and town, in a country by its name or its two letters. */
export function checkAddress(address: Address, locale: string): Address {
  const lines = address.lines
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (lines.length < 2)
    throw new Refusal(
      'invalid',
      'The address has a single line.',
      'Write the street in one line, postcode and town in the next.',
      'address',
    )
  return { name: address.name.trim(), lines: lines.join('\n'), country: parseCountry(address.country, locale) }
}

/** What a gift is worth, in minor units. It counts as pay: in the cost of a sale, for tax, and for whether it has to be disclosed. */
export function readWorth(typed: string, currency: string): bigint {
  try {
    const { minor } = typedMoney(typed, currency)
    if (minor >= 0n) return minor
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
  const example = decimal({ minor: 2_500n, currency })
  throw new Refusal(
    'invalid',
    `“${typed.slice(0, 20)}” is not a worth.`,
    `Write its price in ${currency}, such as ${example}.`,
    'worth',
  )
}

/** Days after which the address of a gift that was sent is forgotten. */
export const ADDRESS_DAYS = 30

/** What was asked for is not kept open for ever: days after which one that nobody marked as sent is over. */
export const OPEN_DAYS = 180
export const NEVER_SENT = `Nobody marked it as sent in ${OPEN_DAYS} days, so its address is forgotten. Ask for it again if it never came.`
