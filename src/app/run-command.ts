import type { Denial } from '#intake/denial.ts'
import { withCaller } from '#intake/paste/with-caller.ts'
import { withSource } from '#intake/fact-sources.ts'
import { namesImage, withCommandLine, withOtherOutput } from '#intake/paste/command-line.ts'
import { shiftSpan } from '#intake/shift-span.ts'
import type { Ended } from './child-process.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { isDenial, rawEvidence } from './inputs.ts'

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
  const named =
    caller === undefined
      ? all
      : all.map((denial) => withSource(denial, withCaller(denial, caller, WHO_RAN_IT), { from: 'live' }))
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

/** Programs that run a command with credentials or an environment of their own. */
const OWN_CREDENTIALS: ReadonlySet<string> = new Set(
  'assume aws-sso aws-sso-util aws-vault awsume chamber docker granted kubectl podman saml2aws ssh su sudo'.split(' '),
)

/**
 * Which credentials of the AWS configuration a command uses: the profile that its own words name (`aws --profile NAME`,
 * `env AWS_PROFILE=NAME …`), else those of its environment. `unknown`: its program brings its own.
 */
export function credentialsOfCommand(words: readonly string[]): { readonly profile: string | undefined } | 'unknown' {
  const [program = '', ...rest] = words
  const name = program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1)
  if (OWN_CREDENTIALS.has(name)) return 'unknown'
  if (name === 'env') {
    const command = rest.findIndex((word) => !word.startsWith('-') && !word.includes('='))
    const assigned = rest.slice(0, command < 0 ? undefined : command).find((word) => word.startsWith('AWS_PROFILE='))
    const inner = command < 0 ? { profile: undefined } : credentialsOfCommand(rest.slice(command))
    if (inner === 'unknown' || inner.profile !== undefined) return inner
    return { profile: assigned?.slice('AWS_PROFILE='.length) }
  }
  const at = rest.indexOf('--profile')
  const joined = rest.find((word) => word.startsWith('--profile='))
  return { profile: at >= 0 ? rest[at + 1] : joined?.slice('--profile='.length) }
}
