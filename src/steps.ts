/** What a person at the terminal sees while Troupe starts: one line per step. */
const colour = process.stdout.isTTY === true

const paint = (n: number, words: string): string => (colour ? `\u001b[${n}m${words}\u001b[0m` : words)

/** Runs a step and prints its line; on a terminal the line shows that it is under way. Throws what the step throws. */
export async function step<T>(label: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  if (colour) process.stdout.write(`  … ${label}`)
  try {
    const result = await work()
    const took = (performance.now() - began) / 1000
    process.stdout.write(
      `${colour ? '\r\u001b[2K' : ''}  ${paint(32, '✓')} ${label}${took > 0.1 ? paint(2, ` (${took.toFixed(1)} s)`) : ''}\n`,
    )
    return result
  } catch (error) {
    process.stdout.write(`${colour ? '\r\u001b[2K' : ''}  ${paint(31, '✗')} ${label}\n`)
    throw error
  }
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`)
export const strongly = (words: string): string => paint(1, words)
/** The one sentence that ends a start that cannot be. */
export const complain = (sentence: string): void => void process.stderr.write(`${paint(31, '✗')} ${sentence}\n`)

/** One line that counts on while something long is done; nothing where nobody watches. */
export function progress(label: string): { at: (n: number, of: number, what?: string) => void; end: () => void } {
  return {
    at(n, of, what = '') {
      if (colour) process.stdout.write(`\r\u001b[2K  … ${label} ${n} of ${of} ${paint(2, what)}`)
    },
    end() {
      if (colour) process.stdout.write('\r\u001b[2K')
    },
  }
}
