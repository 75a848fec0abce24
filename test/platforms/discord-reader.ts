/**
 * Reads markdown as Discord's clients do, as far as it matters here: a backslash before a sign gives the sign; anything that could
 * open markdown, a mention, a list or an address is found. Gives the words a reader sees, or what was opened.
 */
export function readMarkdown(markdown: string): { words: string; opened: string[] } {
  const openings: [name: string, at: RegExp, lineStart?: boolean][] = [
    ['sign', /[*_~|`<>[\]@]/y],
    ['heading', /(?:-)?#/y, true],
    ['list', /(?:[-+*]|\d+[.)])(?:\s|$)/y, true],
    ['address', /[a-z]+:\/\//iy],
    ['emoji', /:[^\s:]+:/y],
  ]
  const opened: string[] = []
  let words = ''
  for (let i = 0; i < markdown.length; ) {
    if (markdown[i] === '\\' && /^[^0-9A-Za-z\s]/.test(markdown[i + 1] ?? '')) {
      words += markdown[i + 1]
      i += 2
      continue
    }
    const lineStart = /(?:^|\n)[^\S\n]*$/.test(markdown.slice(0, i))
    for (const [name, at, onlyAtStart] of openings) {
      at.lastIndex = i
      if ((!onlyAtStart || lineStart) && at.test(markdown)) opened.push(`${name} at ${i}`)
    }
    words += markdown[i++]
  }
  return { words, opened }
}
