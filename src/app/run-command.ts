import type { Denial } from '#intake/denial.ts'
import { withCaller } from '#intake/paste/with-caller.ts'
import { namesImage, withCommandLine, withOtherOutput } from '#intake/paste/command-line.ts'
import { shiftSpan } from '#intake/shift-span.ts'
import type { Ended } from './child-process.ts'
import { type Evidence, isDenial, rawEvidence } from './inputs.ts'

/**
 * The denials in what a command printed. A message that names nobody was answered to the identity that ran the command,
 * so that one is filled in where AWS has told it; what else it leaves out, the command's own words may say.
 */
export function evidenceOfRun(
  { stdout, stderr }: Ended,
  caller: string | undefined,
  words: readonly string[] = [],
): Evidence {
  const [errors, output] = [rawEvidence(stderr), rawEvidence(stdout)]
  const denials = [
    ...refusalsIn(errors).map((denial) => withOtherOutput(denial, stdout)),
    // As if one were printed below the other: a place stands for one denial.
    ...refusalsIn(output).map((denial) => withOtherOutput(shiftSpan(denial, stderr.length + 1), stderr)),
  ]
  const all = denials.length > 0 ? denials : ofRegistry(words, `${stdout}\n${stderr}`)
  const named = caller === undefined ? all : all.map((denial) => withCaller(denial, caller, WHO_RAN_IT))
  return {
    denials: named.map((denial) => withCommandLine(denial, words)),
    events: [...errors.events, ...output.events],
  }
}

const refusalsIn = ({ denials }: Evidence): readonly Denial[] => denials.filter(isDenial)

/** Docker tells the status of the registry's answer alone, and names the registry elsewhere. */
const ofRegistry = (words: readonly string[], printed: string): readonly Denial[] =>
  namesImage(words) ? refusalsIn(rawEvidence(`${words.join(' ')}\n${printed}`)) : []

const WHO_RAN_IT = 'The message names nobody; the caller is who ran the command.'
