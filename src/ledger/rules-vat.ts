/**
 * What an invoice between two countries says about VAT: data, for the law of others changes more often than ours. Nothing is
 * calculated here. A note that depends on VAT ids is given only when they are there; within one country the parties agree on VAT
 * themselves, and the invoice says so.
 */
const eu = new Set('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '))

export type Party = { country: string; vatId: string }

type Rule = { payer: string; payee: string; vatIds: boolean; note: string }

// EU is any member, * any country. The first row that fits decides.
const rules: Rule[] = [
  {
    payer: 'EU',
    payee: 'EU',
    vatIds: true,
    note: 'Reverse charge: VAT is due from the recipient (Articles 44 and 196 of Directive 2006/112/EC).',
  },
  { payer: 'EU', payee: 'EU', vatIds: false, note: 'No VAT is shown: the VAT id of one party is missing.' },
  {
    payer: 'EU',
    payee: '*',
    vatIds: false,
    note: 'Reverse charge: VAT is due from the recipient, for the service comes from outside the EU (Articles 44 and 196 of Directive 2006/112/EC).',
  },
  {
    payer: 'GB',
    payee: '*',
    vatIds: false,
    note: 'Reverse charge: the recipient accounts for VAT (section 8 of the VAT Act 1994).',
  },
  {
    payer: 'CH',
    payee: '*',
    vatIds: false,
    note: 'Acquisition tax is due from the recipient (Article 45 of the Swiss VAT Act).',
  },
  {
    payer: '*',
    payee: 'EU',
    vatIds: false,
    note: 'Outside the scope of EU VAT: the service is supplied where the recipient is established (Article 44 of Directive 2006/112/EC).',
  },
  { payer: '*', payee: 'GB', vatIds: false, note: 'Outside the scope of UK VAT (section 7A of the VAT Act 1994).' },
  { payer: '*', payee: '*', vatIds: false, note: 'No VAT is shown.' },
]

const domestic = 'No VAT is shown. Where the payee is registered for VAT, the parties agree on it beside this invoice.'

/** The sentence for an invoice that `payer` writes for `payee`. */
export function vatNote(payer: Party, payee: Party): string {
  if (payer.country === '' || payee.country === '') return 'No VAT is shown.'
  if (payer.country === payee.country) return domestic
  const both = payer.vatId !== '' && payee.vatId !== ''
  return rules.find((rule) => fits(rule.payer, payer) && fits(rule.payee, payee) && (!rule.vatIds || both))!.note
}

const fits = (pattern: string, { country }: Party): boolean =>
  pattern === '*' || pattern === country || (pattern === 'EU' && eu.has(country))
