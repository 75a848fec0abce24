/** What creators read of their payments, in their private place. */
import { buttons, type Card, card, code, facts, money, paragraph, text, toned } from '../kernel/card.ts'
import { type Method, methods } from './rules.ts'

export type Told = {
  minor: bigint
  currency: string
  method: string
  shown: string
  reference: string
  reason: string | null
  id: string
  /** A gift code came with it. */
  hasGift?: boolean | undefined
}

const amount = ({ minor, currency }: Told) => money({ minor, currency })
const wayOf = ({ method, shown }: Told): string => `${methods[method as Method]}: ${shown}`
const takes: Partial<Record<Method, string>> = {
  bank: 'A bank takes one to three working days.',
  paypal: 'PayPal shows it within a day.',
  wise: 'Wise takes up to two working days, and may ask you by e-mail.',
}

/** The money is on its way. */
export const sentCard = (told: Told): Card =>
  toned(
    'good',
    card(
      'Your payout is on its way',
      facts({ Amount: amount(told), To: [wayOf(told)], Reference: code(told.reference) }),
      takes[told.method as Method] ?? false,
      buttons({ label: 'Show earnings', run: 'earnings' }),
    ),
  )

/** It has arrived; a gift code comes with it. */
export const settledCard = (told: Told): Card =>
  toned(
    'good',
    card(
      'You were paid',
      facts({
        Amount: amount(told),
        To: [wayOf(told)],
        Reference: code(told.reference),
      }),
      told.hasGift && 'Your gift code is kept sealed until you ask for it.',
      buttons(told.hasGift && { label: 'Show gift code', run: 'payout gift', given: { payment: told.id }, look: 'main' }, {
        label: 'Show earnings',
        run: 'earnings',
      }),
    ),
  )

/** The code itself, for its owner alone. */
export const giftCodeCard = (gift: { code: string; minor: bigint; currency: string; reference: string }): Card =>
  card(
    'Your gift code',
    paragraph(code(gift.code)),
    facts({ Worth: money(gift), Reference: code(gift.reference) }),
    'Enter it at the checkout of the shop. It is worth this amount to whoever has it, so keep it to yourself.',
  )

/** It had arrived and was taken back; what mends it. */
export const bouncedCard = (told: Told): Card =>
  toned(
    'bad',
    card(
      'A payout came back',
      paragraph(text`${amount(told)} had arrived and came back since: ${told.reason ?? 'no reason was given'}`),
      facts({ To: [wayOf(told)], Reference: code(told.reference) }),
      'Nothing is lost: the money is payable again. Check your details, and it is paid with the next batch.',
      buttons({ label: 'Check details', run: 'details', look: 'main' }, { label: 'Show earnings', run: 'earnings' }),
    ),
  )

/** It came back, and what mends it. */
export const failedCard = (told: Told): Card =>
  toned(
    'bad',
    card(
      'Your payout did not arrive',
      paragraph(text`${amount(told)} came back: ${told.reason ?? 'no reason was given'}`),
      facts({ To: [wayOf(told)], Reference: code(told.reference) }),
      'The money is payable again. Check your details: once they are right it is paid with the next batch.',
      buttons({ label: 'Check details', run: 'details', look: 'main' }, { label: 'Show earnings', run: 'earnings' }),
    ),
  )

/** For finance: a payment of which nobody knows. */
export const stuckCard = (payment: Pick<Told, 'minor' | 'currency' | 'reference'>, trouble: { why: string; fix: string }): Card =>
  toned(
    'bad',
    card(
      'Nobody knows whether a payment arrived',
      paragraph(text`${money(payment)}, reference ${code(payment.reference)}: ${trouble.why}`),
      trouble.fix,
      'The money stays set aside and nothing is sent twice. If you can see it at the provider, say so with /payout settle or /payout fail.',
      buttons({ label: 'Look at what is parked', run: 'parked' }),
    ),
  )
