import { withCaller } from '#intake/paste/with-caller.ts'
import { withSource } from '#intake/fact-sources.ts'
import { surroundingsOf } from '#intake/paste/surroundings.ts'
import { withSurroundings } from '#intake/paste/with-surroundings.ts'
import type { Denial, FactSource } from '#intake/denial.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import type { Beside } from './beside.ts'
import { withFederation } from './with-federation.ts'

/**
 * The evidence with what the files say of the caller: who called, where the text names nobody (R-EVID-10), and the claims of the token that
 * was given. These are condition keys of the calls that show a token to STS (R-EVID-17), and count more than what a text says of it.
 */
export function withToken(
  evidence: Evidence,
  beside: Pick<Beside, 'caller' | 'token' | 'workflow' | 'atHand'>,
): Evidence {
  const { caller, token, workflow, atHand } = beside
  const named = caller === undefined ? evidence : withCallerOf(evidence, caller)
  const evidenceOfJob =
    workflow === undefined ? named : fromFile(named, withWorkflow(named, workflow.text), [workflow.name])
  const claimed =
    token === undefined ? evidenceOfJob : fromFile(evidenceOfJob, withClaimsOf(evidenceOfJob, token), [token.name])
  const files = (atHand.federation ?? []).map(({ file }) => file)
  return fromFile(claimed, withFederation(claimed, atHand.federation), files)
}

/** Marks what a step added with the file that it came from; of several, none is named. */
function fromFile(before: Evidence, after: Evidence, files: readonly string[]): Evidence {
  const [file, ...others] = new Set(files)
  const source: FactSource = { from: 'file', ...(file === undefined || others.length > 0 ? {} : { file }) }
  return { ...after, denials: after.denials.map((denial, i) => withSource(before.denials[i], denial, source)) }
}

function withCallerOf(evidence: Evidence, { name, arn }: NonNullable<Beside['caller']>): Evidence {
  const why = `The message names nobody; the caller is who \`${name}\` says.`
  const denials = evidence.denials.map((denial) => withCaller(denial, arn, why))
  return fromFile(evidence, { ...evidence, denials }, [name])
}

function withClaimsOf(evidence: Evidence, { claims: token }: NonNullable<Beside['token']>): Evidence {
  const known = new Set(Object.keys(token.conditionKeys).map((key) => key.toLowerCase()))
  const withClaims = (denial: Denial): Denial => {
    if (denial.action?.toLowerCase() !== 'sts:assumerolewithwebidentity') return denial
    const before = Object.entries(denial.context).filter(([key]) => !known.has(key.toLowerCase()))
    const context = { ...Object.fromEntries(before), ...token.conditionKeys }
    return { ...denial, details: { ...denial.details, tokenIssuer: token.provider }, context }
  }
  return { ...evidence, denials: evidence.denials.map(withClaims) }
}

/** The evidence with what the workflow says of a call with a token, as if both stood in one text: the role, the Region, the environment. */
function withWorkflow(evidence: Evidence, workflow: string): Evidence {
  const found = surroundingsOf(workflow)
  const denials = evidence.denials.map((denial) =>
    denial.action?.toLowerCase() === 'sts:assumerolewithwebidentity' ? withSurroundings(denial, 0, found) : denial,
  )
  return { ...evidence, denials }
}
