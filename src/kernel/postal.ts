/** A postal address as far as it tells two households apart. */
export type Postal = {
  street?: string | null | undefined
  postcode?: string | null | undefined
  country?: string | null | undefined
}

const bare = (words: string | null | undefined): string =>
  (words ?? '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]/gu, '')

/** Where parcels of many people lie; the same one says nothing about who they are. */
const shared = /^(?:packstation|postfach|postfiliale|paketshop|paketbox|pobox|apartadodecorreos|boitepostale|locker)/

/**
 * Street with its number, postcode and country in one spelling, to be hashed: what differs by case, width, spaces or punctuation is the
 * same address. Undefined where one of the three is missing, and for boxes that many people use. The country is its ISO code.
 */
export function postalKey({ street, postcode, country }: Postal): string | undefined {
  const [line, code, land] = [bare(street), bare(postcode), bare(country)]
  if (!/\p{N}/u.test(line) || code === '' || land.length !== 2 || shared.test(line)) return undefined
  return `address:${land}:${code}:${line}`
}
