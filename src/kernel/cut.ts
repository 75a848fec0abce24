/** The beginning of long words, with a sign that there is more; no emoji is cut in two. */
export function cut(words: string, most: number): string {
  const signs = [...words]
  return signs.length > most ? `${signs.slice(0, most).join('')}…` : words
}
