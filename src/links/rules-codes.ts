// A discount code is what a creator says aloud, so it reads like the creator: MIA10 is Mia and 10 percent. It is upper-case
// ASCII, 3 to 20 letters and digits, and no two codes of a program may be mistaken for one another when read (O and 0, I and
// 1 and L, S and 5, B and 8, Z and 2). A code that spells something rude is never made. A creator may choose a name once, under
// the same law; the code before goes on for a while, so that posts that name it still earn. A code that leaked ends at once.
import { createRequire } from 'node:module'
import type { RegExpMatcher } from 'obscenity'
import { Refusal } from '../kernel/refusal.ts'
import { ascii } from './rules.ts'

const LONGEST_NAME = 12

const alike: Record<string, string> = { 0: 'O', 1: 'I', L: 'I', 5: 'S', 8: 'B', 2: 'Z' }

/** What the library's English list lacks; compared after look-alike digits are read as letters. */
const rude =
  'anal anus arsch bitch cock cunt dick fag fck fick fotze fuck hitler hure kike nazi nigg penis porn pussy rape scheis sex shit slut spast tits twat whore wichs'
    .split(' ')
    .map((word) => readAloud(word))

const load = createRequire(import.meta.url)
let matcher: RegExpMatcher | undefined

/** Made for the first name that is asked about: its patterns take the time of a hundred names. */
function profanity(): RegExpMatcher {
  const { englishDataset, englishRecommendedTransformers, RegExpMatcher } = load('obscenity') as typeof import('obscenity')
  matcher ??= new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers })
  return matcher
}

/** Codes to try for a handle such as `@mia.glow` and 10 percent, best first: MIA10, MIA10A … MIA10Z, MIAGLOW10. */
export function codesFor(handle: string, percent: number): string[] {
  const pieces = handle.split(/[^\p{L}\p{N}]+/u).map((piece) => letters(piece))
  const whole = pieces.join('').slice(0, LONGEST_NAME)
  const first = pieces.find((piece) => piece.length >= 2)?.slice(0, LONGEST_NAME)
  const names = [...new Set([first ?? whole, whole])].filter((name) => name.length >= 1 && !isRude(name))
  const bases = (names.length > 0 ? names : ['HELLO']).map((name) => `${name}${percent}`)
  const lettered = [...'ABCDEFGHJKMNPQRTUVWXYZ'].map((letter) => `${bases[0]}${letter}`)
  return [...bases, ...lettered].filter((code) => /^[A-Z0-9]{3,20}$/.test(code) && !hasRoot(code))
}

/** What a code sounds and looks like: characters that are taken for one another become one. */
export function readAloud(code: string): string {
  return [...code.toUpperCase()].map((c) => alike[c] ?? c).join('')
}

/** The code a creator chose, in capitals. Throws Refusal('invalid') for one that can't be said, typed or shown. */
export function checkCode(typed: string): string {
  const code = typed.trim().toUpperCase()
  if (!/^[A-Z0-9]{3,20}$/.test(code)) {
    const near = letters(typed).slice(0, 20)
    const fix = near.length >= 3 && !isRude(near) ? `Try ${near}.` : 'GLOWMIA would do.'
    throw new Refusal('invalid', 'A code has 3 to 20 letters A-Z and digits, and nothing else.', fix, 'name')
  }
  if (!/[A-Z]/.test(code)) throw new Refusal('invalid', 'A code has at least one letter.', 'Put your name into it.', 'name')
  if (isRude(code)) throw new Refusal('invalid', 'That word is not one for a shop.', 'Choose another one.', 'name')
  return code
}

/** What to try when a chosen name is gone, best first: near what was typed, then near the handle. */
export const suggestionsFor = (chosen: string, handle: string, percent: number): string[] =>
  [...new Set([`${chosen}${percent}`, ...codesFor(handle, percent), ...codesFor(chosen, percent)])].filter(
    (code) => /^[A-Z0-9]{3,20}$/.test(code) && !hasRoot(code),
  )

const hasRoot = (word: string): boolean => {
  const read = readAloud(word)
  return rude.some((root) => read.includes(root))
}

/** The library takes half a millisecond for a word, so only names are shown to it and not each code that is made of one. */
function isRude(word: string): boolean {
  const pieces = [...new Set([word, ...word.split(/\d+/), word.replace(/\d+/g, '')])].filter((piece) => piece.length > 1)
  return hasRoot(word) || pieces.some((piece) => profanity().hasMatch(piece))
}

const letters = (piece: string): string =>
  ascii(piece)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')

/** Why a code ended, as `/why` says it of an order that came after. */
export const endWords: Record<string, string> = {
  leaked: 'the code had leaked and was replaced by a new one before the order',
  asked: 'the code was replaced by a new one before the order',
  chosen: 'the code was replaced by the one its creator chose before the order',
  taken: 'the code was never this creator’s in the shop: it belonged to another discount there',
}

/** Whether a code that gave way to its creator's choice still goes on in the shops. */
export const fades = (
  { state, endReason, endedAt }: { state: string; endReason: string | null; endedAt: Date | null },
  now: Date,
): boolean => state === 'ended' && endReason === 'chosen' && endedAt !== null && endedAt > now
