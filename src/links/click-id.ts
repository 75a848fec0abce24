// A click id travels through the shopper's browser and comes back with the order, so it carries a seal: an HMAC over the id.
// Anything without the right seal never was our click. A seal takes 2.4 microseconds, an eighth of a whole redirect, so one HMAC-SHA-512
// (64 bytes) seals eight neighbours: the last three bits of an id choose which eight bytes are its seal.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { newId, type Random } from '../kernel/id.ts'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** A dash, for the address of a Stripe Payment Link takes letters, digits, dashes and underscores alone. It was a dot once, and shoppers' carts keep a cid for weeks. */
const sealed = /^(clk_[0-7][0-9A-HJKMNP-TV-Z]{25})[-.]([0-9a-f]{16})$/

/** So much of a cid is the id of its click, before the seal. */
export const CLICK_ID_LENGTH = 30

/** The seals, 16 hex digits each, of the eight ids which differ from this one in their last three bits only. */
function sealsAround(id: string, key: Buffer): string {
  const group = id.slice(0, -1) + (digits.indexOf(id.slice(-1)) >> 3)
  return createHmac('sha512', key).update(group).digest('hex')
}

function sealOf(id: string, key: Buffer): string {
  const slot = digits.indexOf(id.slice(-1)) & 7
  return sealsAround(id, key).slice(slot * 16, slot * 16 + 16)
}

/** The click id in a public `cid`, or null when it was not sealed with this key. Takes the same time for every wrong seal. */
export function openClick(cid: string, key: Buffer): string | null {
  const [, id, seal] = sealed.exec(cid) ?? []
  if (!id || !seal) return null
  return timingSafeEqual(Buffer.from(seal), Buffer.from(sealOf(id, key))) ? id : null
}

/** The instant a click id was made; equal to the click's `at`, so that a look-up reads one month only. */
export function clickAt(id: string): Date {
  let ms = 0
  for (const digit of id.slice(4, 14)) ms = ms * 32 + digits.indexOf(digit)
  return new Date(ms)
}

/**
 * Makes sealed click ids. The returned function takes the instant in ms and gives the id and its public form; up to eight ids of one
 * millisecond share their random digits and one HMAC.
 */
export function clickIds(key: Buffer, random: Random): (atMs: number) => { id: string; cid: string } {
  let ms = -1
  let time = ''
  let slot = 8
  let stem = ''
  let first = 0
  let seals = ''

  function nextGroup(): void {
    stem = time
    for (const byte of random().subarray(0, 10)) stem += digits[byte & 31]
    for (const byte of random().subarray(0, 5)) stem += digits[byte & 31]
    first = random()[0]! & 24
    slot = 0
    seals = sealsAround(stem + digits[first], key)
  }

  return (atMs) => {
    if (atMs !== ms) {
      ms = atMs
      // The general maker of ids is exact but slow; its time digits serve for the whole millisecond.
      time = newId('click', new Date(atMs), random).slice(0, 14)
      slot = 8
    }
    if (slot === 8) nextGroup()
    const id = stem + digits[first + slot]
    const cid = `${id}-${seals.slice(slot * 16, slot * 16 + 16)}`
    slot++
    return { id, cid }
  }
}

/** Ten random bytes at a time out of a larger draw: a draw of 4,096 bytes costs little more than one of ten. */
export function pooled(draw: (bytes: number) => Uint8Array): Random {
  let pool: Uint8Array = new Uint8Array(0)
  let used = 0
  return () => {
    if (used + 10 > pool.length) {
      pool = draw(4096)
      used = 0
    }
    used += 10
    return pool.subarray(used - 10, used)
  }
}
