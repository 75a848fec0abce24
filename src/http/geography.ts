/** Where visitors come from, by the operator's own file in MaxMind's format; what is not in it stays unknown. */
import type { CountryResponse } from 'maxmind'
import { ConfigError } from '../config.ts'

/** Opens the file of GEO_FILE; a ConfigError where there is none, for an operator who names it wants it read. */
export async function openCountries(file: string): Promise<(ip: string) => string | null> {
  const { open } = await import('maxmind')
  const reader = await open<CountryResponse>(file, { cache: { max: 20_000 } }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === undefined ? "is no database in MaxMind's format" : `can't be read (${error.code})`
    throw new ConfigError(
      `GEO_FILE leads to ${file}, which ${why}. Put a country database (.mmdb) there, or leave GEO_FILE unset.`,
    )
  })
  return (ip) => {
    try {
      return reader.get(ip)?.country?.iso_code ?? null
    } catch {
      // What is no address has no country.
      return null
    }
  }
}
