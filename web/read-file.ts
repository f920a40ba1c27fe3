/** What one question may hold; the service refuses more. */
const MAX_BYTES = 8 * 1024 * 1024

/** The text of a dropped file, gzip or not. A bomb stops at the limit. */
export async function readDropped(file: File): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  const isPacked = head[0] === 0x1f && head[1] === 0x8b
  const stream = isPacked ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()
  const decoder = new TextDecoder()
  const reader = stream.getReader()
  let text = ''
  let bytes = 0
  for (;;) {
    const { value, done } = await reader.read().catch((error: unknown) => {
      throw new Error(`\`${file.name}\` cannot be unpacked: it is damaged, or cut off`, { cause: error })
    })
    if (done) {
      text += decoder.decode()
      if (text.trim() === '') throw new Error(`\`${file.name}\` is empty`)
      return text
    }
    bytes += value.length
    if (bytes > MAX_BYTES) {
      await reader.cancel()
      throw new Error(
        `\`${file.name}\` holds more than ${MAX_BYTES / 1024 / 1024} MB: use \`denytrace diagnose FILE\`, which reads any length`,
      )
    }
    text += decoder.decode(value, { stream: true })
  }
}
