import type { Button } from './card.ts'

export type RefusalCode = 'not_found' | 'not_allowed' | 'invalid' | 'conflict' | 'too_late' | 'over_limit'

/**
 * A sentence for the person: what went wrong and how to mend it. Anything else that is thrown is a bug.
 * `field` names the option a form can be opened at again; `next` is the press that mends it.
 */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly sentence: string
  readonly fix: string | undefined
  readonly field: string | undefined
  readonly next: Button | undefined

  constructor(code: RefusalCode, sentence: string, fix?: string, field?: string, next?: Button) {
    super(sentence)
    this.name = 'Refusal'
    this.code = code
    this.sentence = sentence
    this.fix = fix
    this.field = field
    this.next = next
  }
}

/** HTTP status for each refusal code. */
export const refusalStatus: Record<RefusalCode, number> = {
  not_found: 404,
  not_allowed: 403,
  invalid: 400,
  conflict: 409,
  too_late: 410,
  over_limit: 429,
}

/** Asserts an invariant; its failure is a bug, never advice to a person. */
export function must(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${why}`)
}
