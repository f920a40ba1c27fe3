import { gunzipSync } from 'node:zlib'
import { inflated } from './inflate.ts'
import { maxInflated, RAISE_INFLATED } from './max-inflated.ts'

/** Why an object's data cannot be read: trying again will not help. */
export class BadObject extends Error {
  override readonly name = 'BadObject'
}

/** The bytes themselves, or what they inflate to, as UTF-8: this may be gone when the next object is read. */
export const plainOf = (bytes: Buffer, most = maxInflated()): Buffer => asUtf8(unpacked(bytes, most))

/** What PowerShell's `>` made of an answer of the AWS CLI is UTF-16, and says so by its byte order mark. */
function asUtf8(bytes: Buffer): Buffer {
  const [first, second] = bytes
  const isBig = first === 0xfe && second === 0xff
  if (!isBig && (first !== 0xff || second !== 0xfe)) return bytes
  return Buffer.from(new TextDecoder(isBig ? 'utf-16be' : 'utf-16le').decode(bytes))
}

function unpacked(bytes: Buffer, most: number): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  const quick = inflated(bytes, most)
  if (quick !== undefined) return quick
  try {
    // The size stands in the last four bytes: with it, one buffer of the right size is enough.
    const said = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0
    const chunkSize = Math.max(1024, Math.min(said + 64, 64 * 1024 * 1024))
    return gunzipSync(bytes, { maxOutputLength: most, chunkSize })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new BadObject(`it inflates to more than ${most / 1024 / 1024} MB: ${RAISE_INFLATED}`)
    throw new BadObject(code === 'Z_BUF_ERROR' ? 'its gzip is cut short' : `its gzip is broken (${code})`)
  }
}
