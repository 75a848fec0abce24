// Where clicks come from, as data: sites that collect coupons, networks that are rented to servers, and the marks that ad networks
// put on an address. Lists grow; each entry is one that is publicly known.
import ipaddr from 'ipaddr.js'
import { addressOf } from '../kernel/address.ts'

/** Sites and browser extensions that collect coupon codes; subdomains count too. */
const couponSites = new Set(
  `capitaloneshopping.com couponbirds.com couponcabin.com couponchief.com couponfollow.com coupons.com coupert.com coupert.net
  dealspotr.com dontpayfull.com goodshop.com groupon.com gutscheine.de gutscheinpony.de gutscheinrausch.de gutschein.de
  gutscheinsammler.de hotdeals.com joinhoney.com knoji.com lovecoupons.com mydealz.de hotukdeals.com dealabs.com pepper.com
  myvouchercodes.co.uk offers.com poulpeo.com promocodes.com promospro.com rakuten.com retailmenot.com retailmenot.de
  savings.com savings-united.com simplycodes.com slickdeals.net sparwelt.de topcashback.com vouchercloud.com vouchercodes.co.uk
  wethrift.com wikibuy.com worthepenny.com ma-reduc.com radins.com codice-sconto.it piucodicisconto.com cuponation.com
  cuponation.de coupons.de rabattcode.de picodi.com valuecom.com tenereteam.com`.split(/\s+/),
)

/** How many coupon sites Troupe knows. */
export const knownSites: number = couponSites.size

/** Sites that a program watches too, and those it does not. */
export type OwnSites = { more: readonly string[]; fewer: readonly string[] }

/** The coupon site behind a referer, without subdomain; null for any other. */
export function couponSiteOf(referer: string | null, { more, fewer }: OwnSites = { more: [], fewer: [] }): string | null {
  const labels = (referer === null ? undefined : addressOf(referer))?.hostname.split('.') ?? []
  for (let from = 0; from < labels.length - 1; from++) {
    const site = labels.slice(from).join('.')
    if ((couponSites.has(site) || more.includes(site)) && !fewer.includes(site)) return site
  }
  return null
}

/** Blocks of hosting companies: Amazon, Google, Azure, Hetzner, DigitalOcean, OVH, Linode, Vultr, Scaleway, Contabo. */
const serverNetworks =
  `3.208.0.0/12 13.48.0.0/13 18.184.0.0/14 34.192.0.0/10 44.192.0.0/11 52.0.0.0/11 54.144.0.0/12 54.160.0.0/11
  34.64.0.0/10 35.184.0.0/13 35.192.0.0/12 104.196.0.0/14 20.33.0.0/16 20.40.0.0/13 40.74.0.0/15 52.224.0.0/11
  5.9.0.0/16 46.4.0.0/16 49.12.0.0/15 65.108.0.0/15 78.46.0.0/15 88.99.0.0/16 95.216.0.0/15 116.202.0.0/15 135.181.0.0/16 138.201.0.0/16
  104.131.0.0/16 104.248.0.0/16 134.209.0.0/16 138.68.0.0/16 139.59.0.0/16 142.93.0.0/16 157.230.0.0/16 159.65.0.0/16 159.89.0.0/16
  161.35.0.0/16 165.22.0.0/16 165.227.0.0/16 167.71.0.0/16 167.99.0.0/16 178.62.0.0/16 188.166.0.0/16 206.189.0.0/16
  51.38.0.0/16 51.68.0.0/16 51.75.0.0/16 51.77.0.0/16 51.89.0.0/16 51.91.0.0/16 54.36.0.0/16 54.37.0.0/16 54.38.0.0/16 145.239.0.0/16
  45.33.0.0/17 45.56.64.0/18 45.79.0.0/16 139.162.0.0/16 172.104.0.0/15 45.32.0.0/16 45.63.0.0/17 45.76.0.0/16 45.77.0.0/16
  51.15.0.0/16 163.172.0.0/16 62.171.128.0/17 144.91.64.0/18 161.97.64.0/18`
    .trim()
    .split(/\s+/)
    .map((block) => ipaddr.IPv4.parseCIDR(block))

/** Whether a truncated address lies in a network that is rented to servers; false for what is no IPv4 address. */
export function isServerAddress(ip: string | null): boolean {
  if (ip === null || !ipaddr.IPv4.isValidFourPartDecimal(ip)) return false
  const address = ipaddr.IPv4.parse(ip)
  return serverNetworks.some((block) => address.match(block))
}

/** Marks that only paid clicks carry. Facebook puts fbclid on every link, so that one counts only beside a mark that says paid. */
const paidMarks = ['gclid', 'gbraid', 'wbraid', 'msclkid', 'dclid', 'ttclid', 'twclid', 'li_fat_id', 'rdt_cid', 'yclid']
const marks = new RegExp(`[?&](${paidMarks.join('|')})=`, 'i')
const paidMedium = /[?&]utm_medium=(?:cpc|ppc|paid[a-z_-]{0,12}|display|sem)(?:&|#|$)/i

/** A referer with the mark of the ad whose address led here: browsers name no query of the page they come from. Only its name is kept. */
export function withAdMark(referer: string, url: string): string {
  const mark = url.includes('?') ? adMarkIn(url) : null
  if (mark === null) return referer
  const named: Record<string, string> = { utm_medium: 'utm_medium=paid', fbclid: 'fbclid=&utm_medium=paid' }
  return `${referer}${referer.includes('?') ? '&' : '?'}${named[mark] ?? `${mark}=`}`
}

/** The mark of an ad network on an address or a query; null when there is none. */
export function adMarkIn(address: string | null): string | null {
  if (address === null) return null
  const mark = marks.exec(address)?.[1]?.toLowerCase()
  if (mark !== undefined) return mark
  if (!paidMedium.test(address)) return null
  return /[?&]fbclid=/i.test(address) ? 'fbclid' : 'utm_medium'
}
