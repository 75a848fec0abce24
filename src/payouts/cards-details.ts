/** Cards about payment details. None of them holds an account: those are typed and shown on a page of their own. */
import { buttons, type Card, card, facts, moment, paragraph, small, type Text, table, text, toned } from '../kernel/card.ts'
import { type Method, methods } from './rules.ts'
import { type Kind, kindWords } from './rules-payee.ts'
import { type TaxForm, taxForms } from './rules-tax.ts'

export type DetailsView = {
  url: string
  minutes: number
  payee: { method: string; shown: string; taxForm: string; taxSignedAt: Date | null; heldUntil: Date | null } | null
  /** What was changed when, newest first; never to what. */
  history: { kinds: Kind[]; at: Date }[]
  now: Date
}

/** What is known, and the link to the page where it is changed. */
export const detailsCard = ({ url, minutes, payee, history, now }: DetailsView): Card =>
  card(
    'Your payment details',
    payee
      ? facts({
          'Paid by': [methods[payee.method as Method]],
          To: [payee.shown],
          'Tax form': [payee.taxSignedAt ? `${taxForms[payee.taxForm as TaxForm]}, signed` : 'none needed'],
          ...(payee.heldUntil && payee.heldUntil > now ? { 'Payouts rest until': moment(payee.heldUntil, 'time') } : {}),
        })
      : 'We do not know yet where to send your money.',
    history.length > 0 &&
      table(
        ['When', 'Changed'],
        history
          .slice(0, 5)
          .map(({ at, kinds }): Text[] => [text`${moment(at, 'time')}`, [kinds.map((kind) => kindWords[kind]).join(', ')]]),
        { caption: 'Last changes' },
      ),
    paragraph('The button opens a page for you alone. Never type an account or tax number into the chat.'),
    buttons({ label: payee ? 'Change details' : 'Enter details', url }),
    small(`It works once, within ${minutes} minutes; keep it to yourself.`),
  )

/** A security note: what kind of detail changed, through every door. */
export function changedCard(change: { kinds: Kind[]; shown: string; heldUntil: Date | null }): Card {
  const { kinds, shown, heldUntil } = change
  const what = kinds.map((kind) => kindWords[kind]).join(', ')
  const first = kinds.includes('first')
  const told = card(
    first ? 'Your payment details were entered' : 'Your payment details were changed',
    facts({ ...(first ? {} : { Changed: [what] }), 'Paid to': [shown] }),
    heldUntil !== null && paragraph(text`For your safety nothing is paid before ${moment(heldUntil, 'full')}.`),
    `If this was not you, tell the team at once and ${first ? 'enter your own' : 'change your details back'}.`,
    buttons({ label: 'Check details', run: 'details' }),
  )
  return heldUntil === null ? told : toned('warn', told)
}
