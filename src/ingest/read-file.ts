import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'

/** Of a file for which memory is kept. */
const MOST = 16 * 1024 * 1024

let kept = Buffer.alloc(0)

/**
 * The bytes of a file, in memory that is used again for the next one. A buffer for each of a thousand files would be garbage that
 * is collected late, for it lies outside of the heap.
 */
export function fileBytes(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    // What tells no size is a pipe or a device.
    if (size === 0 || size > MOST) return readFileSync(file)
    if (kept.length < size) kept = Buffer.allocUnsafeSlow(Math.min(MOST, size * 2))
    let length = 0
    for (let read = -1; read !== 0 && length < size; length += read)
      read = readSync(file, kept, length, size - length, null)
    return kept.subarray(0, length)
  } finally {
    closeSync(file)
  }
}
