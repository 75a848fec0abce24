/**
 * Every fault that Troupe claims to bear, with the tests that prove it. `npm run chaos` runs exactly these tests and prints what
 * they showed; what this machine or this house cannot show says so in one sentence and is never counted as proven.
 */
import type { Fault } from './fault.ts'
import { houseFaults } from './faults-house.ts'
import { peopleFaults } from './faults-people.ts'

export const faults: Fault[] = [...houseFaults, ...peopleFaults]

/** Those that FAULTS names (F6,F7), or all. */
export function wanted(list = process.env.FAULTS): Fault[] {
  const ids = (list ?? '').split(/[\s,]+/).filter((id) => id !== '')
  const unknown = ids.filter((id) => faults.every((fault) => fault.id !== id))
  if (unknown.length > 0) throw new Error(`There is no fault ${unknown.join(', ')}.`)
  return ids.length === 0 ? faults : faults.filter((fault) => ids.includes(fault.id))
}

/** The files to run and the names to run in them. */
export function chosen(list: Fault[]): { include: string[]; pattern: RegExp } {
  const proofs = list.flatMap((fault) => fault.proofs)
  const names = new Set(proofs.flatMap(({ tests, before = [] }) => [...before, ...tests]))
  const escaped = [...names].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return { include: [...new Set(proofs.map(({ file }) => file))], pattern: new RegExp(escaped.join('|')) }
}
