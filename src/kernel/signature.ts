import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

type Bytes = string | Uint8Array

/** HMAC-SHA256 of the parts in a row, in base64. Text counts as UTF-8. */
export function hmacBase64(key: Bytes, ...parts: Bytes[]): string {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest('base64')
}

/** HMAC-SHA256 of the parts in a row, in lower-case hex. */
export function hmacHex(key: Bytes, ...parts: Bytes[]): string {
  return Buffer.from(hmacBase64(key, ...parts), 'base64').toString('hex')
}

/**
 * Compares in a time that depends on the lengths alone, and never throws. Signatures are compared as the text they came in:
 * decoding them first would let many texts stand for the same bytes.
 */
export function sameBytes(a: Bytes, b: Bytes): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The bytes of a padded base64 text, or undefined for anything else. Node's own decoder skips what it does not know. */
export function fromBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** An id from outside that fits a key column: the text itself, or its SHA-256 where it is longer than 200 characters. */
export function shortId(text: string): string {
  return text.length <= 200 ? text : `sha256:${sha256(text)}`
}

/** SHA-256 in hex. */
export function sha256(bytes: Bytes): string {
  return createHash('sha256').update(bytes).digest('hex')
}
