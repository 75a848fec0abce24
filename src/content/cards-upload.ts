/** Cards of the page that takes large files. */
import type { Upload } from '../db/generated/client.ts'
import { buttons, type Card, card, facts, type Given, small, toned } from '../kernel/card.ts'
import { uploadWord } from '../kernel/upload-word.ts'

export const uploadCard = (url: string): Card =>
  card(
    'Send a large file',
    'The button opens a page for you alone, on your phone or computer. It takes videos up to 1 GB, and pictures and PDFs up to 25 MB; when the connection breaks it goes on where it stopped.',
    buttons({ label: 'Choose the file', url }),
    small(['The page opens for an hour; keep the link to yourself. When the file is here you get a button to hand it in.']),
  )

type Sent = Pick<Upload, 'id' | 'missionId' | 'submissionId'>

const about = ({ missionId, submissionId }: Sent): Given => ({
  ...(missionId === null ? {} : { mission: missionId }),
  ...(submissionId === null ? {} : { submission: submissionId }),
})

/** In the private place of whoever sent it: one press leads on. */
export function arrivedCard(sent: Sent, file: { name: string; bytes: number; mime: string }): Card {
  const word = uploadWord({ ...file, id: sent.id })
  return toned(
    'good',
    card(
      'Your file arrived',
      facts({ File: [file.name], Size: [sayBytes(file.bytes)] }),
      'Hand it in with the caption you will post.',
      buttons(
        { label: 'Hand it in', run: 'submit', given: { ...about(sent), file: word }, look: 'main' },
        { label: 'Send another', run: 'upload', given: about(sent) },
      ),
    ),
  )
}

export const failedCard = (sent: Sent, refusal: string): Card =>
  toned(
    'warn',
    card('Your file was not taken', refusal, buttons({ label: 'Send another', run: 'upload', given: about(sent), look: 'main' })),
  )

function sayBytes(bytes: number): string {
  const mb = bytes / 1024 / 1024
  if (mb >= 1000) return `${(mb / 1024).toFixed(2)} GB`
  return mb >= 1 ? `${mb.toFixed(mb < 10 ? 1 : 0)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`
}
