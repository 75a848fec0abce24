/** What a person reads in a PDF of ours, as one text: the words of all pages in the order in which they were drawn. */
import { inflateSync } from 'node:zlib'

export function pdfWords(bytes: Uint8Array): string {
  const objects = new Map(
    [
      ...Buffer.from(bytes)
        .toString('latin1')
        .matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g),
    ].map(([, id, body]) => [id!, body!]),
  )
  const streamOf = (body: string): string => {
    const [, raw = ''] = /stream\n([\s\S]*)\nendstream/.exec(body) ?? []
    return inflateSync(Buffer.from(raw, 'latin1')).toString('latin1')
  }
  const all = [...objects.values()]
  // A page names its fonts, a font its table from what is drawn to what is meant.
  const letters = new Map<string, string[]>()
  for (const [, name, id] of all.flatMap((body) => [...body.matchAll(/\/(F\d+) (\d+) 0 R/g)])) {
    const table = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id!) ?? '')?.[1]
    const listed = table === undefined ? [] : [...streamOf(objects.get(table)!).matchAll(/\[([^\]]*)\]/g)]
    letters.set(
      name!,
      listed.flatMap(([, list]) => [...list!.matchAll(/<([^>]*)>/g)].map(([, hex]) => meant(hex!))),
    )
  }
  const drawn: string[] = []
  for (const body of all.filter((one) => one.includes('stream\n'))) {
    let font: string[] = []
    for (const [, name, glyphs] of streamOf(body).matchAll(/\/(F\d+) [\d.]+ Tf|\[(<[^\]]*)\] TJ/g)) {
      if (name !== undefined) font = letters.get(name) ?? []
      else
        drawn.push(
          [...glyphs!.matchAll(/<([^>]*)>/g)]
            .flatMap(([, hex]) => inFours(hex!))
            .map((n) => font[n] ?? '')
            .join(''),
        )
    }
  }
  return drawn.join(' ')
}

const inFours = (hex: string): number[] => (hex.match(/.{4}/g) ?? []).map((one) => Number.parseInt(one, 16))
const meant = (hex: string): string => String.fromCharCode(...inFours(hex.replaceAll(' ', '')))
