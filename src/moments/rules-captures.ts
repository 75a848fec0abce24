// A manager may find a message of a creator worth using. Its author is asked in their private place, with the rights that are wanted in so
// many words, and only a yes makes content of it, under just those rights. A no, or silence until the request is taken back, leaves
// nothing but the count of it; nobody is asked twice about one message. What creators save of their own needs nobody's leave.
import { Refusal } from '../kernel/refusal.ts'

/** Throws when a message was captured before. */
export function checkFresh(state: string | undefined): void {
  if (state === undefined) return
  const said: Record<string, [string, string]> = {
    asked: ['Its author was asked already.', 'Wait for the answer; it is theirs to give.'],
    yes: ['This message is content already.', 'Look for it in /review queue.'],
    no: ['Its author would rather not have it used.', 'Leave it where it is; another message may do.'],
    gone: ['The request for this message was taken back.', 'Leave it where it is; another message may do.'],
  }
  const [sentence, fix] = said[state] ?? said.asked!
  throw new Refusal('conflict', sentence, fix, 'url')
}

/** Throws unless the author may answer now, and answers what is on the table. */
export function checkAnswer(
  capture: { state: string; creatorId: string | null; rights: string },
  creatorId: string,
  rights?: string,
): void {
  if (capture.state !== 'asked')
    throw new Refusal('conflict', 'This is answered already.', 'See what became of your content in /content.')
  if (capture.creatorId !== creatorId)
    throw new Refusal('not_allowed', 'Only the author of the message answers this.', 'See your own content with /content.')
  if (rights !== undefined && rights !== capture.rights)
    throw new Refusal('conflict', 'What is asked has changed since.', 'Read the newer card, then answer that one.')
}
