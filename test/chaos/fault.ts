/** What the table of faults is made of. */
type Proof = {
  file: string
  /** Parts of the names of the tests, as they stand in the file. */
  tests: string[]
  /** Parts of the names of tests that these stand on: run before them, and no proof. */
  before?: string[]
}

export type Fault = {
  id: `F${number}`
  what: string
  proofs: Proof[]
  /** What the tests demand, where it is a figure; what a run measures stands beside it in the result. */
  demands?: string
  /** What of it is not shown here and why; without any proof it is the reason for skipping it. */
  not?: string
}

/** A file below `test`, and the tests in it. */
export const proof = (file: string, ...tests: string[]): Proof => ({ file: `test/${file}`, tests })

/** The same for tests that go on from where others of their file left the house. */
export const proofAfter = (file: string, before: string[], ...tests: string[]): Proof => ({ ...proof(file, ...tests), before })
