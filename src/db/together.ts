/**
 * Group commit: what arrives while the work before is under way is done together next, so a burst shares one transaction and a
 * lone arrival waits for nobody.
 */

type Waiting<Item, Result> = { item: Item; settle: (result: Result) => void; fail: (error: unknown) => void }

export type TogetherOptions<Item> = {
  /** At most so many at once, and of `weigh` at most `heaviest`, though always one. */
  most?: number
  weigh?: (item: Item) => number
  heaviest?: number
  /** Whether one item may be to blame for a failure; each is then done alone, so that none suffers for another. */
  blames?: (error: unknown) => boolean
}

/**
 * Wraps work on many items of one key into work on one. The work of a key is done in the order of arrival and never beside
 * itself; keys don't wait for each other. `work` gives one result for each item, in their order.
 */
export function together<Item, Result>(
  work: (key: string, items: Item[]) => Promise<readonly Result[]>,
  options: TogetherOptions<Item> = {},
): (key: string, item: Item) => Promise<Result> {
  const { most = 100, weigh = () => 0, heaviest = 0, blames = () => false } = options
  const lines = new Map<string, Waiting<Item, Result>[]>()

  function next(line: Waiting<Item, Result>[]): Waiting<Item, Result>[] {
    let count = 0
    for (let weight = 0; count < Math.min(most, line.length); count++) {
      weight += weigh(line[count]!.item)
      if (count > 0 && weight > heaviest) break
    }
    return line.splice(0, count)
  }

  async function attempt(key: string, batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const items = batch.map(({ item }) => item)
      const results = await work(key, items)
      batch.forEach(({ settle }, i) => {
        settle(results[i]!)
      })
    } catch (error) {
      if (batch.length > 1 && blames(error)) for (const one of batch) await attempt(key, [one])
      else for (const { fail } of batch) fail(error)
    }
  }

  async function drain(key: string, line: Waiting<Item, Result>[]): Promise<void> {
    // What came in the same turn of the event loop goes together from the first.
    await new Promise((resolve) => setImmediate(resolve))
    while (line.length > 0) await attempt(key, next(line))
    lines.delete(key)
  }

  return (key, item) =>
    new Promise((settle, fail) => {
      const line = lines.get(key)
      const waiting = { item, settle, fail }
      if (line) line.push(waiting)
      else {
        const fresh = [waiting]
        lines.set(key, fresh)
        void drain(key, fresh)
      }
    })
}
