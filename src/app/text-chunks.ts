/** UTF-8, or the UTF-16 that PowerShell's `>` writes, by the byte order mark, which is not part of the text. */
export async function* textChunks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, undefined> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let first: Uint8Array = new Uint8Array(0)
  for await (const chunk of bytes) {
    const part: Uint8Array = first.length === 0 ? chunk : Buffer.concat([first, chunk])
    if (decoder === undefined && part.length < 2) {
      first = part
      continue
    }
    first = new Uint8Array(0)
    decoder ??= new TextDecoder(encodingOf(part))
    const text = decoder.decode(part, { stream: true })
    if (text !== '') yield text
  }
  decoder ??= new TextDecoder()
  const last = `${decoder.decode(first, { stream: true })}${decoder.decode()}`
  if (last !== '') yield last
  return undefined
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
