import { createHmac, hash as digest } from 'node:crypto'

const DAY = 86_400_000

/** Names visitors without knowing them: the same one of one day has the same hash, and without the key nobody can try addresses against it. */
export function visitors(key: Buffer): (at: number, ip: string, userAgent: string) => string {
  let day = -1
  let dayKey = ''
  return (at, ip, userAgent) => {
    const today = Math.floor(at / DAY)
    if (today !== day) {
      day = today
      dayKey = createHmac('sha256', key).update(`visitor ${today}`).digest('base64url')
    }
    return digest('sha256', `${dayKey}${ip}\n${userAgent}`, 'base64url').slice(0, 16)
  }
}
