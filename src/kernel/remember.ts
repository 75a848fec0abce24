/**
 * A pure function that keeps its last answers, at most `most` of them: for what is dear to work out and asked again and again. Whatever
 * `keyOf` gives the same key for gets one and the same answer, which nobody may change.
 */
export function remembered<A, B>(work: (asked: A) => B, most: number, keyOf: (asked: A) => string): (asked: A) => B {
  const known = new Map<string, B>()
  return (asked) => {
    const key = keyOf(asked)
    const found = known.get(key)
    if (found !== undefined) return found
    const answer = work(asked)
    // The oldest goes first; what is asked all the time is soon there again.
    if (known.size >= most) known.delete(known.keys().next().value!)
    known.set(key, answer)
    return answer
  }
}
