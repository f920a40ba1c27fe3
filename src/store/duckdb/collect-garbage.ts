import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/** Copies of `PIECE` that are thrown away to make V8 look: 16 MB, more than it has room for new objects. */
const MOST = 2048

/** Eight kilobytes. */
const PIECE = Array.from({ length: 1024 }, (_, i) => i)

/**
 * Has V8 collect all garbage now. It would let garbage grow to a multiple of what is in use, not knowing that a database in the
 * same process needs memory too. There is no call for that: under the flag, the next collection of young objects is one of all.
 */
export function collectGarbage(): void {
  setFlagsFromString('--gc-global')
  try {
    let before = 0
    for (let made = 0; made < MOST && getHeapStatistics().used_heap_size >= before; made += 8) {
      before = getHeapStatistics().used_heap_size
      for (let i = 0; i < 8; i += 1) garbage[0] = PIECE.slice()
    }
  } finally {
    garbage.length = 0
    setFlagsFromString('--no-gc-global')
  }
}

/** Else nothing would be made. */
const garbage: (readonly number[])[] = []
