/** A law of the house, with the smallest change that breaks it. */
export type Law = {
  /** What would be lost without it. */
  law: string
  file: string
  /** Stands exactly once in the file; a test of every run holds that. */
  sound: string
  broken: string
  tests: string[]
  /** Of those files only the tests whose name holds this. */
  only?: string
}
