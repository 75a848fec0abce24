/** This machine: Node, the data folder, the key. */
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openCountries } from '../http/geography.ts'
import { type Check, failed, good, listed, skipped, warned } from './check.ts'

export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24
  if (fits) return good('Node', version)
  return failed('Node', `${version} is not supported`, 'Install Node 20.19+, 22.12+ or 24+ from https://nodejs.org.')
}

const MB = 1024 * 1024

/** Whether the data folder can be written, and how much room its disk has. */
export function folderChecks(dir: string): Check[] {
  const place = nearest(dir)
  try {
    accessSync(place, constants.W_OK | constants.X_OK)
  } catch {
    return [
      failed(
        'Data folder',
        `${place} can't be written by this user`,
        `Give this user the right to write there, or set DATA_DIR to another folder.`,
      ),
    ]
  }
  const { bavail, bsize } = statfsSync(place)
  const written = place === dir ? openCheck(dir) : good('Data folder', `${dir} is made at the first start`)
  return [written, roomCheck(bavail * bsize)]
}

/** What others may read though it is not for them: made by an older version, or opened by hand. */
function openCheck(dir: string): Check {
  const paths = [dir, ...['media', 'uploads', 'troupe.log'].map((name) => join(dir, name))]
  const open = paths.filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o066) !== 0)
  if (open.length === 0) return good('Data folder', `${dir} can be written`)
  return warned('Data folder', `${listed(open)} can be read by other users`, `Run: chmod go-rw ${open.map(inShell).join(' ')}`)
}

/** A path as it is typed at a prompt. */
const inShell = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)

export function roomCheck(bytes: number): Check {
  const words = `${Math.floor(bytes / MB).toLocaleString('en')} MB free`
  const fix = 'Free at least 1 GB on the disk of DATA_DIR, or move the folder to a larger one.'
  if (bytes < 200 * MB) return failed('Disk', words, fix)
  return bytes < 1024 * MB ? warned('Disk', words, fix) : good('Disk', words)
}

/** The folder itself, or the closest one above it that exists. */
function nearest(dir: string): string {
  let place = dir
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
  return place
}

/** The countries of clicks, where the operator has a file of them. */
export async function geographyCheck(file: string): Promise<Check> {
  const name = 'Countries'
  try {
    await openCountries(file)
    return good(name, `${file} can be read`)
  } catch (error) {
    const [cause = '', ...fix] = (error as Error).message.split(/(?<=\.) /)
    return failed(name, cause, fix.join(' '))
  }
}

const MAKE = 'Make one with "openssl rand -base64 32" and set SECRET_KEY.'

/** The key that seals tokens: from SECRET_KEY, or in the data folder. It is looked at and never made here. */
export function keyCheck({
  SECRET_KEY: key,
  DATA_DIR: dir,
  embedded,
}: {
  SECRET_KEY?: string | undefined
  DATA_DIR: string
  embedded: boolean
}): Check {
  const name = 'Secret key'
  if (key !== undefined) {
    const bytes = Buffer.from(key, 'base64').length
    return bytes >= 32
      ? good(name, 'set by SECRET_KEY')
      : failed(name, `SECRET_KEY holds ${bytes} bytes, and 32 are needed`, MAKE)
  }
  const file = join(dir, 'secret.key')
  if (!existsSync(file)) return skipped(name, 'SECRET_KEY is unset; a key is made in the data folder at the first start')
  if (Buffer.from(readFileSync(file, 'utf8').trim(), 'base64').length < 32)
    return failed(name, `the key in ${file} is damaged`, 'Put the file back from a copy, or give the key in SECRET_KEY.')
  if ((statSync(file).mode & 0o077) !== 0)
    return warned(name, `${file} can be read by other users`, `Run: chmod 600 ${inShell(file)}`)
  if (!embedded)
    return warned(
      name,
      'the key lies in the data folder of this machine, and the database elsewhere',
      'Set SECRET_KEY, so that every machine around this database has the same key.',
    )
  return good(name, 'in the data folder')
}
