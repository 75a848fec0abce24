/** What one look found out: a name, how it stands, a sentence, and what to do where something is to be done. */

export type Check = {
  name: string
  /** 'skipped' when it could not be looked at, or does not apply. True with a fix is a warning: it works, and could be better. */
  ok: true | false | 'skipped'
  words: string
  fix?: string
}

export const good = (name: string, words: string): Check => ({ name, ok: true, words })
export const warned = (name: string, words: string, fix: string): Check => ({ name, ok: true, words, fix })
export const failed = (name: string, words: string, fix: string): Check => ({ name, ok: false, words, fix })
export const skipped = (name: string, words: string): Check => ({ name, ok: 'skipped', words })

/** A list for a sentence: "a, b and c", cut after `most`. */
export function listed(words: string[], most = 8): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** Replaces secrets in words; whatever an error quotes, none is printed. */
export function withoutSecrets(checks: Check[], secrets: (string | undefined)[]): Check[] {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= 8)
  const hide = (words: string) => known.reduce((sum, secret) => sum.replaceAll(secret, '[hidden]'), words)
  return checks.map((check) => ({
    ...check,
    words: hide(check.words),
    ...(check.fix === undefined ? {} : { fix: hide(check.fix) }),
  }))
}
