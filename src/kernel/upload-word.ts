/** The platform of a file that its sender gave through the page for large files: `ref` is the page's id. */
export const UPLOADED = 'upload'

/** A file that came through that page, as a word for the button that hands it in. */
export const uploadWord = ({ id, name, bytes, mime }: { id: string; name: string; bytes: number; mime: string }): string =>
  `file:${JSON.stringify({ platform: UPLOADED, ref: id, name, bytes, mime })}`
