/** How many parts are tried: making a failure small is a help, and no end in itself. */
const MOST_TRIES = 250
/** A part that fails by being slow costs seconds each time. */
const MOST_MILLISECONDS = 30_000

/** A part of the input that still fails: pieces are left out, first large ones and then ever smaller ones. */
export async function smallest(input: Buffer, fails: (part: Buffer) => Promise<boolean>): Promise<Buffer> {
  let now = input
  let tries = 0
  const until = Date.now() + MOST_MILLISECONDS
  const isOver = (): boolean => tries >= MOST_TRIES || Date.now() >= until
  for (let size = Math.ceil(now.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < now.length && !isOver(); ) {
      const part = Buffer.concat([now.subarray(0, at), now.subarray(at + size)])
      tries++
      if (part.length > 0 && (await fails(part))) now = part
      else at += size
    }
    if (isOver()) break
  }
  return now
}
