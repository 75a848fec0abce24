/** The results of one piece of work after the other, where all would wait for the same connection. */
export async function inTurn<T, R>(things: readonly T[], work: (thing: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const thing of things) results.push(await work(thing))
  return results
}

/** Who waited as long as anybody should; nothing was done. */
export class Crowded extends Error {
  constructor(ms: number) {
    super(`Too much is asked at once: nothing became free within ${ms / 1_000} s.`)
  }
}

/** Runs a piece of work when it is its turn; whoever has less patience than the others says so, and with none left is not even heard. */
export type Turn = <T>(work: () => Promise<T>, patienceMs?: number) => Promise<T>

/** Lets so many pieces of work run at once; whatever else comes waits in the order it came: however long, or until `Crowded`. */
export function atMost(most: number, usualMs?: number): Turn {
  const waiting = new Set<() => void>()
  let running = 0

  const place = (patienceMs: number | undefined): Promise<void> =>
    new Promise((settle, fail) => {
      const go = () => {
        clearTimeout(timer)
        settle()
      }
      const leave = (ms: number) => {
        waiting.delete(go)
        fail(new Crowded(ms))
      }
      const timer = patienceMs === undefined ? undefined : setTimeout(leave, patienceMs, patienceMs)
      waiting.add(go)
    })

  return async (work, patienceMs = usualMs) => {
    if (patienceMs !== undefined && patienceMs <= 0) throw new Crowded(0)
    // Who ends hands the place on, so that nobody who comes in between takes it.
    if (running === most) await place(patienceMs)
    else running++
    try {
      return await work()
    } finally {
      const [next] = waiting
      if (next) {
        waiting.delete(next)
        next()
      } else running--
    }
  }
}
