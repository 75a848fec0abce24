/** What the commands of the terminal have in common: they end with 0, or with 1 and one sentence. */
import { ConfigError } from './config.ts'
import { Refusal } from './kernel/refusal.ts'
import { complain } from './steps.ts'

/** Runs `main` when the file of this name was started, and not when it is imported. */
export function commandLine(file: string, main: (words: string[]) => Promise<void>): void {
  if (!process.argv[1]?.endsWith(`/${file}`)) return
  main(process.argv.slice(2)).then(
    () => process.exit(0),
    (error: unknown) => {
      complain(explain(error))
      process.exit(1)
    },
  )
}

function explain(error: unknown): string {
  if (error instanceof Refusal) return error.fix === undefined ? error.sentence : `${error.sentence} ${error.fix}`
  if (error instanceof ConfigError) return error.message
  const { code } = error as { code?: string }
  if (code === 'ENOSPC' || code === '53100') return 'The disk is full; free some space and try again.'
  return String(error)
}
