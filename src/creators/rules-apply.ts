import { Refusal } from '../kernel/refusal.ts'
import { parseHandle } from './rules.ts'
import { parseCountry } from './rules-countries.ts'

export type ApplicationForm = { handle: string; niche: string; country: string; email: string; adult: boolean }

/** What someone applies with, in one form; each Refusal names its field. Pages ask before they know who it is. */
export function readApplication(form: ApplicationForm, locale: string): Omit<ApplicationForm, 'adult'> {
  if (!form.adult) {
    throw new Refusal(
      'invalid',
      'The program is open from 18 years, and it has to store what you send.',
      'Say yes if both are fine with you.',
      'adult_and_consent',
    )
  }
  const { niche, email } = form
  return { handle: parseHandle(form.handle), niche, country: parseCountry(form.country, locale), email }
}
