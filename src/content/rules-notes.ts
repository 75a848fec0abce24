// A manager's note. A line that begins with a time ("0:12 softer light") or a span ("0:12-0:15 too loud") is a comment on that part of
// the film.

export type Timed = { at: string; words: string }

const timed = /^(\d{1,2}:\d{2}(?::\d{2})?(?: ?[-–] ?\d{1,2}:\d{2}(?::\d{2})?)?)[ \t]*[-–:.]?[ \t]+(\S.*)$/

/** The comments of a note that name a time, in the order of the film, and what else it says. */
export function readNote(note: string): { timed: Timed[]; rest: string } {
  const found: Timed[] = []
  const rest: string[] = []
  for (const line of note.split('\n')) {
    const [, at, words] = timed.exec(line.trim()) ?? []
    if (at !== undefined && words !== undefined) found.push({ at, words })
    else rest.push(line)
  }
  return { timed: found.sort((a, b) => seconds(a.at) - seconds(b.at)), rest: rest.join('\n').trim() }
}

const seconds = (at: string): number =>
  at
    .split(/[-–]/, 1)[0]!
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0)
