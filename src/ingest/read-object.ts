import { maxInflated } from './max-inflated.ts'
import { BadObject, plainOf } from './plain.ts'
import { type Scanned, type ScanOptions, scanBytes } from './scan.ts'

/** The records of an object as it lies in S3 or on a disk: gzip or not. */
export function readObject(bytes: Buffer, options: ScanOptions = {}, most = maxInflated()): Scanned {
  const plain = plainOf(bytes, most)
  const scanned = scanBytes(plain, options)
  const { count, unreadable, said = [] } = scanned
  if (count + unreadable.length + said.length > 0) return scanned
  if (plain.length === 0) throw new BadObject('it is empty')
  if (!isEmptyList(plain)) throw new BadObject('it holds no CloudTrail records')
  return scanned
}

const isEmptyList = (plain: Buffer): boolean =>
  plain.length < 1000 && /^\s*\{\s*"Records"\s*:\s*\[\s*\]\s*\}\s*$/.test(plain.toString('utf8'))
