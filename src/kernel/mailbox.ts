/**
 * Whose box a mail reaches, in one spelling, to be hashed: what is written behind a plus sign (mia+shop@…) only sorts the mail of one
 * box, and whoever orders under it is who orders without it.
 */
export const mailboxOf = (email: string): string =>
  email
    .trim()
    .toLowerCase()
    .replace(/^([^+@]+)\+[^@]*@/, '$1@')
