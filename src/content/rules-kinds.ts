// What is handed in has a kind, and the kind says what is looked at: a photo needs a picture, a video says where its disclosure is heard
// or read, and the words of a review or testimonial are content by themselves. What they say about the product is never a condition.
import { Refusal } from '../kernel/refusal.ts'

/** What creators hand in, as people read it. */
export const kinds = {
  post: 'Post',
  short_video: 'Short video',
  review: 'Review',
  demo: 'Demo',
  testimonial: 'Testimonial',
  photo: 'Photo',
  live_stream: 'Live stream',
} as const

const others: Record<string, string> = { moment: 'Saved from the chat', share: 'From a customer' }

export const kindWords = (kind: string): string => (kinds as Record<string, string>)[kind] ?? others[kind] ?? kind

/** One address or file, before it is kept; `mime` is a file's. */
export type Part = { url: string | null; fileId: string | null; mime: string | null }

/** What there is after handing in again: new links are all the links, new files all the files, and where none is new, those of before stay. */
export function renewed(before: readonly Part[], given: readonly Part[]): Part[] {
  const of = (what: (part: Part) => boolean) => {
    const fresh = given.filter(what)
    return fresh.length > 0 ? fresh : before.filter(what)
  }
  return [...of(({ url }) => url !== null), ...of(({ fileId }) => fileId !== null)]
}

const films = ['short_video', 'demo']

const filmSites =
  /^https:\/\/(?:[a-z]+\.)?(?:youtube\.com\/|youtu\.be\/|tiktok\.com\/|twitch\.tv\/|vimeo\.com\/|instagram\.com\/(?:[^/]{1,80}\/)?reels?\/)/

/** Whether there is something to hear or to read in the picture: by what it is called, what a file is, or where it stands. */
export const isFilm = (kind: string, parts: readonly { url?: string | null; mime: string | null }[]): boolean =>
  films.includes(kind) || parts.some(({ url, mime }) => mime?.startsWith('video/') || filmSites.test(url ?? ''))

/** Whose words are an opinion that is nobody's to judge. */
export const isOpinion = (kind: string): boolean => kind === 'review' || kind === 'testimonial'

const MOST = 10

/** Throws when what is handed in is not what its kind needs. */
export function checkParts(kind: string, parts: readonly Part[]): void {
  if (parts.length > MOST)
    throw new Refusal('invalid', `One submission holds up to ${MOST} links and files.`, 'Hand the rest in by themselves.', 'url')
  if (kind === 'photo' && !parts.some(({ mime }) => mime?.startsWith('image/')))
    throw new Refusal(
      'invalid',
      'A photo needs a picture.',
      'Add the picture as a file, or choose “Post” for a link to it.',
      'file',
    )
  // A live stream may be announced before it has an address.
  if (parts.length === 0 && !isOpinion(kind) && kind !== 'live_stream')
    throw new Refusal('invalid', 'There is no link and no file.', 'Give url (the address of your post) or file.', 'url')
}

/** The kind of what is handed in for a mission that wants only some; throws when it is not among them. */
export function kindFor(wanted: readonly string[], given: string | undefined, title: string): string {
  if (wanted.length === 0) return given ?? 'post'
  if (given === undefined && wanted.length === 1) return wanted[0]!
  if (given !== undefined && wanted.includes(given)) return given
  const list = wanted.map(kindWords).join(', ')
  const sentence =
    given === undefined
      ? `“${title}” asks for a kind of content.`
      : `“${title}” does not ask for a ${kindWords(given).toLowerCase()}.`
  throw new Refusal('invalid', sentence, `Choose one of: ${list}.`, 'kind')
}
