/** What the commands of the terminal have in common: they end with 0, or with 1 and one sentence. */
import { ConfigError } from './config.ts'
import { Refusal } from './kernel/refusal.ts'
import { hidePasswords } from './log.ts'
import { complain } from './steps.ts'

/** How a command is typed, and how many words it takes at most. */
type Usage = { usage: string; most: number }

/** Runs `main` when the file of this name was started, and not when it is imported. */
export function commandLine(file: string, takes: Usage, main: (words: string[]) => Promise<void>): void {
  if (!process.argv[1]?.endsWith(`/${file}`)) return
  const run = async (words: string[]) => {
    refuseStray(words, takes)
    await main(words)
  }
  run(process.argv.slice(2)).then(
    () => process.exit(0),
    (error: unknown) => {
      complain(explain(error))
      process.exit(1)
    },
  )
}

/** A flag would be taken for the name of a file, and a word too many would count for nothing. */
export function refuseStray(words: string[], { usage, most }: Usage): void {
  const stray = words.find((word, n) => word.startsWith('-') || n >= most)
  if (stray !== undefined) throw new ConfigError(`This takes no ${hidePasswords(stray)}. Type: ${usage}`)
}

function explain(error: unknown): string {
  if (error instanceof Refusal) return error.fix === undefined ? error.sentence : `${error.sentence} ${error.fix}`
  if (error instanceof ConfigError) return error.message
  const { code } = error as { code?: string }
  if (code === 'ENOSPC' || code === '53100') return 'The disk is full; free some space and try again.'
  return closed(error) ?? String(error)
}

/** The sentence for a file or folder that the system keeps from this user. */
export function closed(error: unknown): string | undefined {
  const { code = '', path } = (error ?? {}) as NodeJS.ErrnoException
  if (path === undefined || !['EACCES', 'EPERM', 'EROFS'].includes(code)) return undefined
  return `${path} is closed to this user (${code}). Give this user the right to it, or run this as the user whose it is.`
}
