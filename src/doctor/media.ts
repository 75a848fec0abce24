/** Whether the bucket for media lets us in; nothing is written. */
import { openStore } from '../content/store.ts'
import { type Check, failed, good } from './check.ts'

const name = 'Media'
const PATIENCE_MS = 10_000
/** No file has this hash, and what is said of it tells a bucket that is well from one that is none. */
const NONE = '0'.repeat(64)

/** `place` names a bucket; without one media lie in the data folder. */
export async function bucketCheck(place: Parameters<typeof openStore>[0]): Promise<Check> {
  const { MEDIA_S3_BUCKET: bucket, MEDIA_S3_ENDPOINT: endpoint } = place
  const where = endpoint === undefined ? `the bucket ${bucket}` : `the bucket ${bucket} at ${new URL(endpoint).host}`
  const late = new Promise<string>((resolve) => setTimeout(resolve, PATIENCE_MS, 'ETIMEDOUT').unref())
  const asked = openStore(place).then((media) => media.get(NONE))
  const said = await Promise.race([asked.then(() => 'NoSuchKey', bucketTrouble), late])
  if (said === 'NoSuchKey') return good(name, `${where} lets us in`)
  return failed(name, `${where} does not let us in: ${meanings[said] ?? said}`, 'Correct the MEDIA_S3_ variables, or its rights.')
}

const meanings: Record<string, string> = {
  NoSuchBucket: 'there is no bucket of that name',
  AccessDenied: 'this key may not read, write and list it',
  InvalidAccessKeyId: 'MEDIA_S3_KEY_ID is not known there',
  SignatureDoesNotMatch: 'MEDIA_S3_SECRET is not the one of that key',
  CredentialsProviderError: 'MEDIA_S3_KEY_ID and MEDIA_S3_SECRET are unset, and this machine has no rights of its own',
  ECONNREFUSED: 'nothing answers there',
  ENOTFOUND: 'its name is not known to the DNS',
  ETIMEDOUT: 'nothing answered in time',
}

type Wrapped = { cause?: unknown; code?: unknown; name?: unknown; $metadata?: { httpStatusCode?: number } }

/** The word for what went wrong with a bucket: of the innermost cause, for the library wraps what the bucket said. */
export function bucketTrouble(error: unknown): string {
  const { cause, code, name: called, $metadata } = error as Wrapped
  if (cause !== undefined && cause !== null) return bucketTrouble(cause)
  if (typeof code === 'string') return code
  // To a question for the head alone no word comes along.
  const status = $metadata?.httpStatusCode
  return called === 'Unknown' && status !== undefined ? `it answers ${status}` : String(called)
}
