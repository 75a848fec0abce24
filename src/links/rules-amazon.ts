// Amazon forbids hiding its links behind shorteners, and pays by the tag in them. So a link to Amazon is never one of ours: the creator
// gets the bare address with their own tracking id in it, and its clicks are counted by Amazon alone.
import { addressOf } from '../kernel/address.ts'
import { Refusal } from '../kernel/refusal.ts'

const shops = new Set(
  `com ca com.mx com.br co.uk de fr it es nl se pl ie com.be com.tr ae sa eg in co.jp com.au sg co.za cn`.split(' '),
)
/** Amazon's own shorteners: they lead there, but a tag can not be put into them. */
const shorteners = new Set(['amzn.to', 'amzn.eu', 'amzn.asia', 'amzn.com', 'a.co'])

const isShop = (host: string): boolean => {
  const [, country] = /^(?:[a-z0-9-]+\.)?amazon\.([a-z.]{2,6})$/.exec(host) ?? []
  return country !== undefined && shops.has(country)
}

/** Whether an address leads to Amazon, so that it must not be wrapped. */
export function isAmazonAddress(typed: string): boolean {
  const host = addressOf(typed.trim())?.hostname.toLowerCase()
  return host !== undefined && (isShop(host) || shorteners.has(host.replace(/^www\./, '')))
}

/**
 * The bare link to a page of Amazon with the creator's tracking id, which takes the place of any other. Refusal('invalid') for Amazon's
 * short links and for addresses that are none of Amazon's.
 */
export function amazonLink(typed: string, trackingId: string): string {
  const url = addressOf(typed.trim())
  if (url?.protocol !== 'https:' || url.username !== '' || url.port !== '' || !isShop(url.hostname))
    throw new Refusal(
      'invalid',
      'That is not the full address of a page on Amazon.',
      'Open the product and copy the address, such as https://www.amazon.com/dp/B000TEST01.',
      'to',
    )
  const asin = /\/(?:dp|gp\/product|gp\/aw\/d)\/([A-Z0-9]{10})(?:[/?]|$)/i.exec(url.pathname)?.[1]
  if (asin) return `https://${url.host}/dp/${asin.toUpperCase()}?tag=${encodeURIComponent(trackingId)}`
  url.searchParams.delete('tag')
  url.searchParams.set('tag', trackingId)
  url.hash = ''
  return url.href
}
