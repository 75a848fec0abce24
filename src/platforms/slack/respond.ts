/** Slack's response addresses: five uses in thirty minutes, and no client of the library's, which would not try again. */
import type { Drawing, Message } from './draw.ts'
import { asShown } from './messages.ts'

const RESPOND_MS = 10_000
const backOffMs = [500, 2_000]

export type Manner = { private: boolean; replace: boolean }

/** Gives a message to a response address; false when that has run out or can't be reached. */
export async function respond(world: Drawing, url: string, message: Message, manner: Manner): Promise<boolean> {
  return asShown(world, message, (shown) => insist(world, url, shown, manner)).catch((err: unknown) => {
    world.house.log.warn({ err }, 'a response address took no answer')
    return false
  })
}

async function insist({ house }: Drawing, url: string, { text, blocks }: Message, manner: Manner): Promise<boolean> {
  const body = JSON.stringify({
    text,
    ...(blocks.length > 0 ? { blocks } : {}),
    response_type: manner.private ? 'ephemeral' : 'in_channel',
    replace_original: manner.replace,
  })
  for (const wait of [...backOffMs, undefined]) {
    const { status, said } = await post(url, body)
    if (status !== undefined && status < 300 && said === undefined) return true
    if (said !== undefined && /block|msg_too_long/.test(said)) throw Object.assign(new Error(`Slack answered ${said}`), { said })
    // What was lost on the way may have arrived. To see one's own answer twice harms nobody; to all of a channel it is not said twice.
    const mayPass = status === undefined ? manner.private : status === 429 || status >= 500
    if (!mayPass || wait === undefined) {
      house.log.warn({ status, said }, 'a response address took no answer')
      return status === undefined && !manner.private
    }
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
  return false
}

/** The status and, where it is a refusal, Slack's word; nothing when nothing came back. */
const post = (url: string, body: string): Promise<{ status?: number; said?: string }> =>
  fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(RESPOND_MS),
  }).then(
    async (answer) => {
      const words = (await answer.text()).slice(0, 500)
      const said = /"error"\s*:\s*"([a-z_]+)"/.exec(words)?.[1] ?? (answer.ok ? undefined : words)
      return { status: answer.status, ...(said === undefined ? {} : { said }) }
    },
    () => ({}),
  )
