import { buttons, type Card, card, paragraph, strong, text, toned } from '../kernel/card.ts'
import { again, fee, hasGone, noteBlocks, phone, posted, question, subject, type View, who, withdrawal } from './cards.ts'
import { type Reason, reasons } from './rules.ts'

/** Praise in the creator's private place. */
export function approvedCard(view: View, payday: number): Card {
  const paid = view.submission.feeMinor > 0n
  // Whoever has left meanwhile is paid for it, and has nothing to post.
  const posts = view.submission.kind !== 'moment' && !hasGone(view.creator)
  return toned(
    'good',
    card(
      `Approved: ${subject(view)}`,
      paragraph(text`Great work, ${view.creator.name}. ${who(view)} approved what you handed in.`),
      paid && paragraph(text`Your fee of ${fee(view)} is payable and goes out on the next payday, day ${payday} of the month.`),
      posts &&
        view.submission.state === 'approved' &&
        'Post it when you like, then tell us where it is, so that your clicks and sales are counted with it.',
      buttons(...(posts ? posted(view) : []), { label: 'See earnings', run: 'earnings' }),
    ),
  )
}

/** The request for changes in the submission's thread; answered, it says so and has no button. */
export function changesCard(view: View): Card {
  const { state } = view.submission
  if (state !== 'changes_requested')
    return card(`Changes asked for: ${subject(view)}`, state === 'rejected' ? 'It was turned down.' : 'You have answered this.')
  return toned(
    'warn',
    card(
      `Changes asked for: ${subject(view)}`,
      paragraph(text`${who(view)} looked at it and asks for something before it can be approved.`),
      ...noteBlocks(view.submission.note),
      buttons(again(view), phone(view), question(view), withdrawal(view)),
    ),
  )
}

/** The reason in the creator's private place, and what can be done. */
export function rejectedCard(view: View): Card {
  const reason = reasons[view.submission.reason as Reason]
  return toned(
    'bad',
    card(
      `Not taken: ${subject(view)}`,
      paragraph(text`${strong('Reason')}: ${reason}.`),
      ...noteBlocks(view.submission.note),
      'What you think of the product plays no part in this. You are welcome to hand in something new.',
      buttons({ label: 'See missions', run: 'mission list' }),
    ),
  )
}
