/**
 * The law of one-time codes: ten letters and digits that can't be taken for one another, good once and for a short time. Only a keyed
 * hash of a code is kept. Whoever gives five wrong ones has to wait, however many processes they ask and whatever is restarted.
 */

/** Without 0, O, 1 and I: 32 signs, so that five random bits make one. */
const signs = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const LENGTH = 10

export const SPACE_HOURS = 24
export const CONNECT_MINUTES = 10
export const TRIES = 5
export const WAIT_MINUTES = 60

/** A new code from ten random bytes. */
export const makeCode = (bytes: Uint8Array): string => [...bytes.subarray(0, LENGTH)].map((byte) => signs[byte & 31]).join('')

/** K7QMPXW4ZR → K7QMP-XW4ZR, which is easier to copy. */
export const sayCode = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`

/** The code in what someone typed, in whatever case and with whatever between; undefined for anything that can't be one. */
export function readCode(typed: string): string | undefined {
  const bare = typed.toUpperCase().replace(/[\s-]/g, '')
  return bare.length === LENGTH && [...bare].every((sign) => signs.includes(sign)) ? bare : undefined
}
