/** What is found by folder: commands, jobs and connectors, by their names. Asked again, the same files are not read again. */
import type { AnyCommand } from './command.ts'
import type { Connector } from './connector.ts'
import { discover, sourceFolder } from './discover.ts'
import type { Job } from './job.ts'

export const loadParts = () =>
  Promise.all([
    discover<AnyCommand>(sourceFolder('../commands')),
    discover<Job>(sourceFolder('./jobs')),
    discover<Connector & { name: string }>(sourceFolder('./connectors')),
  ])
