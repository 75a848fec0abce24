/** One followed link. `at` is in ms; `ip` is truncated; `visitor` is a keyed hash of the day; `bot` is what the request itself showed. */
export type Click = {
  id: string
  programId: string
  linkId: string
  at: number
  ip: string
  userAgent: string
  referer: string
  visitor: string
  country: string | null
  bot: boolean
}

/** A click as a line of the journal. Ids, address and visitor are our own ASCII; only what the browser sent needs escaping. */
export function toLine(click: Click): string {
  const { id, programId, linkId, at, ip, visitor, country } = click
  const said = `${quote(click.userAgent)},${quote(click.referer)}`
  return `["${id}","${programId}","${linkId}",${at},"${ip}",${said},"${visitor}","${country ?? ''}",${click.bot ? 1 : 0}]\n`
}

/** A JSON string; most need no escaping, and finding that out costs half of what JSON.stringify does. */
function quote(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text)
}

/** The click of a line, or null when the line is torn. */
export function fromLine(line: string): Click | null {
  try {
    const cells: unknown = JSON.parse(line)
    if (!Array.isArray(cells) || cells.length !== 10 || typeof cells[3] !== 'number') return null
    const [id, programId, linkId, at, ip, userAgent, referer, visitor, country, bot] = cells.map(String)
    return {
      id: id!,
      programId: programId!,
      linkId: linkId!,
      at: Number(at),
      ip: ip!,
      userAgent: userAgent!,
      referer: referer!,
      visitor: visitor!,
      country: country || null,
      bot: bot === '1',
    }
  } catch {
    return null
  }
}
