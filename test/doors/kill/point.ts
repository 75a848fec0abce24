/** What a process that is to be killed was asked for: the time it thinks it is, the point where it ends, and how often it comes by first. */
const [time = '', where = '', hit = '1'] = process.argv.slice(2)
export const now = time
let hits = 0

/** Ends this process without a word when this is the point, for the time it was asked for. */
export async function at(point: string): Promise<void> {
  if (point !== where || ++hits < Number(hit)) return
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
}
