import { randomBytes } from 'node:crypto'
import {
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Refusal } from '../kernel/refusal.ts'
import { startOf } from '../pid.ts'

/**
 * Makes the data folder ours until the returned function is called or this process ends, by whatever death:
 * the lock names the process and its start, so what a killed run left behind is recognised and replaced.
 * A folder that a living process holds is refused.
 */
export function acquireFolder(dir: string): () => void {
  makeFolder(dir)
  const lock = join(dir, 'lock')
  const mine = join(dir, `lock.${process.pid}`)
  writeFileSync(mine, `${process.pid}\n${startOf(process.pid)}\n`)
  try {
    while (!linked(mine, lock)) replaceStale(lock, `${mine}.stale`)
  } finally {
    rmSync(mine, { force: true })
  }
  const release = () => {
    process.removeListener('exit', release)
    if (holderOf(lock).pid === process.pid) rmSync(lock, { force: true })
  }
  process.once('exit', release)
  return release
}

/** Makes a folder for data of ours, closed to other users; what stops it (no room, no right) is told in one sentence. */
export function makeFolder(dir: string): void {
  try {
    makeOne(dir, 0o700)
    // Not by the number of the process, which another one in the next container has as well.
    const probe = join(dir, `.written.${randomBytes(8).toString('hex')}`)
    writeFileSync(probe, 'x'.repeat(8192))
    rmSync(probe)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC' || code === 'EDQUOT') throw diskFull(dir)
    throw new Refusal('not_allowed', whyNot(dir, code))
  }
}

/** What a command of root's has made in somebody else's folder becomes theirs, for it is they who go on with it. */
export function handBack(dir: string): void {
  const owner = process.getuid?.() === 0 ? statSync(dir, { throwIfNoEntry: false }) : undefined
  if (owner === undefined || owner.uid === 0) return
  const own = (path: string): void => {
    const what = lstatSync(path, { throwIfNoEntry: false })
    if (what?.uid === 0) lchownSync(path, owner.uid, owner.gid)
    if (what?.isDirectory()) for (const name of readdirSync(path)) own(join(path, name))
  }
  // The database has an owner from its first day on.
  for (const name of readdirSync(dir).filter((one) => one !== 'postgres')) own(join(dir, name))
}

/** With the folders above it. One at a time: Node's own way never ends where a parent is there and takes no folders, as in /proc. */
function makeOne(dir: string, mode = 0o777): void {
  if (existsSync(dir)) return
  if (dirname(dir) !== dir) makeOne(dirname(dir))
  try {
    mkdirSync(dir, { mode })
  } catch (error) {
    // Another process made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(dir)) throw error
  }
}

function whyNot(dir: string, code = 'unknown'): string {
  const what = existsSync(dir) ? statSync(dir) : undefined
  if (what?.isDirectory() === false) return `${dir} is no folder; set DATA_DIR to one.`
  if (what === undefined && isLink(dir)) return `${dir} leads to nothing; set DATA_DIR to another folder.`
  if (['ENOTDIR', 'ENOENT', 'EEXIST'].includes(code)) return `${dir} can't be made (${code}); set DATA_DIR to another folder.`
  return `Troupe cannot write to ${dir} (${code}); give this user the right to, or set DATA_DIR to another folder.`
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

/** Whether PostgreSQL says that its disk is full: of a page that fits in part it only says how much of it did. */
export const saysFull = (said: string): boolean => /No space left on device|could not extend file/.test(said)

/** The sentence for a full disk. */
export function diskFull(dir: string): Refusal {
  return new Refusal('over_limit', `The disk that holds ${dir} is full; free at least 300 MB and start again.`)
}

function linked(mine: string, lock: string): boolean {
  try {
    // A link appears whole or not at all, so nobody ever reads a half-written lock.
    linkSync(mine, lock)
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') return false
    // A file system without hard links (a mounted USB stick) still creates exclusively.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    if (existsSync(lock)) return false
    writeFileSync(lock, readFileSync(mine), { flag: 'wx' })
    return true
  }
}

function replaceStale(lock: string, aside: string): void {
  refuseLiving(lock)
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  // Another starter may have put its own lock there between the look and the move: then it gets it back.
  if (alive(holderOf(aside))) linked(aside, lock)
  rmSync(aside, { force: true })
}

function refuseLiving(lock: string): void {
  const holder = holderOf(lock)
  if (!alive(holder)) return
  throw new Refusal(
    'conflict',
    `Troupe is already running in this folder (process ${holder.pid}); stop it with Ctrl-C or use another folder.`,
  )
}

function alive(holder: { pid: number; start: string }): boolean {
  return startOf(holder.pid) === holder.start
}

function holderOf(lock: string): { pid: number; start: string } {
  try {
    const [pid = '', start = ''] = readFileSync(lock, 'utf8').split('\n')
    return { pid: Number(pid), start }
  } catch {
    return { pid: 0, start: '' }
  }
}
