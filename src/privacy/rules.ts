/**
 * The law of forgetting: whoever asks for it is told at once what goes, what stays and why, and on which day. Until that day they may
 * change their mind. Then they leave the program, what is owed to them is paid (or given up, if they said so), and only when no money
 * is on any side does every room forget them, one after the other, each in a unit of work of its own. What the books need stays without
 * a name; what stands under a licence stays until the licence ends. Doing it twice changes nothing.
 */
import { countOf, type Section } from '../kernel/personal.ts'

export const COOLING_DAYS = 14

export type ErasureState = 'asked' | 'closing' | 'erasing' | 'done' | 'kept'
export const open: ErasureState[] = ['asked', 'closing', 'erasing']

export type Unsettled = { pending: bigint; payable: bigint; paying: bigint; cases: number }

/**
 * What has to be settled before somebody can be forgotten: nothing, money on its way, a case that may give or take some, or a balance that
 * waits for its hold or the next payday. A debt is never collected, so it holds up nothing.
 */
export function settling(
  { pending, payable, paying, cases }: Unsettled,
  waive: boolean,
): 'nothing' | 'waive' | 'pending' | 'payable' | 'paying' | 'case' {
  if (paying !== 0n) return 'paying'
  if (cases > 0) return 'case'
  if (pending > 0n) return 'pending'
  if (payable <= 0n) return 'nothing'
  return waive ? 'waive' : 'payable'
}

export type Told = {
  goes: string[]
  anonymous: { name: string; why: string }[]
  stays: { name: string; why: string; rows: number }[]
}

/** What goes, what loses its name and what stays, of what there is. */
export function told(sections: readonly Section[]): Told {
  const there = sections.filter((section) => countOf(section) > 0)
  return {
    goes: there.filter(({ fate }) => fate === 'deleted').map(({ name }) => name),
    anonymous: there.filter(({ fate }) => fate === 'pseudonymised').map(({ name, why = '' }) => ({ name, why })),
    stays: there
      .filter(({ fate }) => fate === 'kept')
      .map((section) => ({ name: section.name, why: section.why ?? '', rows: countOf(section) })),
  }
}
