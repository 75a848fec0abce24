/** One bench, by its address; says its result, or in a sentence why there is none. */
import type { Bench, Result } from './side-by-side.ts'

export type Said = { result?: Result; why?: string }

const [address = '', version] = process.argv.slice(2)

function say(said: Said): void {
  process.send!(said, () => process.exit(0))
}

const broke = (error: unknown): void => {
  console.error(error)
  say({ why: error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error) })
}
process.on('uncaughtException', broke)
// Who asked is gone, and so nobody waits for the result.
process.once('disconnect', () => process.exit(1))

try {
  const { bench } = (await import(address)) as { bench: Bench }
  say({ result: await bench({ short: version === 'short' }) })
} catch (error) {
  broke(error)
}
