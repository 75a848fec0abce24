/** Where visitors come from, by the operator's own file in MaxMind's format; what is not in it stays unknown. */
import type { CountryResponse } from 'maxmind'

/** Opens the file; throws where there is none, for an operator who names it wants it read. */
export async function openCountries(file: string): Promise<(ip: string) => string | null> {
  const { open } = await import('maxmind')
  const reader = await open<CountryResponse>(file, { cache: { max: 20_000 } })
  return (ip) => {
    try {
      return reader.get(ip)?.country?.iso_code ?? null
    } catch {
      // What is no address has no country.
      return null
    }
  }
}
