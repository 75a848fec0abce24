// What works is found by comparing pieces of the same form, or with the same beginning. So that they can be compared they are named with
// the same words: those listed here, or others, which are kept as they are written but for capitals.

/** What a piece is. */
export const formats = [
  'tutorial',
  'routine',
  'unboxing',
  'before_and_after',
  'comparison',
  'haul',
  'day_in_the_life',
  'talking_head',
  'skit',
  'voice_over',
  'photo_set',
] as const

/** How a piece begins: what makes one stay. */
export const hooks = [
  'question',
  'problem',
  'result_first',
  'bold_claim',
  'surprise',
  'story',
  'list',
  'price',
  'trend_sound',
  'product_in_hand',
] as const

/** A listed word or one's own, as it is kept; undefined for neither. One's own words count where both are given. */
export function named(listed: string | undefined, own: string | undefined): string | undefined {
  const words = (own ?? listed?.replaceAll('_', ' '))?.trim().toLowerCase().replace(/\s+/g, ' ')
  return words === '' ? undefined : words
}
