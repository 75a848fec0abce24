/** Whether the world reaches this Troupe at PUBLIC_URL, and not another one. */
import { type Answer, ask } from './ask.ts'
import { type Check, failed, good, listed, skipped, warned } from './check.ts'

const name = 'Public address'
const CERTIFICATE = /CERT|SIGNATURE|TLS|SSL/

/** `lastTick` reads when our own schedule rang last: another installation rings at other moments. */
export async function addressCheck(publicUrl: string | undefined, lastTick: () => Promise<Date | undefined>): Promise<Check> {
  if (publicUrl === undefined)
    return skipped(name, 'PUBLIC_URL is unset, so links and webhooks lead to localhost; set it before shops and creators come')
  const url = new URL(publicUrl)
  const before = await lastTick()
  const answer = await ask(`${url.origin}/health`, { redirect: 'manual' })
  if ('unreached' in answer)
    return failed(
      name,
      `${url.origin} does not lead here: ${answer.unreached}`,
      CERTIFICATE.test(answer.code)
        ? `Give the proxy in front of Troupe a valid certificate for ${url.hostname}.`
        : `Start Troupe, and lead ${url.origin} to its PORT (DNS, firewall, proxy).`,
    )
  return healthCheck(url, answer, [before, await lastTick()])
}

export function healthCheck(url: URL, { status, body, headers }: Answer, ticks: (Date | undefined)[]): Check {
  if (status >= 300 && status < 400)
    return failed(
      name,
      `${url.origin} sends visitors on to ${(headers.get('location') ?? 'another address').slice(0, 100)}`,
      'Set PUBLIC_URL to the address that answers by itself.',
    )
  const parts = partsOf(body)
  if (!parts)
    return failed(name, `another program answers at ${url.origin}/health (${status})`, 'Lead that address to the PORT of Troupe.')
  const told = Date.parse(String(parts.schedule?.lastTick))
  if (!Number.isNaN(told) && ticks.some(Boolean) && !ticks.some((tick) => tick?.getTime() === told))
    return failed(
      name,
      `${url.origin} is answered by another installation of Troupe, or by one with another database`,
      'Lead that address to this one, or correct DATABASE_URL.',
    )
  const unwell = Object.keys(parts).filter((part) => parts[part]?.ok !== true)
  if (unwell.length > 0)
    return failed(
      name,
      `${url.origin} answers, but these are not well: ${listed(unwell)}`,
      'Look at the log of Troupe; it names what it could not do.',
    )
  if (url.protocol !== 'https:' && !/^(localhost|127\.|\[::1\])/.test(url.hostname))
    return warned(
      name,
      `${url.origin} leads here, but without encryption`,
      'Put a proxy with a certificate in front, and set PUBLIC_URL to https://…',
    )
  return good(name, `${url.origin} leads here${url.protocol === 'https:' ? ', with a valid certificate' : ''}`)
}

type Parts = Record<string, { ok?: boolean; lastTick?: unknown } | undefined>
const partsOf = (body: unknown): Parts | undefined => {
  const { parts } = (body ?? {}) as { parts?: Parts }
  return typeof parts === 'object' && parts !== null && 'db' in parts ? parts : undefined
}
