type Jsonc = typeof import('jsonc-parser')

let jsonc: Jsonc | undefined

/** Loads the reader of JSON that keeps places: the first view does without, an answer shows the lines of policies. */
export async function loadJsonc(): Promise<void> {
  jsonc ??= await import('jsonc-parser')
}

/** The reader, once it is loaded. */
export function jsoncReader(): Jsonc {
  if (jsonc === undefined) throw new Error('the reader of JSON is not loaded')
  return jsonc
}
