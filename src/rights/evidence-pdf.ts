import { type Cut, runsOf } from '../kernel/fonts.ts'
import type { Evidence } from './evidence.ts'

type Doc = PDFKit.PDFDocument

const MARGIN = 48
const WIDTH = 595.28 - 2 * MARGIN
const BOTTOM = 841.89 - MARGIN
const soft = '#656376'
const strong = '#1b1a26'

type Style = { cut?: Cut; size?: number; colour?: string; gap?: number }

/** The evidence of a licence on A4. The same evidence of the same day gives the same bytes. */
export const evidencePdf = (proof: Evidence, day: string): Promise<Uint8Array> =>
  linesPdf({ title: `Licence ${proof.licence.id}`, author: proof.program.name, day }, linesOf(proof))

export type PaperLine = [string, Style]

/** Lines of words on A4. The same lines of the same day give the same bytes. */
export async function linesPdf(
  { title, author, day }: { title: string; author: string; day: string },
  lines: PaperLine[],
): Promise<Uint8Array> {
  // The library reads its tables when it is loaded; a process that writes no papers never loads it.
  const { default: PDFDocument } = await import('pdfkit')
  const made = new Date(`${day}T12:00:00Z`)
  const info = { Title: title, Author: author, CreationDate: made, ModDate: made }
  const doc = new PDFDocument({ size: 'A4', margin: MARGIN, lang: 'en', displayTitle: true, info })
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  const over = new Promise<void>((resolve, reject) => {
    doc.once('end', resolve)
    doc.once('error', reject)
  })
  let y = MARGIN
  for (const [words, style] of lines) y = flow(doc, words, y, style)
  doc.end()
  await over
  return Buffer.concat(chunks)
}

const iso = (at: Date | null): string => at?.toISOString() ?? 'none'
const head = (words: string): [string, Style] => [words, { cut: '600SemiBold', size: 11, gap: 12 }]
const note = (words: string): [string, Style] => [words, { size: 8, colour: soft }]

function linesOf(proof: Evidence): [string, Style][] {
  const { licence, creator, program, conditions } = proof
  return [
    [program.name, { cut: '600SemiBold', size: 11, colour: soft }],
    [`Licence ${licence.id}`, { cut: '700Bold', size: 18, gap: 4 }],
    [`Granted by ${creator.name} (${creator.handle}, ${creator.id}) to ${program.name}`, { gap: 8 }],
    [`Content ${licence.submission}${licence.url ? `, ${licence.url}` : ''}`, {}],
    [`State: ${licence.state}. From ${iso(licence.startsAt)} to ${iso(licence.endsAt)}.`, {}],
    ...(licence.revokedAt ? [[`Taken back ${iso(licence.revokedAt)}.`, {}] as [string, Style]] : []),
    head('Scope'),
    ...proof.words.map(({ label, says }): [string, Style] => [`${label}: ${says}`, {}]),
    head('What happened'),
    ...proof.events.flatMap(eventLines),
    head('Placements'),
    ...(proof.placements.length === 0 ? [note('None recorded.')] : []),
    ...proof.placements.map(({ channel, place, since, until }): [string, Style] => [
      `${channel}: ${place}, from ${iso(since)} to ${until ? iso(until) : 'now'}`,
      {},
    ]),
    head(`Conditions, version ${conditions.version}`),
    note(`SHA-256 ${conditions.sha256}`),
    ...conditions.text.split('\n').map((line): [string, Style] => [line, { size: 8 }]),
    head('Words that were agreed to'),
    ...proof.events.flatMap(({ text, textSha256 }) =>
      text === null
        ? []
        : [note(`SHA-256 ${textSha256}`), ...text.split('\n').map((line): [string, Style] => [line, { size: 8 }])],
    ),
  ]
}

function eventLines(event: Evidence['events'][number]): [string, Style][] {
  const assets = (event.content as { kind: string; sha256?: string; url?: string; id?: string }[] | null) ?? []
  return [
    [`${iso(event.at)}: ${event.did} by ${event.name} (${event.side}${event.person ? `, ${event.person}` : ''})`, { gap: 4 }],
    note(`Through ${event.platform ?? 'no platform'}, message or call ${event.call ?? 'none'}, language ${event.locale}`),
    ...(event.note ? [note(`Note: ${event.note}`)] : []),
    ...(event.textSha256 ? [note(`Text SHA-256 ${event.textSha256}`)] : []),
    ...assets.map((asset) => note(asset.kind === 'file' ? `File ${asset.id} SHA-256 ${asset.sha256}` : `Address ${asset.url}`)),
  ]
}

/** Words over several lines and pages; gives where the next line begins. A word longer than a line is broken. */
function flow(doc: Doc, words: string, from: number, { cut = '400Regular', size = 9, colour = strong, gap = 0 }: Style): number {
  const wide = (text: string) =>
    runsOf(text, cut).reduce((sum, run) => sum + doc.font(run.file).fontSize(size).widthOfString(run.words), 0)
  const lines: string[] = []
  for (const word of words.split(/\s+/).flatMap((one) => one.match(/.{1,60}/gu) ?? [])) {
    const last = lines.at(-1)
    if (last === undefined || wide(`${last} ${word}`) > WIDTH) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  let y = from + gap
  for (const line of lines) {
    if (y + size + 4 > BOTTOM) {
      doc.addPage()
      y = MARGIN
    }
    let x = MARGIN
    doc.fontSize(size).fillColor(colour)
    for (const run of runsOf(line, cut)) {
      doc.font(run.file).fontSize(size).text(run.words, x, y, { lineBreak: false })
      x += doc.widthOfString(run.words)
    }
    y += size + 4
  }
  return y + 1
}
