/** PostgreSQL keeps neither NUL nor half a character, and nobody types them: text from outside is rid of both at the door. */
export const keepable = (words: string): string => Buffer.from(words.replaceAll('\0', ''), 'utf8').toString('utf8')
