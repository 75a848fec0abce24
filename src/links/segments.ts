// A process keeps its clicks in a folder of its own: `journal/<instance>/<instance>.<n>.log`, and a `lock` that says who it is. The
// folder of a process that is gone is emptied by renaming its files into a living process's folder. A rename is atomic, so two
// processes that adopt at once each get some of the files and none twice; a file keeps its name, and with it its shipped offset.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { startOf } from '../pid.ts'

/** Another machine's lock is free when its owner has not touched it for this long. */
const SILENT_MS = 120_000
const named = /^(.+)\.(\d{6,})\.log$/

type Owner = { host: string; pid: number; start: string | null }

/** Makes the folder of this instance with its lock inside, both in one step. Throws when a living process has that name. */
export function claimFolder(root: string, instance: string, now: Date): string {
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(instance)) throw new Error(`Not a journal instance name: ${instance}`)
  const folder = join(root, instance)
  const fresh = join(root, `.new-${instance}-${process.pid}`)
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true, mode: 0o700 })
  writeLock(fresh)
  if (!isFree(folder, now)) {
    rmSync(fresh, { recursive: true })
    throw new Error(`The click journal ${folder} is in use by another process.`)
  }
  try {
    renameSync(folder, join(root, `${instance}-left-${process.pid}-${now.getTime()}`))
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  renameSync(fresh, folder)
  return folder
}

function writeLock(folder: string): void {
  const owner: Owner = { host: hostname(), pid: process.pid, start: startOf(process.pid) }
  writeFileSync(join(folder, 'lock'), JSON.stringify(owner))
}

/** Moves the files of every folder without a living owner into `folder`; gives the names it took. */
export function adoptFiles(root: string, folder: string, now: Date): string[] {
  const taken: string[] = []
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const other = join(root, entry.name)
    if (!entry.isDirectory() || entry.name.startsWith('.') || other === folder || !isFree(other, now)) continue
    for (const file of logFiles(other)) {
      try {
        renameSync(join(other, file), join(folder, file))
        taken.push(file)
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    }
    if (logFiles(other).length === 0) rmSync(other, { recursive: true, force: true })
  }
  return taken
}

/** The journal files in a folder, oldest first. */
export function logFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => named.test(name))
      .sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The instance that wrote a file, by its name. */
export function writerOf(file: string): string {
  return named.exec(file)?.[1] ?? file
}

/** The name of an instance's n-th file. */
export function logName(instance: string, n: number): string {
  return `${instance}.${String(n).padStart(6, '0')}.log`
}

/** Shows others that this folder's owner lives. Where somebody deleted the folder it is claimed anew: nobody adopts what is written there. */
export function touchLock(folder: string, now: Date): void {
  try {
    utimesSync(join(folder, 'lock'), now, now)
  } catch (error) {
    if (!isMissing(error)) throw error
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeLock(folder)
  }
}

/** Gives the folder up: removed when it is empty, else left for adoption. */
export function leaveFolder(folder: string): void {
  rmSync(join(folder, 'lock'), { force: true })
  if (logFiles(folder).length === 0) rmSync(folder, { recursive: true, force: true })
}

function isFree(folder: string, now: Date): boolean {
  const lock = join(folder, 'lock')
  try {
    const owner = JSON.parse(readFileSync(lock, 'utf8')) as Owner
    if (owner.host !== hostname()) return now.getTime() - statSync(lock).mtimeMs > SILENT_MS
    // A process id is used again, in a container at once (always 1), so the start time has to agree too.
    return startOf(owner.pid) !== owner.start
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return true
    throw error
  }
}

/** True for the error of a file or folder that is not there. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
