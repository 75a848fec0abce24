// A discount code is what a creator says aloud, so it reads like the creator: MIA10 is Mia and 10 percent. It is upper-case
// ASCII, 3 to 20 letters and digits, and no two codes of a program may be mistaken for one another when read (O and 0, I and
// 1 and L). A code that spells something rude is never made.
import { ascii } from './rules.ts'

const LONGEST_NAME = 12

const alike: Record<string, string> = { 0: 'O', 1: 'I', L: 'I', 5: 'S', 8: 'B', 2: 'Z' }

/** Roots that must not stand in a code; compared after look-alike digits are read as letters. */
const rude =
  'anal anus arsch bitch cock cunt dick fag fck fick fotze fuck hitler hure kike nazi nigg penis porn pussy rape scheis sex shit slut spast tits twat whore wichs'
    .split(' ')
    .map((word) => readAloud(word))

/** Codes to try for a handle such as `@mia.glow` and 10 percent, best first: MIA10, MIA10A … MIA10Z, MIAGLOW10. */
export function codesFor(handle: string, percent: number): string[] {
  const pieces = handle.split(/[^\p{L}\p{N}]+/u).map((piece) => letters(piece))
  const whole = pieces.join('').slice(0, LONGEST_NAME)
  const first = pieces.find((piece) => piece.length >= 2)?.slice(0, LONGEST_NAME)
  const names = [...new Set([first ?? whole, whole])].filter((name) => name.length >= 1 && !isRude(name))
  const bases = (names.length > 0 ? names : ['HELLO']).map((name) => `${name}${percent}`)
  const lettered = [...'ABCDEFGHJKMNPQRTUVWXYZ'].map((letter) => `${bases[0]}${letter}`)
  return [...bases, ...lettered].filter((code) => /^[A-Z0-9]{3,20}$/.test(code) && !isRude(code))
}

/** What a code sounds and looks like: characters that are taken for one another become one. */
export function readAloud(code: string): string {
  return [...code.toUpperCase()].map((c) => alike[c] ?? c).join('')
}

const isRude = (word: string): boolean => rude.some((root) => readAloud(word).includes(root))

const letters = (piece: string): string =>
  ascii(piece)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
