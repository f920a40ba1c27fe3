// How a bundle has to be written for scripts/program/main.cjs to start it: as one function in ASCII, so that the start copies
// no megabytes to put it together.
import { readFileSync, writeFileSync } from 'node:fs'

/** The parameters that main.cjs passes to dist/cli/program.cjs. */
export const PROGRAM_PARAMETERS = 'require, module, exports, PROGRAM_URL'
/** The parameters that main.cjs passes to dist/aws/live-entry.cjs. */
export const LIVE_PARAMETERS = 'require, module, exports, __filename, __dirname'

/** Rewrites the bundle in `file` as one function of `parameters`. Returns its text. */
export function asFunction(file, parameters) {
  // The bundler escapes strings. Regular expressions and comments remain.
  const escaped = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  const text = `(function (${parameters}) {${readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, escaped)}\n})`
  writeFileSync(file, text)
  return text
}
