/** What a message shortcut gives to its command. */
import type { FileRef } from '../../command.ts'
import { CAPTION } from '../platform.ts'
import type { Target } from './inbound.ts'
import { plainly } from './line.ts'

/** The author is given as the account it is; the hall finds the person behind it. */
export function menuGives(run: string, target: Target): Record<string, string | FileRef> {
  const creator = `account:${target.user}`
  if (run !== 'save') return { creator }
  const { id, name, size, mimetype } = target.file ?? {}
  return {
    creator,
    url: target.url,
    ...(target.content === '' ? {} : { caption: plainly(target.content).slice(0, CAPTION) }),
    ...(typeof id === 'string'
      ? {
          file: {
            platform: 'slack',
            ref: id,
            name: String(name ?? 'file'),
            bytes: Number(size ?? 0),
            mime: String(mimetype ?? 'application/octet-stream'),
          },
        }
      : {}),
  }
}
