import type { Question } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  moment as instant,
  link,
  paragraph,
  person,
  small,
  strong,
  text,
  toned,
} from '../kernel/card.ts'
import { cut } from '../kernel/cut.ts'

type Waiting = { count: number; oldest: Pick<Question, 'id' | 'words'>[] }
type Someone = { personId: string; name: string }
type Found = Pick<Question, 'id' | 'words' | 'answer' | 'link' | 'tag'>

const WORDS = 300

const foot = ({ link: url, tag }: Pick<Found, 'link' | 'tag'>): Block | false => {
  if (url === null && tag === null) return false
  const open = url === null ? [] : [link('Open the page', url)]
  return small(text`${open}${url !== null && tag !== null ? ' · ' : ''}${tag === null ? '' : `#${tag}`}`)
}

const shown = (one: Found): (Block | false)[] => [
  paragraph(text`${strong(cut(one.words, 150))}\n${cut(one.answer ?? '', 700)}`),
  foot(one),
]

/** What was answered before, offered before the question is sent. */
export function similarCard(question: Pick<Question, 'id'>, similar: Found[]): Card {
  return card(
    'Perhaps this is it',
    similar.length === 1 ? 'Something like this was asked before.' : 'Questions like this were asked before.',
    ...similar.flatMap((one) => [
      ...shown(one),
      buttons({ label: 'That helps', run: 'question settle', given: { question: question.id, answer: one.id } }),
    ]),
    buttons({ label: 'Send it anyway', run: 'question send', given: { question: question.id }, look: 'main' }),
  )
}

export const sentCard = (): Card =>
  toned(
    'good',
    card('Your question is with the team', 'The answer comes to your private place, and everyone finds it in /answers.'),
  )

export const settledCard = (): Card =>
  toned(
    'good',
    card('Glad that helps', 'Nothing was sent. All answers are in /answers.', buttons({ label: 'Show answers', run: 'answers' })),
  )

/** In #managers: the question with its button; once answered, one line with who and what. */
export function questionCard(question: Question, asker: Someone | null, by: Someone | null): Card {
  const who = asker ? person(asker.personId, asker.name) : 'Somebody'
  if (question.state === 'open')
    return card(
      'A question about the products',
      paragraph(text`${who} asks:`),
      question.words,
      buttons({ label: 'Answer', run: 'question answer', given: { question: question.id }, look: 'main' }),
    )
  const at = question.answeredAt ? text`, ${instant(question.answeredAt, 'full')}` : []
  return card(
    cut(question.words, 80),
    paragraph(text`Answered by ${by ? person(by.personId, by.name) : 'a manager'}${at}: ${cut(question.answer ?? '', WORDS)}`),
  )
}

/** The answer in the asker's private place. */
export function answeredCard(question: Question, by: string): Card {
  return toned(
    'good',
    card(
      'Your question is answered',
      small([cut(question.words, WORDS)]),
      paragraph(text`${strong(by)}: ${question.answer ?? ''}`),
      foot(question),
      buttons({ label: 'Show answers', run: 'answers' }),
    ),
  )
}

/** The manager's answer after answering. */
export const toldCard = (question: Question): Card =>
  toned('good', card('Answered', 'Whoever asked reads it in private, and everyone finds it in /answers.', foot(question)))

/** What waits for an answer; managers, who get some of it listed, answer it from here. */
function waitingBlocks({ count, oldest }: Waiting): Block[] {
  if (count === 0) return []
  const more = count - oldest.length
  const listed = oldest.flatMap(({ id, words }): Block[] => [
    paragraph(text`${strong('Waits for an answer')}: ${cut(words, 150)}`),
    buttons({ label: 'Answer', run: 'question answer', given: { question: id } }),
  ])
  const rest = `${oldest.length > 0 ? `${more} more` : more} ${more === 1 ? 'question waits' : 'questions wait'} for an answer.`
  return more === 0 ? listed : [...listed, small([rest])]
}

/** What was answered, best or newest first, and what waits. `near`: no answer has all the words, these have some; `asks`: a creator reads it. */
export function answersCard(
  { found, total, near, searched }: { found: Found[]; total: number; near: boolean; searched: boolean },
  waiting: Waiting,
  asks: boolean,
): Card {
  const waits = waitingBlocks(waiting)
  if (found.length === 0)
    return card(
      'Answers',
      searched
        ? `Nothing was answered in these words. Try fewer${asks ? ', or ask the team' : ''}.`
        : waiting.count > 0
          ? 'Nothing was answered yet.'
          : 'Nothing was asked yet.',
      ...waits,
      asks && buttons({ label: searched ? 'Ask it' : 'Ask a question', run: 'ask', look: 'main' }),
    )
  const more = total - found.length
  return card(
    near ? 'Answers that come near' : 'Answers',
    ...found.flatMap(shown),
    more > 0 && small([`… and ${more} more. Add a word to find yours.`]),
    ...(searched ? [] : waits),
    asks && buttons({ label: 'Ask something else', run: 'ask' }),
  )
}

type Idea = { id: string; words: string; asked: number }

/** What creators ask most, each with the press that makes a moment of it. */
export const ideaBlocks = (ideas: Idea[]): Block[] =>
  ideas.flatMap((idea): Block[] => [
    paragraph(text`${strong(`${idea.asked} asked`)}: “${cut(idea.words, 150)}”`),
    buttons({ label: 'Make a moment', run: 'moment start', given: { idea: idea.id } }),
  ])

export const ideasCard = (ideas: Idea[], days: number): Card =>
  card(
    'Ideas for the next moment',
    ideas.length === 0
      ? `Nothing was asked by more than one creator in the last ${days} days. What they ask with /ask shows up here.`
      : `What creators asked most in the last ${days} days.`,
    ...ideaBlocks(ideas),
    ideas.length === 0 && buttons({ label: 'Start a moment', run: 'moment start' }),
  )
