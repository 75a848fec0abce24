// The headings of a list of orders, in the words of many tools, and what they mean.

const headings = {
  kind: 'type kind event what',
  order: 'order orderid id lead leadid',
  number: 'number ordernumber ordername name',
  refund: 'refund refundid',
  date: 'date time at day createdat orderdate placedat',
  currency: 'currency currencycode',
  total: 'total totalprice ordertotal',
  discount: 'discount discounts totaldiscount',
  tax: 'tax taxes vat totaltax',
  shipping: 'shipping totalshipping',
  giftcards: 'giftcards giftcard',
  base: 'base net commissionable refunded',
  subtotal: 'subtotal',
  paid: 'paid',
  test: 'test',
  codes: 'code codes discountcode discountcodes coupon coupons couponcode',
  cid: 'cid click clickid',
  customer: 'customer customerid',
  email: 'email emailaddress customeremail',
  address: 'address street shippingaddress shippingstreet address1 shippingaddress1',
  postcode: 'postcode postalcode zip zipcode shippingzip shippingpostcode',
  country: 'country countrycode shippingcountry',
  items: 'items skus sku lineitems',
  reason: 'reason note',
  standing: 'status orderstatus financialstatus paymentstatus',
  cancelled: 'cancelled canceled cancelledat canceledat',
  names: 'otherids otherid alias aliases paymentintent paymentintentid charge chargeid invoice invoiceid',
} as const
export type Column = keyof typeof headings
export type Cells = Partial<Record<Column, string>>
/** Columns that a file may have twice; of a place the first counts. */
export const several = new Set<Column>(['names', 'standing', 'address', 'postcode', 'country'])
/** Of these, all that stands in any of them. */
const together = new Set<Column>(['names', 'standing'])

const meanings = new Map(
  Object.entries(headings).flatMap(([column, words]) => words.split(' ').map((word) => [word, column as Column] as const)),
)

/** Without case, spaces and signs. */
export const bare = (words: string): string => words.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** What a heading means; undefined where it means nothing to us. */
export const columnOf = (heading: string): Column | undefined => meanings.get(bare(heading))

/** The cells of a row by what they mean; a shop may give an order several ids, each in a column of its own. */
export function cellsOf(cells: string[], columns: (Column | undefined)[]): Cells {
  const named: Cells = {}
  for (const [i, column] of columns.entries()) {
    if (!column || !cells[i]) continue
    const before = several.has(column) ? named[column] : undefined
    named[column] = before === undefined ? cells[i] : together.has(column) ? `${before}|${cells[i]}` : before
  }
  return named
}
