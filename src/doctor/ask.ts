/** One request over the network, with patience and with what it says about the other side's clock. */
import { setTimeout as pause } from 'node:timers/promises'

export type Answer = { status: number; body: unknown; headers: Headers }
export type Asked = { method?: string; headers?: Record<string, string>; body?: string; redirect?: 'manual' | 'follow' }

/** Nothing answered; `code` is the system's word for why, where it has one. */
export type Unreached = { unreached: string; code: string }

const TIMEOUT_MS = 10_000
/** A limit that ends within this is waited for, once. */
const PATIENCE_S = 5

export async function ask(url: string, asked: Asked, again = true): Promise<Answer | Unreached> {
  let answer: Response
  let text: string
  try {
    answer = await fetch(url, { ...asked, signal: AbortSignal.timeout(TIMEOUT_MS) })
    text = await answer.text()
  } catch (error) {
    return unreached(error)
  }
  const seconds = Number(answer.headers.get('retry-after'))
  if (answer.status === 429 && again && seconds > 0 && seconds <= PATIENCE_S) {
    await pause(seconds * 1_000)
    return ask(url, asked, false)
  }
  return { status: answer.status, body: parsed(text), headers: answer.headers }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unreached(error: unknown): Unreached {
  const { name, cause } = error as { name?: string; cause?: { code?: string; errors?: { code?: string }[] } }
  if (name === 'TimeoutError') return { unreached: `nothing answered within ${TIMEOUT_MS / 1_000} s`, code: 'TIMEOUT' }
  const code = cause?.code ?? cause?.errors?.[0]?.code ?? ''
  return { unreached: meanings[code] ?? `it can't be reached${code === '' ? '' : ` (${code})`}`, code }
}

const meanings: Record<string, string> = {
  ENOTFOUND: 'its name is not known to the DNS',
  EAI_AGAIN: 'the DNS does not answer',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody else',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody who is trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes without the one that signed it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}
