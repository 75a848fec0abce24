/**
 * The files that money is sent with: one for each way of payment, as the bank or provider reads it. Each row carries the payment's
 * reference, by which its answer is found again. Every text is guarded against being run as a formula; amounts are plain numbers.
 */
import { type Cell, writeCsv } from '../kernel/csv.ts'
import { decimal, type Money, sum } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { localDay } from '../kernel/time.ts'
import { leastBy } from './rules.ts'
import type { Account } from './rules-accounts.ts'
import type { PayeeDetails } from './rules-payee.ts'

/** A payment with the details it goes to. */
export type Paying = { id: string; reference: string; amount: Money; details: PayeeDetails }
export type Payer = {
  program: string
  account: { name: string; iban: string; bic?: string | undefined } | undefined
  now: Date
  batch: string
}
export type PaymentFile = { name: string; mime: string; text: string }

type Format = {
  label: string
  method: 'bank' | 'paypal' | 'wise' | 'credit'
  write: (payments: Paying[], payer: Payer) => PaymentFile
}

const csv = (name: string, rows: Cell[][], mark = true): PaymentFile => ({
  name: `${name}.csv`,
  mime: 'text/csv; charset=utf-8',
  text: writeCsv(rows, { mark }),
})

const ibanOf = (account: Account): string => ('iban' in account ? account.iban : '')
const bicOf = (account: Account): string => ('iban' in account ? (account.bic ?? '') : '')
const numberOf = (account: Account): [string, string] =>
  'accountNumber' in account ? [account.accountNumber, account.routing] : ['', '']
const addressOf = ({ address }: PayeeDetails): string[] => [
  address.line,
  address.more,
  address.postcode,
  address.city,
  address.region,
]

/** Without decimals where PayPal takes none; an amount that was prepared with them is not cut in a file. */
function asPayPalReads(amount: Money): Cell {
  const least = leastBy('paypal', amount.currency)
  return least > 1n && amount.minor % least === 0n ? amount.minor / least : amount
}

/** The formats by name; a program offers those whose method it pays by. */
export const formats = {
  bank: {
    label: 'Bank list (CSV)',
    method: 'bank',
    write: (payments, payer) =>
      csv(`${payer.batch}-bank`, [
        [
          'name',
          'iban',
          'bic',
          'account number',
          'routing',
          'street',
          'address 2',
          'postcode',
          'city',
          'region',
          'country',
          'amount',
          'currency',
          'reference',
        ],
        ...payments.map(({ details, amount, reference }): Cell[] => [
          details.name,
          ibanOf(details.account),
          bicOf(details.account),
          ...numberOf(details.account),
          ...addressOf(details),
          details.country,
          amount,
          amount.currency,
          reference,
        ]),
      ]),
  },
  sepa: { label: 'SEPA credit transfer (XML)', method: 'bank', write: writeSepa },
  // No headings: that is how PayPal's upload is described.
  paypal: {
    label: 'PayPal payouts (CSV)',
    method: 'paypal',
    write: (payments, payer) =>
      csv(
        `${payer.batch}-paypal`,
        payments.map(({ id, details, amount }): Cell[] => [
          'email' in details.account ? details.account.email : '',
          asPayPalReads(amount),
          amount.currency,
          id,
          `Your earnings from ${payer.program}`,
          'PAYPAL',
        ]),
        false,
      ),
  },
  wise: {
    label: 'Wise batch (CSV)',
    method: 'wise',
    write: (payments, payer) =>
      csv(
        `${payer.batch}-wise`,
        [
          [
            'name',
            'recipientEmail',
            'paymentReference',
            'receiverType',
            'amountCurrency',
            'amount',
            'sourceCurrency',
            'targetCurrency',
            'IBAN',
            'swiftCode',
            'accountNumber',
            'routingNumber',
            'addressCountryCode',
            'addressCity',
            'addressFirstLine',
            'addressPostCode',
          ],
          ...payments.map(({ details, amount, reference }): Cell[] => [
            details.name,
            'email' in details.account ? details.account.email : '',
            reference,
            'PRIVATE',
            'target',
            amount,
            amount.currency,
            amount.currency,
            ibanOf(details.account),
            bicOf(details.account),
            ...numberOf(details.account),
            details.country,
            details.address.city,
            details.address.line,
            details.address.postcode,
          ]),
        ],
        false,
      ),
  },
  credit: {
    label: 'Gift codes to make (CSV)',
    method: 'credit',
    write: (payments, payer) =>
      csv(`${payer.batch}-gift-codes`, [
        ['name', 'amount', 'currency', 'reference'],
        ...payments.map(({ details, amount, reference }): Cell[] => [details.name, amount, amount.currency, reference]),
      ]),
  },
} satisfies Record<string, Format>

export type FormatName = keyof typeof formats
export const isFormat = (name: string): name is FormatName => Object.hasOwn(formats, name)

/** Countries by the begin of an IBAN whose banks are in SEPA: one transfer beyond them and a bank refuses the whole file. */
const sepa = new Set(
  (
    'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK ' +
    'AD AL CH GB GI IS LI MC MD ME MK NO RS SM VA'
  ).split(' '),
)
const inSepa = (account: Account): boolean => sepa.has(ibanOf(account).slice(0, 2))

/** The payments that a format can carry: SEPA knows euros and its own accounts only; the bank list has the others. */
export const fitting = (name: FormatName, payments: Paying[]): Paying[] =>
  payments.filter(
    ({ details, amount }) =>
      details.account.method === formats[name].method &&
      (name !== 'sepa' || (amount.currency === 'EUR' && inSepa(details.account))),
  )

/** The clock of the euro's banks: a day that is over there is refused, or executed on one that nobody asked for. */
const BANK_ZONE = 'Europe/Berlin'

/** pain.001.001.09, one credit transfer for each payment. */
function writeSepa(payments: Paying[], { account, now, batch }: Payer): PaymentFile {
  if (!account)
    throw new Refusal(
      'conflict',
      'The account that the program pays from is not known.',
      'An admin gives it with /setup payouts.',
    )
  const total = decimal(
    sum(
      payments.map((one) => one.amount),
      'EUR',
    ),
  )
  const id = batch.slice(-30)
  const agent = (bic: string | undefined) =>
    bic ? `<FinInstnId><BICFI>${bic}</BICFI></FinInstnId>` : '<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>'
  const transfers = payments.map(
    ({ details, amount, reference }) =>
      `<CdtTrfTxInf><PmtId><EndToEndId>${reference}</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">${decimal(amount)}</InstdAmt></Amt>` +
      (bicOf(details.account) ? `<CdtrAgt>${agent(bicOf(details.account))}</CdtrAgt>` : '') +
      `<Cdtr><Nm>${sepaText(details.name, 70)}</Nm></Cdtr><CdtrAcct><Id><IBAN>${ibanOf(details.account)}</IBAN></Id></CdtrAcct><RmtInf><Ustrd>${reference}</Ustrd></RmtInf></CdtTrfTxInf>`,
  )
  const head = `<MsgId>${id}</MsgId><CreDtTm>${now.toISOString().slice(0, 19)}</CreDtTm><NbOfTxs>${payments.length}</NbOfTxs><CtrlSum>${total}</CtrlSum><InitgPty><Nm>${sepaText(account.name, 70)}</Nm></InitgPty>`
  const group = `<PmtInfId>${id}</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>${payments.length}</NbOfTxs><CtrlSum>${total}</CtrlSum><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf><ReqdExctnDt><Dt>${localDay(now, BANK_ZONE)}</Dt></ReqdExctnDt><Dbtr><Nm>${sepaText(account.name, 70)}</Nm></Dbtr><DbtrAcct><Id><IBAN>${account.iban}</IBAN></Id></DbtrAcct><DbtrAgt>${agent(account.bic)}</DbtrAgt><ChrgBr>SLEV</ChrgBr>`
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr>${head}</GrpHdr><PmtInf>${group}${transfers.join('')}</PmtInf></CstmrCdtTrfInitn></Document>\n`
  return { name: `${batch}-sepa.xml`, mime: 'application/xml; charset=utf-8', text }
}

/** The signs that every SEPA bank takes, so that none refuses a name. */
function sepaText(words: string, most: number): string {
  const plain = words
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('Ø', 'O')
    .replaceAll('æ', 'ae')
    .replaceAll('Æ', 'AE')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9/\-?:().,'+ ]/g, '.')
  return plain.slice(0, most).replaceAll("'", '&apos;')
}
