/**
 * A web address; undefined when the words are none. `URL.canParse` is not used anywhere: Node 20 has a fast way into it that takes the
 * bytes of "bücher.example" for UTF-8, so that after some thousand calls it says no to addresses that are right.
 */
export function addressOf(words: string, base?: string): URL | undefined {
  try {
    return new URL(words, base)
  } catch {
    return undefined
  }
}

/** A user or password of an address in plain letters; who wrote a bare % meant a %. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replace(/%(?![0-9a-f]{2})/gi, '%25'))
  } catch {
    return part
  }
}
