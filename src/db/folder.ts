import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Refusal } from '../kernel/refusal.ts'
import { spaceOf, startOf } from '../pid.ts'

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/**
 * Makes the data folder ours until the returned function is called or this process ends, by whatever death:
 * the lock names the process and its start, so what a killed run left behind is recognised and replaced.
 * A folder that a living process holds is refused. One in another container can't be looked for; it shows itself by writing its lock anew.
 */
export function acquireFolder(dir: string): () => void {
  makeFolder(dir)
  const lock = join(dir, 'lock')
  // Not by the number of the process, which another one in the next container has as well.
  const mine = join(dir, `lock.${randomBytes(8).toString('hex')}`)
  const words = `${process.pid}\n${startOf(process.pid)}\n${spaceOf()}\n`
  writeFileSync(mine, words)
  try {
    while (!linked(mine, lock)) replaceStale(lock, `${mine}.stale`, statSync(mine).mtimeMs)
  } finally {
    rmSync(mine, { force: true })
  }
  const shown = setInterval(() => showAlive(lock, words), SHOWN_MS).unref()
  const release = () => {
    clearInterval(shown)
    process.removeListener('exit', release)
    if (readLock(lock) === words) rmSync(lock, { force: true })
  }
  process.once('exit', release)
  return release
}

const SHOWN_MS = 3_000
/** A start that makes a database holds its process up for some seconds. */
const HIDDEN_MS = 30_000

/** The same words in their place: a reader never sees others. */
function showAlive(lock: string, words: string): void {
  try {
    if (readLock(lock) === words) writeFileSync(lock, words, { flag: 'r+' })
  } catch {
    // A full disk says it elsewhere.
  }
}

/** Makes a folder for data of ours, closed to other users; what stops it (no room, no right) is told in one sentence. */
export function makeFolder(dir: string): void {
  try {
    makeOne(dir, 0o700)
    const probe = join(dir, `.written.${randomBytes(8).toString('hex')}`)
    writeFileSync(probe, 'x'.repeat(8192))
    rmSync(probe)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC' || code === 'EDQUOT') throw diskFull(dir)
    throw new Refusal('not_allowed', whyNot(dir, code))
  }
}

/**
 * What a command of root's has made in somebody else's folder becomes theirs, for it is they who go on with it. They may put links into it
 * meanwhile, so nothing is reached by a path that they can turn elsewhere: each folder is held open, and each thing is given as it was opened.
 */
export function handBack(dir: string): void {
  const top = process.getuid?.() === 0 ? opened(dir, O_DIRECTORY) : undefined
  if (top === undefined) return
  const owner = fstatSync(top)
  // The database has an owner from its first day on.
  if (owner.uid !== 0) giveWithin(top, dir, owner, 'postgres')
  closeSync(top)
}

function giveWithin(folder: number, path: string, owner: { uid: number; gid: number }, except?: string): void {
  const held = existsSync('/proc/self/fd') ? `/proc/self/fd/${folder}` : path
  for (const name of readdirSync(held)) {
    const one = name === except ? undefined : opened(join(held, name), O_NOFOLLOW | O_NONBLOCK)
    if (one === undefined) continue
    const what = fstatSync(one)
    const ours = what.isDirectory() || (what.isFile() && what.nlink === 1)
    if (ours && what.uid === 0) fchownSync(one, owner.uid, owner.gid)
    if (what.isDirectory()) giveWithin(one, join(path, name), owner)
    closeSync(one)
  }
}

/** Undefined for what is a link where none is followed, or no longer there. */
function opened(path: string, flags: number): number | undefined {
  try {
    return openSync(path, O_RDONLY | flags)
  } catch {
    return undefined
  }
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

function replaceStale(lock: string, aside: string, now: number): void {
  refuseLiving(lock, now)
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  // Another starter may have put its own lock there between the look and the move: then it gets it back.
  if (alive(holderOf(aside)) || hidden(aside, now)) linked(aside, lock)
  rmSync(aside, { force: true })
}

function refuseLiving(lock: string, now: number): void {
  const holder = holderOf(lock)
  const where = alive(holder)
    ? `(process ${holder.pid}); stop it with Ctrl-C or use another folder`
    : hidden(lock, now)
      ? 'in another container, or was until half a minute ago; stop it there, wait that long, or use another folder'
      : undefined
  if (where !== undefined) throw new Refusal('conflict', `Troupe is already running in this folder ${where}.`)
}

type Holder = { pid: number; start: string; space: string }

function alive(holder: Holder): boolean {
  return startOf(holder.pid) === holder.start
}

/** Whether the holder may live where we can't see it: on this machine, for after another boot it lives no more, among other processes. */
function hidden(lock: string, now: number): boolean {
  const { start, space } = holderOf(lock)
  const [boot] = (startOf(process.pid) ?? '').split(' ')
  if (space === '' || space === spaceOf() || start.split(' ')[0] !== boot) return false
  const shown = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
  return shown !== undefined && Math.abs(now - shown) < HIDDEN_MS
}

function holderOf(lock: string): Holder {
  const [pid = '', start = '', space = ''] = readLock(lock).split('\n')
  return { pid: Number(pid), start, space }
}

function readLock(lock: string): string {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return ''
  }
}
